// Writes to standard error: whole lines, and at most one progress bar, which is removed before a line is printed.
import Foundation
import Synchronization

/// Standard error, shared by all threads.
package final class Terminal: Sendable {
  /// The process's standard error.
  package static let standardError = Terminal(style: .standardError(), columns: windowColumns) { text in
    // An error is ignored: a full or closed standard error must not end the stage.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// How progress is shown.
  let progressStyle: ProgressMeter.Style
  private let write: @Sendable (String) -> Void
  private let columns: @Sendable () -> Int
  private let barIsShown = Mutex(false)

  /// A terminal with the given number of columns that calls `write` with its text.
  package init(
    style: ProgressMeter.Style = .lines, columns: @escaping @Sendable () -> Int = { 80 },
    write: @escaping @Sendable (String) -> Void
  ) {
    (progressStyle, self.columns, self.write) = (style, columns, write)
  }

  /// Prints one or more whole lines.
  package func print(_ lines: String) {
    barIsShown.withLock { shown in
      write((shown ? clearLine : "") + lines + "\n")
      shown = false
    }
  }

  /// Shows progress in the terminal's style. The last text stays on the screen.
  func show(progress text: String, of stage: String, isLast: Bool) {
    barIsShown.withLock { shown in
      switch progressStyle {
      case .lines: write("\(stage): \(text)\n")
      case .bar:
        // Truncated, since a bar that wraps into a second line could not be removed.
        write((shown ? clearLine : "") + "\(stage): \(text)".prefix(columns() - 1) + (isLast ? "\n" : ""))
        shown = !isLast
      }
    }
  }

  /// Removes the bar, if one is shown.
  func clearProgress() {
    barIsShown.withLock { shown in
      if shown { write(clearLine) }
      shown = false
    }
  }
}

/// Moves to the first column and clears the line.
private let clearLine = "\r\u{1B}[K"

/// The current width of the terminal window, which may change while the stage runs; 80 if it is unknown.
@Sendable private func windowColumns() -> Int {
  var size = winsize()
  return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) : 80
}
