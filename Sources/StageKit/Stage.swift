// A stage: a command that reads files and writes one. What happens around its `run` is the same for all of them and
// happens here, in order: checks of the machine, options, signals, the run, its last line, one exit code.
import ArgumentParser
import Artifacts
import Faults
import Foundation

/// A stage: a command that reads files and writes one.
///
/// A main that conforms reads like a sentence (read, compute, write) and throws a `Fault` for what the user or the
/// machine did wrong:
///
/// ```swift
/// @main struct FitAdapters: Stage {
///   static let configuration = CommandConfiguration(commandName: "fit-adapters", abstract: "Trains one adapter.")
///   @OptionGroup var common: CommonOptions
///   @Option(help: "The file to write.") var output: String
///   func run(_ context: StageContext) throws { ... }
/// }
/// ```
package protocol Stage: ParsableCommand {
  /// The options that every stage takes.
  var common: CommonOptions { get }
  /// make's variable for further flags of this stage, for hints; nil where it has none.
  static var makeVariable: String? { get }
  /// Reads, computes, writes.
  func run(_ context: StageContext) throws
}

extension Stage {
  /// The stage's name: the same word on the command line, in messages, logs and provenance.
  package static var stageName: String { configuration.commandName ?? "\(Self.self)".lowercased() }

  package static var makeVariable: String? { nil }

  /// Runs the stage as a process, and ends the process with an exit code of `ExitCodes`.
  package static func main() {
    let name = stageName
    do {
      StandardStreams.open()
      Crashes.install(for: name)
      try Processor.check()
      try Environment.restartWithoutNumericVariables()
      if CommandLine.arguments.contains("--version") {
        print("\(name) \(credenceVersion)")
      } else {
        Interrupts.install()
        var stage = try parsed(Array(CommandLine.arguments.dropFirst()))
        try stage.run()
      }
      try StandardStreams.flush()
    } catch {
      Foundation.exit(report(error))
    }
  }

  /// The stage that `words` ask for. A wrong flag is named before one that is missing.
  static func parsed(_ words: [String]) throws -> any ParsableCommand {
    do { return try parseAsRoot(words) } catch {
      guard !exitCode(for: error).isSuccess else { throw error }
      let known = CommandWords(help: helpMessage(includeHidden: true, columns: 1000))
      if let message = known.unknownFlag(in: words) { throw Fault(usage: message, of: stageName) }
      let joined = known.joiningNegativeNumbers(words)
      guard joined != words else { throw error }
      return try parseAsRoot(joined)
    }
  }

  /// Runs the stage inside the calling process; what goes wrong is thrown.
  package mutating func run() throws {
    let context = try StageContext(name: Self.stageName, options: common)
    do {
      try run(context)
      try StandardStreams.flush()
    } catch {
      context.finish(failure: error)
      throw error
    }
    context.finish()
  }

  /// Prints what ended the stage and gives the exit code for it.
  static func report(_ error: any Error) -> Int32 {
    let code = exitCode(for: error)
    if code.isSuccess { return printHelp(fullMessage(for: error)) }
    if error is ExitCode { return code.rawValue }
    let fault = code == .validationFailure ? Fault(usage: message(for: error), of: stageName) : Fault(describing: error)
    Terminal.standardError.print(fault.lines(for: stageName, makeVariable: makeVariable))
    return fault.code.rawValue
  }

  /// Prints what was asked for instead of a run; `--help` ends with the exit codes.
  private static func printHelp(_ text: String) -> Int32 {
    print(text.contains("USAGE: ") ? text.trimmingSuffix("\n") + "\n\n" + ExitCodes.footer : text)
    do { try StandardStreams.flush() } catch { return report(error) }
    return 0
  }
}

extension String {
  /// The text without `suffix` at its end, however often it stands there.
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    var text = self
    while text.hasSuffix(suffix) { text.removeLast(suffix.count) }
    return text
  }
}
