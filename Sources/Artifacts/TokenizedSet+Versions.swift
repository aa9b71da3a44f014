// Other versions of the questions, which `tokenize` writes to a file of their own: they are found by their row ids.

extension TokenizedSet {
  /// What the versions of a question are. The raw value is the name of the corruption in their file.
  package enum Versions: String, Sendable {
    /// The question's texts are replaced by texts without content.
    case contentFree = "content-free"
    /// The choices are shifted by 1, 2, ... positions; what falls off at the front comes back at the end.
    case shifts
    /// The question's texts are damaged lightly, each time by another corruption.
    case corruptions
    /// The question is worded by another template.
    case templates

    /// The row id of version `version`, 0 for the first, of the question with the row id `id`.
    package func rowID(_ id: String, version: Int) -> String { "\(id)/\(rawValue)-\(version)" }

    /// The position in version `version` of the choice that the question has at `choice`, of `count`.
    package func position(of choice: Int, version: Int, count: Int) -> Int {
      self == .shifts ? (choice + count - (version + 1) % count) % count : choice
    }
  }

  /// The texts of one example's choices; none where the answers are written.
  package func choiceTexts(of example: Int) -> ArraySlice<String> {
    guard scoring.hasOwnChoices else { return classNames[...] }
    return choiceTexts[Int(choiceOffsets[example])..<Int(choiceOffsets[example + 1])]
  }
}
