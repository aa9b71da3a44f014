// Decides when to show progress and how: as a bar on a terminal, as a line a minute in a log or in cron's mail. The time is
// an argument, so that tests do not have to wait.
import Foundation

/// Turns counts into progress texts, at most one in every interval.
package struct ProgressMeter {
  /// How progress is shown.
  package enum Style: Equatable, Sendable {
    /// A bar that is redrawn in place, for a terminal.
    case bar
    /// A line at the start, one every minute, and one at the end.
    case lines

    /// A bar on a terminal; lines under cron, in CI, in a pipe, and under `make -j`, where the bars of several stages would
    /// overwrite each other.
    package static func standardError(
      isTerminal: Bool = isatty(2) == 1, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Style {
      let isPlain = environment["CI"] != nil || environment["TERM"] == "dumb"
      let isParallel = environment["MAKEFLAGS"]?.contains("--jobserver") ?? false
      return isTerminal && !isPlain && !isParallel ? .bar : .lines
    }

    /// The least number of seconds between two texts.
    var interval: Double { self == .bar ? 0.1 : 60 }
  }

  private let style: Style
  private var total = -1
  private var first = (done: 0, seconds: 0.0)
  private var last = (done: 0, seconds: 0.0)

  /// A meter before its first count.
  package init(_ style: Style) { self.style = style }

  /// The text to show now, or nil if it is too early. `seconds` is the time on any clock that does not go backwards.
  package mutating func update(_ done: Int, of total: Int, note: String, at seconds: Double) -> String? {
    let isNew = total != self.total || done < last.done
    if isNew {
      self.total = total
      first = (done, seconds)
    }
    let isFinished = done >= total && (isNew || last.done < total)
    guard isNew || isFinished || seconds - last.seconds >= style.interval else {
      // Remembered even if nothing is shown, so that a count that starts over is noticed.
      last.done = done
      return nil
    }
    last = (done, seconds)
    return text(done, note, seconds - first.seconds)
  }

  /// A text such as `400/1600 25% loss 0.913 3.1/s eta 6m27s`, after the bar if there is one.
  private func text(_ done: Int, _ note: String, _ seconds: Double) -> String {
    let share = total > 0 ? Double(done) / Double(total) : 1
    var parts = ["\(done)/\(total)", "\(Int(share * 100))%"]
    if style == .bar {
      let filled = min(Int(share * 24), 24)
      parts.insert("[\(String(repeating: "#", count: filled))\(String(repeating: ".", count: 24 - filled))]", at: 0)
    }
    if !note.isEmpty { parts.append(note) }
    if done > first.done && seconds > 0 {
      let rate = Double(done - first.done) / seconds
      parts.append(rate >= 10 ? "\(Int(rate.rounded()))/s" : String(format: "%.2g/s", rate))
      if done < total { parts.append("eta " + Self.duration(Double(total - done) / rate)) }
    }
    return parts.joined(separator: " ")
  }

  /// Whole seconds as `42s`, `6m27s` or `3h05m`.
  package static func duration(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded())
    switch whole {
    case ..<60: return "\(whole)s"
    case ..<3600: return "\(whole / 60)m" + String(format: "%02ds", whole % 60)
    default: return "\(whole / 3600)h" + String(format: "%02dm", whole % 3600 / 60)
    }
  }
}
