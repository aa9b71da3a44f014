// Which columns of a table, or members of JSON rows, the questions were read from, and which nothing reads. Ignored
// text must be reported: otherwise a passage under an unexpected name would vanish without a message.
import Faults
import JSON

/// The names in a file, in the order of their first appearance. A member inside another one is named by its path, as in
/// `question.stem` or `choices[].text`.
package struct FieldNames: Equatable, Sendable {
  /// The names that the questions were read from.
  package private(set) var used: [String] = []
  /// The names with content that is in no question.
  package private(set) var unused: [String] = []
  /// The names that describe a row, such as its topic; no prompt contains them.
  package private(set) var descriptive: [String] = []
  /// The names that the reader looks for.
  var expected: [String] = OwnField.allCases.map { $0.names[0] }
  /// [name] Whether it is used.
  private var isUsed: [String: Bool] = [:]

  private static let descriptions: Set = ["topic", "subject", "category", "difficulty", "split"]

  /// Notes the column `name`.
  mutating func note(_ name: String, isUsed: Bool) {
    guard self.isUsed.updateValue(isUsed, forKey: name) == nil else { return }
    switch (isUsed, Self.descriptions.contains(OwnField.plain(name))) {
    case (true, _): used.append(name)
    case (false, true): descriptive.append(name)
    case (false, false): unused.append(name)
    }
  }

  /// An expected name that `name` may be a misspelling of, for a message; "" if it resembles none.
  package func suggestion(for name: String) -> String {
    Faults.suggestion(for: name, among: expected.filter { !used.contains($0) })
  }

  /// Notes the members of `value`, and those inside members that are read. A member that is null or "" has no content.
  ///
  /// - Parameter isRead: Whether the reader uses the member at this path.
  mutating func note(membersOf value: JSON, at path: String = "", isRead: (String) -> Bool) {
    switch value {
    case .object(let members):
      for (name, member) in members where member != .null && member != "" {
        let path = path.isEmpty ? name : "\(path).\(name)"
        let isUsed = isUsed[path] ?? isRead(path)
        note(path, isUsed: isUsed)
        if isUsed { note(membersOf: member, at: path, isRead: isRead) }
      }
    case .array(let elements): for element in elements { note(membersOf: element, at: path + "[]", isRead: isRead) }
    default: break
    }
  }
}

/// What was read from a file.
struct ReadRows {
  /// The questions, in order.
  var questions: [Question] = []
  /// [question] The labels of a user's own texts, whose classes are not known yet; empty for other formats.
  var labels: [String?] = []
  /// [question][name] What a row gives for each class, for formats with several targets; nil where it gives nothing.
  var targets: [[String: Double]?] = []
  /// Where they were read from, for formats whose columns or members have names.
  var fields = FieldNames()
}
