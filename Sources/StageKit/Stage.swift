// What the stage mains share: options, log, progress, interrupts, exit codes. A stage's main reads, computes, writes.
import ArgumentParser
import Artifacts
import Faults
import Foundation
import Logging

/// Options that every stage takes.
public struct CommonOptions: ParsableArguments {
  @Option(help: "Threads to use.") public var threads: Int = 2
  @Flag(help: "Say nothing on success.") public var quiet = false
  @Flag(help: "Leave time, host and seconds out of the output, so that equal runs give equal bytes.") public var reproducible = false
  /// Defaults.
  public init() {}
}

/// A stage: a command that reads files and writes one.
public protocol Stage: ParsableCommand {
  /// The options that every stage takes.
  var common: CommonOptions { get }
  /// Reads, computes, writes.
  func run(_ context: StageContext) throws
}

extension Stage {
  /// Runs the stage and turns what it throws into one line, a hint and an exit code.
  public mutating func run() throws {
    let context = StageContext(name: Self.configuration.commandName ?? "stage", options: common)
    do { try run(context) } catch let fault as Fault {
      FileHandle.standardError.write(Data("\(context.name): error: \(fault.subject): \(fault.message)\n".utf8))
      if !fault.hint.isEmpty { FileHandle.standardError.write(Data("hint: \(fault.hint)\n".utf8)) }
      throw ExitCode(fault.code.rawValue)
    }
  }
}

/// What a running stage has at hand.
public final class StageContext: @unchecked Sendable {
  /// The stage's name.
  public let name: String
  /// How many threads to use.
  public let threads: Int
  /// What the output says of its making; `record` adds the inputs.
  public private(set) var provenance: Provenance
  private let options: CommonOptions

  init(name: String, options: CommonOptions) {
    (self.name, self.options, threads) = (name, options, options.threads)
    provenance = Provenance(producer: name, version: "0.1.0", commandLine: CommandLine.arguments.joined(separator: " "))
    provenance.reproducible = options.reproducible
  }

  /// Notes a file that was read.
  public func record(input path: String, digest: String) { provenance.inputs.append(.init(path: path, digest: digest)) }
  /// Says something on standard error, unless `--quiet`.
  public func say(_ message: String) { if !options.quiet { FileHandle.standardError.write(Data("\(name): \(message)\n".utf8)) } }
  /// Says something even with `--quiet`.
  public func warn(_ message: String) { FileHandle.standardError.write(Data("\(name): warning: \(message)\n".utf8)) }
  /// Shows how far the work is: a bar on a terminal, a line a minute elsewhere. `note` is such as `loss 0.913`.
  public func progress(_ done: Int, of total: Int, note: String = "") {}
  /// True once SIGINT or SIGTERM has come: write a checkpoint and call `stopInterrupted`.
  public var interrupted: Bool { false }
  /// Ends the process with 130 or 143, after a word of how to go on.
  public func stopInterrupted() -> Never { exit(130) }
  /// Wall seconds since the stage began.
  public var elapsedSeconds: Double { 0 }
  /// The largest resident memory so far, in bytes.
  public var peakMemory: Int { 0 }
}
