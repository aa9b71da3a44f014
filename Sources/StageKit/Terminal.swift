// Standard error as the user sees it: whole lines, and at most one progress bar that gives way to them.
import Foundation
import Synchronization

/// Where a stage speaks: one writer for all threads.
package final class Terminal: Sendable {
  /// The process's standard error.
  package static let standardError = Terminal(style: .standardError(), columns: windowColumns) { text in
    // Standard error may be full or closed; that must not end the stage.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// How progress is to be shown here.
  let progressStyle: ProgressMeter.Style
  private let write: @Sendable (String) -> Void
  private let columns: @Sendable () -> Int
  private let barIsShown = Mutex(false)

  /// A terminal with the given number of columns that passes its text to `write`.
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

  /// Shows progress in the terminal's own way; the last one stays on the screen.
  func show(progress text: String, of stage: String, isLast: Bool) {
    barIsShown.withLock { shown in
      switch progressStyle {
      case .lines: write("\(stage): \(text)\n")
      case .bar:
        // A line that wraps could not be taken back.
        write((shown ? clearLine : "") + "\(stage): \(text)".prefix(columns() - 1) + (isLast ? "\n" : ""))
        shown = !isLast
      }
    }
  }

  /// Takes a bar off the screen.
  func clearProgress() {
    barIsShown.withLock { shown in
      if shown { write(clearLine) }
      shown = false
    }
  }
}

/// Back to the first column, and the line emptied.
private let clearLine = "\r\u{1B}[K"

/// The width of the window behind standard error, which may change while the stage runs.
@Sendable private func windowColumns() -> Int {
  var size = winsize()
  return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) : 80
}
