// Finds, by row id, the content-free versions of each question that `tokenize --content-free` writes.

extension TokenizedSet {
  /// The name of the corruption in their file.
  package static let contentFreeName = "content-free"

  /// The texts of one example's choices; none where the answers are written.
  package func choiceTexts(of example: Int) -> ArraySlice<String> {
    guard scoring.hasOwnChoices else { return classNames[...] }
    return choiceTexts[Int(choiceOffsets[example])..<Int(choiceOffsets[example + 1])]
  }

  /// The row id of version `version`, 0 for the first, of the question with the row id `id`.
  package static func contentFreeRowID(_ id: String, version: Int) -> String { "\(id)/content-free-\(version)" }
}
