// A stage: a command that reads files and writes one. What surrounds its `run` is the same for all stages and is here: the
// checks of the machine, the options, the signals, the last line, the exit code.
import ArgumentParser
import Artifacts
import Faults
import Foundation

/// A stage: a command that reads files and writes one.
///
/// The `run` of a stage reads, computes and writes, and throws a `Fault` for an error of the user or the environment:
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
  /// make's variable for further flags of this stage, for hints; nil if there is none.
  static var makeVariable: String? { get }
  /// [flag] make's setting for a flag, for hints.
  static var makeSettings: [String: String] { get }
  /// Reads, computes, writes.
  func run(_ context: StageContext) throws
}

extension Stage {
  /// The stage's name on the command line, in messages, logs and provenance.
  package static var stageName: String { configuration.commandName ?? "\(Self.self)".lowercased() }

  package static var makeVariable: String? { nil }
  package static var makeSettings: [String: String] { [:] }

  /// Runs the stage with the arguments of the process. An error ends the process with an exit code of `ExitCodes`.
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

  /// Parses the arguments `words`. An unknown flag is reported before a missing one.
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

  /// Runs the stage within the calling process, and throws its errors.
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

  /// Prints the error that ended the stage, and returns its exit code.
  static func report(_ error: any Error) -> Int32 {
    let code = exitCode(for: error)
    if code.isSuccess { return printHelp(fullMessage(for: error)) }
    if error is ExitCode { return code.rawValue }
    let fault = code == .validationFailure ? Fault(usage: message(for: error), of: stageName) : Fault(describing: error)
    Terminal.standardError.print(fault.lines(for: stageName, makeVariable: makeVariable, makeSettings))
    return fault.code.rawValue
  }

  /// Prints the text of `--help`, followed by the exit codes, or what else was asked for instead of a run.
  private static func printHelp(_ text: String) -> Int32 {
    print(text.contains("USAGE: ") ? text.trimmingSuffix("\n") + "\n\n" + ExitCodes.footer : text)
    do { try StandardStreams.flush() } catch { return report(error) }
    return 0
  }
}

extension String {
  /// The text without any number of copies of `suffix` at its end.
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    var text = self
    while text.hasSuffix(suffix) { text.removeLast(suffix.count) }
    return text
  }
}
