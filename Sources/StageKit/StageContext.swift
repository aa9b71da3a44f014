// What a stage needs while it runs: its threads, its provenance, messages and progress, and whether it was asked to stop.
import Artifacts
import Faults
import Foundation
import Logging
import Synchronization

/// What a stage needs while it runs.
package final class StageContext: Sendable {
  /// The stage's name.
  package let name: String
  /// What the terminal's lines begin with: the stage's place in a run of make, such as `[7/28] adapters/point-2`, or its
  /// name.
  let title: String
  /// The number of threads to use.
  package let threads: Int
  /// For messages with another level or with metadata than those of `say` and `warn`.
  let logger: Logger

  private let isQuiet: Bool
  private let hasLog: Bool
  private let terminal: Terminal
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  private struct State {
    var provenance: Provenance
    /// The real paths of the outputs that `check(outputs:)` was called with.
    var outputs: Set<String> = []
    var progress: ProgressMeter
    var loggedProgress: ProgressMeter
  }

  /// The variable of the environment in which make says the stage's place in the run.
  package static let placeVariable = "CREDENCE_PLACE"

  /// A context that writes messages to `terminal` and records `arguments` in the provenance.
  package init(
    name: String, options: CommonOptions, arguments: [String] = CommandLine.arguments,
    terminal: Terminal = .standardError, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    (self.name, self.terminal, threads) = (name, terminal, options.threads)
    title = environment[Self.placeVariable].flatMap { $0.isEmpty ? nil : $0.printable() } ?? name
    (isQuiet, hasLog) = (options.quiet, options.logFile != nil)
    let log = try options.logFile.map { path in
      guard Self.mentions(of: path, in: arguments) < 2 else {
        throw Fault(.usage, path, "it is named as the log and for something else", hint: "name another --log-file")
      }
      return try LogFile(path)
    }
    let (isQuiet, title) = (isQuiet, title)
    logger = Logger(label: name) {
      StageLogHandler(stage: $0, title: title, terminal: terminal, isQuiet: isQuiet, log: log)
    }
    var provenance = Provenance(
      producer: name, version: credenceVersion, commandLine: Self.commandLine(name, arguments))
    provenance.reproducible = options.reproducible || ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"] != nil
    state = Mutex(
      State(
        provenance: provenance, progress: ProgressMeter(terminal.progressStyle), loggedProgress: ProgressMeter(.lines)))
    logger.debug("\(provenance.commandLine)", metadata: ["threads": "\(threads)", "version": "\(credenceVersion)"])
  }

  /// The provenance of the output, with the inputs that were recorded so far.
  package var provenance: Provenance { state.withLock { $0.provenance } }

  /// Records a file that was read.
  ///
  /// - Throws: `Fault` of kind `.usage` if the file is also an output, which would overwrite it.
  package func record(input path: String, digest: String) throws {
    try state.withLock { state in
      guard !state.outputs.contains(realPath(of: path)) else {
        throw Fault(.usage, path, "it is an input and would be overwritten", hint: "name another output")
      }
      state.provenance.inputs.append(.init(path: path, digest: digest))
    }
  }

  /// Records a file that will be written.
  ///
  /// - Throws: `Fault` of kind `.usage` if it is named for two outputs.
  func record(output path: String) throws {
    guard state.withLock({ $0.outputs.insert(realPath(of: path)).inserted }) else {
      throw Fault(.usage, path, "it is named for two outputs", hint: "give each output its own name")
    }
  }

  /// The number of arguments that name the file at `path`.
  private static func mentions(of path: String, in arguments: [String]) -> Int {
    let log = realPath(of: path)
    return arguments.dropFirst().count { word in
      let value = word.hasPrefix("--") ? word.firstIndex(of: "=").map { word[word.index(after: $0)...] } : word[...]
      return value.map { realPath(of: String($0)) == log } ?? false
    }
  }

  /// Prints a message to standard error, unless `--quiet` is set.
  package func say(_ message: String) { logger.info("\(message.settingsAsFlags)") }
  /// Prints a warning to standard error, even with `--quiet`.
  package func warn(_ message: String) { logger.warning("\(message.settingsAsFlags)") }

  /// Prints text for people to standard output. Control characters are escaped, because names and values may come from
  /// files of strangers.
  package func print(_ text: String) {
    Swift.print(text.printableLines().joined(separator: "\n"), terminator: "")
  }

  /// Shows how far the work is: a bar on a terminal, a line a minute elsewhere. `note` is such as `loss 0.913`.
  ///
  /// Cheap enough for every step. A smaller `done` or another `total` than before begins a new count.
  package func progress(_ done: Int, of total: Int, note: String = "") {
    let seconds = elapsedSeconds
    state.withLock { state in
      if !isQuiet, let text = state.progress.update(done, of: total, note: note, at: seconds) {
        terminal.show(progress: text, of: title, isLast: done >= total)
      }
      if hasLog, let text = state.loggedProgress.update(done, of: total, note: note, at: seconds) {
        logger.debug("\(text)")
      }
    }
  }

  /// Whether a signal has asked the stage to stop: then write a checkpoint and call `stopInterrupted`.
  ///
  /// A stage that never reads this is ended by the first signal, one that does by the second.
  package var interrupted: Bool { Interrupts.poll() != nil }

  /// Prints how to resume, and ends the process with the exit code 128 plus the signal's number.
  ///
  /// - Precondition: `interrupted` was true.
  package func stopInterrupted() -> Never {
    let signal = Interrupts.poll()
    precondition(signal != nil, "stopInterrupted without an interrupt")
    logger.error("stopped by \(Interrupts.name(of: signal!)); the same command resumes from the last checkpoint")
    exit(128 + signal!)
  }

  /// Wall seconds since the stage started.
  var elapsedSeconds: Double { (ContinuousClock.now - start) / .seconds(1) }
  /// The largest resident memory so far, in bytes.
  package var peakMemory: Int { ResourceUsage.peakMemory }

  /// Prints the last line of a successful stage.
  func finish() {
    let line = "\(name) \(credenceVersion): \(ResourceUsage(wall: elapsedSeconds))"
    if !isQuiet { terminal.print(title == name ? line : "\(title): \(line)") }
    logger.debug("done: \(line)")
  }

  /// Writes the error that ended the stage into the log. `Stage.report` prints it to the terminal.
  func finish(failure: any Error) {
    terminal.clearProgress()
    logger.debug("failed: \(Fault(describing: failure).description.settingsAsFlags)")
  }

  /// The command line for the provenance: without flags that do not change the result (`--threads`, `--quiet`,
  /// `--log-file`, `--needs-choices`), and with the final name of a file that make lets the stage write as `FILE.new`.
  package static func commandLine(_ name: String, _ arguments: [String]) -> String {
    var words = [name]
    var rest = arguments.dropFirst()
    while let word = rest.popFirst() {
      switch word {
      case "--threads", "--log-file": _ = rest.popFirst()
      case "--quiet", "--needs-choices": break
      case _ where word.hasPrefix("--threads=") || word.hasPrefix("--log-file="): break
      default: words.append(word.hasSuffix(".new") ? String(word.dropLast(4)) : word)
      }
    }
    return words.joined(separator: " ")
  }
}
