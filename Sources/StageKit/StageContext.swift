// What a running stage works with: its threads, its provenance, messages and progress, and whether to stop.
import Artifacts
import Faults
import Foundation
import Logging
import Synchronization

/// What a running stage works with.
package final class StageContext: Sendable {
  /// The stage's name.
  package let name: String
  /// How many threads to use.
  package let threads: Int
  /// For messages of a level or with values of their own; `say` and `warn` are the usual two.
  let logger: Logger

  private let isQuiet: Bool
  private let hasLog: Bool
  private let terminal: Terminal
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  private struct State {
    var provenance: Provenance
    /// [place] The outputs by where they really lie, as `check(outputs:)` was told.
    var outputs: Set<String> = []
    var progress: ProgressMeter
    var loggedProgress: ProgressMeter
  }

  /// A context that speaks on `terminal`; `arguments` go into the provenance.
  package init(
    name: String, options: CommonOptions, arguments: [String] = CommandLine.arguments,
    terminal: Terminal = .standardError
  ) throws {
    (self.name, self.terminal, threads) = (name, terminal, options.threads)
    (isQuiet, hasLog) = (options.quiet, options.logFile != nil)
    let log = try options.logFile.map { path in
      guard Self.mentions(of: path, in: arguments) < 2 else {
        throw Fault(.usage, path, "it is named as the log and for something else", hint: "name another --log-file")
      }
      return try LogFile(path)
    }
    let isQuiet = isQuiet
    logger = Logger(label: name) { StageLogHandler(stage: $0, terminal: terminal, isQuiet: isQuiet, log: log) }
    var provenance = Provenance(
      producer: name, version: credenceVersion, commandLine: Self.commandLine(name, arguments))
    provenance.reproducible = options.reproducible || ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"] != nil
    state = Mutex(
      State(
        provenance: provenance, progress: ProgressMeter(terminal.progressStyle), loggedProgress: ProgressMeter(.lines)))
    logger.debug("\(provenance.commandLine)", metadata: ["threads": "\(threads)", "version": "\(credenceVersion)"])
  }

  /// How the output was made; `record` adds the inputs.
  package var provenance: Provenance { state.withLock { $0.provenance } }

  /// Records a file that was read.
  ///
  /// - Throws: `Fault` of kind `.usage` for a file that the stage is to write: it would be lost.
  package func record(input path: String, digest: String) throws {
    try state.withLock { state in
      guard !state.outputs.contains(place(of: path)) else {
        throw Fault(.usage, path, "it is an input and would be overwritten", hint: "name another output")
      }
      state.provenance.inputs.append(.init(path: path, digest: digest))
    }
  }

  /// Records a file that will be written.
  ///
  /// - Throws: `Fault` of kind `.usage` for one that is named for two outputs.
  func record(output path: String) throws {
    guard state.withLock({ $0.outputs.insert(place(of: path)).inserted }) else {
      throw Fault(.usage, path, "it is named for two outputs", hint: "give each output its own name")
    }
  }

  /// How often the arguments name the file at `path`.
  private static func mentions(of path: String, in arguments: [String]) -> Int {
    let log = place(of: path)
    return arguments.dropFirst().count { word in
      let value = word.hasPrefix("--") ? word.firstIndex(of: "=").map { word[word.index(after: $0)...] } : word[...]
      return value.map { place(of: String($0)) == log } ?? false
    }
  }

  /// Says something on standard error, unless `--quiet`.
  package func say(_ message: String) { logger.info("\(message.settingsAsFlags)") }
  /// Says something even with `--quiet`.
  package func warn(_ message: String) { logger.warning("\(message.settingsAsFlags)") }

  /// Prints text for people to standard output. What a terminal would obey in it is escaped: names and values may come
  /// from anybody's files.
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
        terminal.show(progress: text, of: name, isLast: done >= total)
      }
      if hasLog, let text = state.loggedProgress.update(done, of: total, note: note, at: seconds) {
        logger.debug("\(text)")
      }
    }
  }

  /// True once SIGINT or SIGTERM has come: write a checkpoint and call `stopInterrupted`.
  ///
  /// A stage that never asks is ended by the first signal; one that asks is ended at once only by the second.
  package var interrupted: Bool { Interrupts.poll() != nil }

  /// Ends the process with 128 and the number of the signal, after a message how to resume. Only after `interrupted` was true.
  package func stopInterrupted() -> Never {
    let signal = Interrupts.poll()
    precondition(signal != nil, "stopInterrupted without an interrupt")
    logger.error("stopped by \(Interrupts.name(of: signal!)); the same command resumes from the last checkpoint")
    exit(128 + signal!)
  }

  /// Wall seconds since the stage began.
  var elapsedSeconds: Double { (ContinuousClock.now - start) / .seconds(1) }
  /// The largest resident memory so far, in bytes.
  package var peakMemory: Int { ResourceUsage.peakMemory }

  /// The last line of a stage that did its work.
  func finish() {
    let line = "\(name) \(credenceVersion): \(ResourceUsage(wall: elapsedSeconds))"
    if !isQuiet { terminal.print(line) }
    logger.debug("done: \(line)")
  }

  /// Writes what ended the stage into the log; the terminal hears of it from `Stage.report`.
  func finish(failure: any Error) {
    terminal.clearProgress()
    logger.debug("failed: \(Fault(describing: failure).description.settingsAsFlags)")
  }

  /// The command line for the provenance: without what has no influence on the result (`--threads`, `--quiet`,
  /// `--log-file`), and with the name under which make publishes `FILE.new`.
  package static func commandLine(_ name: String, _ arguments: [String]) -> String {
    var words = [name]
    var rest = arguments.dropFirst()
    while let word = rest.popFirst() {
      switch word {
      case "--threads", "--log-file": _ = rest.popFirst()
      case "--quiet": break
      case _ where word.hasPrefix("--threads=") || word.hasPrefix("--log-file="): break
      default: words.append(word.hasSuffix(".new") ? String(word.dropLast(4)) : word)
      }
    }
    return words.joined(separator: " ")
  }
}
