// The options that every stage takes. None of them changes a result: it depends on inputs, settings and seed alone.
import ArgumentParser
import Foundation

/// Options that every stage takes.
package struct CommonOptions: ParsableArguments {
  /// The number of threads.
  @Option(
    help: ArgumentHelp(
      "Threads to use; the results are the same with any number.",
      discussion: "Without it: THREADS, else SLURM_CPUS_PER_TASK, else half the processor's cores."))
  package var threads: Int = CommonOptions.defaultThreads(ProcessInfo.processInfo.environment) ?? 1

  /// Whether standard error stays empty unless something is wrong.
  @Flag(help: "Say nothing on success.")
  package var quiet = false

  /// Whether equal runs write equal bytes.
  @Flag(help: "Leave time, host and seconds out of the output, so that equal runs give equal bytes.")
  package var reproducible = false

  /// A file that gets all messages too, with time and level.
  @Option(help: ArgumentHelp("A file to append messages to, with time and level.", valueName: "file"))
  package var logFile: String?

  /// Declared only to be listed by `--help`: `Stage.main` handles it, so that it works without the required options.
  @Flag(help: "Print the version.")
  package var version = false

  package init() {}

  /// Rejects an invalid number of threads, whether from the flag or from the environment.
  package func validate() throws {
    if CommonOptions.defaultThreads(ProcessInfo.processInfo.environment) == nil {
      throw ValidationError("THREADS or SLURM_CPUS_PER_TASK in the environment must be an integer of at least 1")
    }
    guard threads >= 1 else { throw ValidationError("--threads \(threads): must be an integer of at least 1") }
    guard threads <= 1 << 16 else { throw ValidationError("--threads \(threads): must be at most \(1 << 16)") }
  }

  /// The number of threads without `--threads`; nil if the environment has an invalid one.
  ///
  /// Half the cores, since the machine may be shared. A scheduler's number comes before that, because a Slurm task often
  /// sees all cores of its node but may use only some of them.
  package static func defaultThreads(_ environment: [String: String]) -> Int? {
    for name in ["THREADS", "SLURM_CPUS_PER_TASK"] {
      guard let text = environment[name], !text.isEmpty else { continue }
      return Int(text).flatMap { $0 >= 1 ? $0 : nil }
    }
    return max(1, ProcessInfo.processInfo.activeProcessorCount / 2)
  }
}
