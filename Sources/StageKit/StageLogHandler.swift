// Each message has two readers: the terminal gets a plain sentence, the log file a line with time and level.
import Faults
import Foundation
import Logging

/// Writes plain sentences to the terminal and full lines to the log file.
///
/// The terminal gets messages of level `info` and above, or `warning` and above when quiet. The log file gets all.
struct StageLogHandler: LogHandler {
  let stage: String
  /// What the terminal's lines begin with.
  let title: String
  let terminal: Terminal
  let isQuiet: Bool
  let log: LogFile?
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.debug

  init(stage: String, title: String, terminal: Terminal, isQuiet: Bool, log: LogFile?) {
    (self.stage, self.title, self.terminal, self.isQuiet, self.log) = (stage, title, terminal, isQuiet, log)
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    // Debug messages, which only the log gets, may be long: they contain the command.
    let lines = "\(event.message)".printableLines(limit: event.level == .debug ? 100_000 : 1000)
    if event.level >= (isQuiet ? .warning : .info) {
      let text = lines.joined(separator: "\n")
      terminal.print("\(title): \(event.level == .warning ? "warning: " : "")\(text)")
    }
    guard let log else { return }
    let values = metadata.merging(event.metadata ?? [:]) { $1 }
    let pairs = values.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    let failure = log.append("\(stage) \(event.level) \(lines.joined(separator: " | "))\(pairs)")
    if let failure { terminal.print("\(title): warning: \(failure)") }
  }
}
