// Errors whose cause lies outside the program: bad usage, bad data, a missing file, a full disk. The library that meets
// the error throws a fault; the stage prints it once, as `stage: error: subject: what` and a `hint:` line. A bug of our
// own is a failed precondition, never a fault.

/// An error caused by the user or the environment, with everything that the message needs.
package struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The process's exit code, by sysexits(3).
  package enum Code: Int32, Sendable {
    /// A wrong flag or a wrong combination of flags.
    case usage = 64
    /// Input that exists but is wrong.
    case data = 65
    /// Input that does not exist or cannot be read.
    case noInput = 66
    /// A result that cannot be trusted although the input is valid, such as a loss that is not finite.
    case internalError = 70
    /// The system refused to give memory.
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

  /// The process's exit code.
  package var code: Code
  /// The file, with the row if there is one (`train.jsonl:17`), or the setting in backquotes.
  package var subject: String
  /// What was found and what was expected, in one line.
  package var message: String
  /// The one thing to try next; empty if there is none.
  package var hint: String

  /// A fault of kind `code` about `subject`.
  package init(_ code: Code, _ subject: String, _ message: String, hint: String = "") {
    (self.code, self.subject, self.message, self.hint) = (code, subject, message, hint)
  }

  /// A fault of kind `code` about a setting, such as `learning-rate`.
  ///
  /// A library does not know how its caller spells settings. Here and in hints it writes their names in backquotes,
  /// with a value if it suggests one (`rank 4`); a stage prints them as flags.
  package init(_ code: Code, setting: String, _ message: String, hint: String = "") {
    self.init(code, "`\(setting)`", message, hint: hint)
  }

  /// The largest count that a setting may ask for: the product of two such counts still fits into an Int.
  package static let largestCount = 1_000_000_000

  /// Rejects a count below `least`, or one so large that arithmetic with it could overflow.
  ///
  /// - Throws: `Fault` of kind `.usage` about `setting`.
  package static func check(count: Int, of setting: String, atLeast least: Int = 1) throws {
    guard count < least || count > largestCount else { return }
    let bound = count < least ? "an integer of at least \(least)" : "at most \(largestCount)"
    throw Fault(.usage, setting: setting, "found \(count), must be \(bound)")
  }

  /// Rejects a number outside `range`.
  ///
  /// - Throws: `Fault` of kind `.usage` about `setting`.
  package static func check(_ number: Int, of setting: String, in range: ClosedRange<Int>) throws {
    guard !range.contains(number) else { return }
    throw Fault(.usage, setting: setting, "found \(number), expected \(range.lowerBound) to \(range.upperBound)")
  }

  /// Rejects a number that is not finite and above 0.
  ///
  /// - Throws: `Fault` of kind `.usage` about `setting`.
  package static func check(positive number: Double, of setting: String) throws {
    guard number > 0, number.isFinite else {
      throw Fault(.usage, setting: setting, "found \(number), expected above 0")
    }
  }

  /// `subject: message`, then the hint in brackets; short and printable.
  package var description: String {
    "\(subject.printable()): \(message.printable())" + (hint.isEmpty ? "" : " (\(hint.printable()))")
  }
}
