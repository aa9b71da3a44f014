// Standard error as the user sees it: whole lines, and at most one progress bar that gives way to them.
import Foundation
import Synchronization

/// Where a stage speaks: one writer for all threads.
package final class Terminal: Sendable {
  /// The process's standard error.
  package static let standardError = Terminal(style: .standardError()) { text in
    FileHandle.standardError.write(text)
  }

  /// How progress is to be shown here.
  let progressStyle: ProgressMeter.Style
  private let write: @Sendable (String) -> Void
  private let barIsShown = Mutex(false)

  /// A terminal that hands its text to `write`.
  package init(style: ProgressMeter.Style = .lines, write: @escaping @Sendable (String) -> Void) {
    (progressStyle, self.write) = (style, write)
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
        write((shown ? clearLine : "") + "\(stage): \(text)" + (isLast ? "\n" : ""))
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

extension FileHandle {
  /// Writes `text`; a standard error that is full or closed is nobody's business, and must not end the stage.
  fileprivate func write(_ text: String) { try? write(contentsOf: Data(text.utf8)) }
}
