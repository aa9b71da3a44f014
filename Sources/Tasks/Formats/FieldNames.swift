// Which columns of a table, or members of JSON rows, the questions were read from, and which nothing reads: text that is
// left out must be named, or a passage called otherwise than expected vanishes without a word.
import Faults
import JSON

/// The names in a file, in the order of their first appearance. A member inside another one is named by its path, as in
/// `question.stem` or `choices[].text`.
package struct FieldNames: Equatable, Sendable {
  /// Those that the questions were read from.
  package private(set) var used: [String] = []
  /// Those that hold something that no question has.
  package private(set) var unused: [String] = []
  /// Those that say what kind of question a row is, which no prompt tells the model.
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

  /// A name that the reader looks for and that `name` was perhaps meant to be, for a message; "" where it is like none.
  package func suggestion(for name: String) -> String {
    Faults.suggestion(for: name, among: expected.filter { !used.contains($0) })
  }

  /// Notes the members of `value`, and those inside of members that are read. What is null or "" holds nothing.
  ///
  /// - Parameter isRead: whether the reader looks at the member of this path.
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

/// What a reader has made of a file.
struct ReadRows {
  /// The questions, in order.
  var questions: [Question] = []
  /// Where they stand, for formats whose columns or members have names.
  var fields = FieldNames()
}
