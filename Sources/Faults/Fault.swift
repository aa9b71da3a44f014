// What can go wrong outside the program: bad usage, bad data, a missing file, a full disk. A fault is thrown by the
// library that meets it and printed once, by the stage, as `stage: error: subject: what` and a `hint:` line.
// A mistake of our own is a precondition, never a fault.

/// An error of the user's or the environment's making, with all that the message needs.
package struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The process's exit code, by sysexits(3).
  package enum Code: Int32, Sendable {
    /// A wrong flag or a wrong combination of flags.
    case usage = 64
    /// Input that is there but wrong.
    case data = 65
    /// Input that is not there or cannot be read.
    case noInput = 66
    /// A result that cannot be trusted although the input is right, such as a loss that is not finite.
    case internalError = 70
    /// Memory that the system refused.
    case outOfMemory = 71
    /// An output that cannot be created.
    case cannotCreate = 73
    /// A read or write that failed half-way: full disk, damaged file.
    case inputOutput = 74
    /// Something is locked or busy: try later.
    case tryLater = 75
    /// Settings that contradict each other or the files, or ask for more than the machine has.
    case configuration = 78
  }

  /// How the process ends.
  package var code: Code
  /// The file, with the row where there is one (`train.jsonl:17`), or the setting in backquotes.
  package var subject: String
  /// What was found and what was expected, in one line.
  package var message: String
  /// The one thing to try next; empty when there is none.
  package var hint: String

  /// A fault of kind `code` about `subject`.
  package init(_ code: Code, _ subject: String, _ message: String, hint: String = "") {
    (self.code, self.subject, self.message, self.hint) = (code, subject, message, hint)
  }

  /// A fault of kind `code` about a setting, such as `learning-rate`.
  ///
  /// A library does not know how its caller spells settings. Here and in hints it writes their names in backquotes, with
  /// a value if it proposes one (`rank 4`); a stage prints them as flags.
  package init(_ code: Code, setting: String, _ message: String, hint: String = "") {
    self.init(code, "`\(setting)`", message, hint: hint)
  }

  /// The largest number of things that a setting may ask for: the product of two such numbers is still an integer.
  package static let largestCount = 1_000_000_000

  /// Rejects a count below `least`, or one too large to calculate with.
  ///
  /// - Throws: `Fault` of kind `.usage` about `setting`.
  package static func check(count: Int, of setting: String, atLeast least: Int = 1) throws {
    guard count >= least else { throw Fault(.usage, setting: setting, "found \(count), expected \(least) or more") }
    guard count <= largestCount else {
      throw Fault(.usage, setting: setting, "found \(count), expected at most \(largestCount)")
    }
  }

  /// Rejects a number outside `range`.
  ///
  /// - Throws: `Fault` of kind `.usage` about `setting`.
  package static func check(_ number: Int, of setting: String, in range: ClosedRange<Int>) throws {
    guard !range.contains(number) else { return }
    throw Fault(.usage, setting: setting, "found \(number), expected \(range.lowerBound) to \(range.upperBound)")
  }

  /// `subject: message`, and the hint behind it in brackets; short and printable.
  package var description: String {
    "\(subject.printable()): \(message.printable())" + (hint.isEmpty ? "" : " (\(hint.printable()))")
  }
}
