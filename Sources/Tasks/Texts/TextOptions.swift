// What the user says about a file of texts. All of it is optional: what is not told is found.

/// The user's settings for reading texts with labels.
package struct TextOptions: Codable, Equatable, Sendable {
  /// The column of the text. Several names joined by `+` are read one after the other, as in `title+body`.
  package var text: String?
  /// The column of the second text of a pair.
  package var secondText: String?
  /// The column of the label.
  package var label: String?
  /// The column of the id.
  package var id: String?
  /// The file's encoding.
  package var encoding: TextEncoding?
  /// Whether bytes that are not UTF-8, and NUL, become U+FFFD. Otherwise they are an error.
  package var replacesInvalidText = false
  /// Whether a label of JSON Lines may be an array or an object, which is then read as its JSON text.
  var takesStructuredLabels = false
  /// Find everything.
  package init() {}

  /// Whether the user named a column.
  var namesColumns: Bool { text != nil || secondText != nil || label != nil }
}
