// When to speak of progress and what to say: a bar for a person who watches, a line a minute for a log or cron's mail.
// The clock is an argument, so that a test needs no time.
import Foundation

/// Turns counts into text, and stays silent most of the time.
package struct ProgressMeter {
  /// How progress is shown.
  package enum Style: Equatable, Sendable {
    /// A bar that is drawn over itself, for a terminal.
    case bar
    /// The first line, one a minute, and the last.
    case lines

    /// A bar on a terminal with one stage at a time; lines under cron, CI, a pipe, or `make -j`, where bars of several
    /// stages would overwrite each other.
    package static func standardError(
      isTerminal: Bool = isatty(2) == 1, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Style {
      let isPlain = environment["CI"] != nil || environment["TERM"] == "dumb"
      let isParallel = environment["MAKEFLAGS"]?.contains("--jobserver") ?? false
      return isTerminal && !isPlain && !isParallel ? .bar : .lines
    }

    /// Seconds between two texts.
    var interval: Double { self == .bar ? 0.1 : 60 }
  }

  private let style: Style
  private var total = -1
  private var first = (done: 0, seconds: 0.0)
  private var last = (done: 0, seconds: 0.0)

  /// A meter that has seen nothing.
  package init(_ style: Style) { self.style = style }

  /// What to show now, or nil if it is too soon. `seconds` is any clock that does not go backwards.
  package mutating func update(_ done: Int, of total: Int, note: String, at seconds: Double) -> String? {
    let isNew = total != self.total || done < last.done
    if isNew {
      self.total = total
      first = (done, seconds)
    }
    let isFinished = done >= total && (isNew || last.done < total)
    guard isNew || isFinished || seconds - last.seconds >= style.interval else {
      // Counted between two texts too, so that a count that starts over is noticed.
      last.done = done
      return nil
    }
    last = (done, seconds)
    return text(done, note, seconds - first.seconds)
  }

  /// `400/1600 25% loss 0.913 3.1/s eta 6m27s`, behind a bar where there is one.
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
