// Which column of a file holds the text, the second text of a pair, the label and the id: told by the user, or found by
// its name. Two columns that could hold the same part are an error, because choosing one of them would be a guess.
import Faults

/// The columns of a file of texts.
package struct TextColumns: Equatable, Sendable {
  /// All names, in order.
  package let names: [String]
  /// The columns of the first or only text; several are joined by a space.
  package let text: [Int]
  /// The column of the second text; nil for single texts.
  package let secondText: Int?
  /// The column of the label; nil if the file has none.
  package let label: Int?
  /// The column of the id; nil if the file has none.
  package let id: Int?

  /// Names of a single text. The last ones count only if there is none of the others.
  private static let textNames = [
    "text", "sentence", "question", "comment", "review", "tweet", "message", "post", "content", "document", "body",
    "utterance", "query", "response", "abstract",
  ]
  private static let lesserTextNames = ["title", "headline", "description"]
  private static let pairNames = [
    ("text_a", "text_b"), ("text1", "text2"), ("sentence1", "sentence2"), ("sentence_a", "sentence_b"),
    ("premise", "hypothesis"), ("question1", "question2"),
  ]
  private static let labelNames = [
    "label", "labels", "class", "answer", "category", "target", "gold", "intent", "sentiment", "topic", "code",
  ]
  /// Names that a label often has, and other columns too: they count if there is none of the others, and only one of
  /// these.
  private static let lesserLabelNames = ["rating", "stars", "score", "grade"]
  private static let idNames = ["id", "qid", "question_id", "text_id", "uid", "guid", "index", "idx"]

  /// The part's columns in a header with these names.
  ///
  /// - Throws: `Fault.data` if there is no text, a column that the user named is missing, or two could hold the same
  ///   part. A file without the label's column has no labels: a file of new texts is read by the same settings.
  package init(_ names: [String], _ told: TextOptions, at location: String) throws {
    self.names = names
    let find = ColumnFinder(names: names, location: location)
    let lesser = told.takesStructuredLabels ? [] : Self.lesserLabels(in: names)
    label =
      try told.label.map(find.position) ?? find.only(of: Self.labelNames, "label", "label-column")
      ?? (lesser.count == 1 ? find.position(of: lesser[0]) : nil)
    id = try find.toldOrFault(told.id, "id-column") ?? find.only(of: Self.idNames, "id", "id-column")
    if let text = told.text {
      self.text = try text.split(separator: "+").map { try find.toldOrFault(String($0), "text-column")! }
      secondText = try find.toldOrFault(told.secondText, "second-text-column")
      return
    }
    let single = try find.only(of: Self.textNames, "text", "text-column", besides: label)
    let pair = Self.pairNames.lazy.compactMap { first, second in
      find.position(of: first).flatMap { first in find.position(of: second).map { (first, $0) } }
    }.first
    if let single, let pair { throw find.ambiguity(single, pair.0, "text", "text-column") }
    if let told = try find.toldOrFault(told.secondText, "second-text-column") {
      guard let first = single ?? pair?.0 else { throw find.missingText() }
      (text, secondText) = ([first], told)
    } else if let pair {
      (text, secondText) = ([pair.0], pair.1)
    } else {
      let lesser = try single ?? find.only(of: Self.lesserTextNames, "text", "text-column", besides: label)
      guard let lesser else { throw find.missingText() }
      (text, secondText) = ([lesser], nil)
    }
  }

  /// Whether a header with these names is that of a file of texts, and not of questions with choices.
  static func areFound(in names: [String], _ told: TextOptions) -> Bool {
    if nameChoices(names) || misspellChoices(names) && !told.namesColumns { return false }
    // A file with two columns for the text is one of texts too, with a fault of its own.
    do { _ = try TextColumns(names, told, at: "") } catch let fault as Fault where ColumnFinder.isMissing(fault) {
      return false
    } catch {}
    return true
  }

  /// Whether a header with these names was meant to be that of a file of texts: one of them is that of a text or a label,
  /// and none is that of choices.
  static func areMeant(in names: [String]) -> Bool {
    let pairs = pairNames.flatMap { [$0.0, $0.1] }
    let known = Set((textNames + lesserTextNames + pairs + labelNames + lesserLabelNames).map(OwnField.plain))
    return !concernChoices(names) && names.contains { known.contains(OwnField.plain($0)) }
  }

  /// The names that are looked for besides text and label, shortened for messages.
  static let (otherTextNames, otherLabelNames) = (shortened(textNames), shortened(labelNames))

  private static func shortened(_ names: [String]) -> String { names[1...3].joined(separator: ", ") + ", ..." }

  /// Whether some of `names` are those of choices, or close to them.
  static func concernChoices(_ names: [String]) -> Bool { nameChoices(names) || misspellChoices(names) }

  private static func nameChoices(_ names: [String]) -> Bool {
    names.contains { OwnField(named: $0) == .choices } || ChoiceColumns.areNamed(in: names)
  }

  private static func misspellChoices(_ names: [String]) -> Bool {
    names.contains { name in OwnField.choices.names.contains { closest(to: name, among: [$0]) != nil } }
  }

  /// The names among `names` that may be a label's but are no sure sign of one, such as `rating`.
  static func lesserLabels(in names: [String]) -> [String] {
    names.filter { lesserLabelNames.contains(OwnField.plain($0)) }
  }

  /// The columns that are read.
  var used: Set<Int> { Set(text + [secondText, label, id].compactMap(\.self)) }
}

/// Finds columns by their names.
private struct ColumnFinder {
  let names: [String]
  let location: String

  /// The column called `name`: exactly, or with differences in case, spaces, hyphens and underscores.
  func position(of name: String) -> Int? {
    names.firstIndex(of: name) ?? names.firstIndex { OwnField.plain($0) == OwnField.plain(name) }
  }

  /// The column that the user named; nil if the user named none.
  func toldOrFault(_ name: String?, _ setting: String) throws -> Int? {
    guard let name else { return nil }
    if let position = position(of: name) { return position }
    throw Fault(
      .data, location,
      "no column called \(name)\(suggestion(for: name, among: names)), found \(names.joined(separator: ", "))",
      hint: "`\(setting)` must be one of them")
  }

  /// The only column with one of the names; nil if there is none.
  /// - Parameter besides: A column that is taken.
  /// - Throws: `Fault.data` if there are two.
  func only(of known: [String], _ part: String, _ setting: String, besides taken: Int? = nil) throws -> Int? {
    let found = names.indices.filter { position in
      position != taken && known.contains { OwnField.plain($0) == OwnField.plain(names[position]) }
    }
    if found.count > 1 { throw ambiguity(found[0], found[1], part, setting) }
    return found.first
  }

  func ambiguity(_ first: Int, _ second: Int, _ part: String, _ setting: String) -> Fault {
    Fault(
      .data, location, "both \(names[first]) and \(names[second]) could be the \(part)",
      hint: "name one of them: `\(setting) \(names[first])`")
  }

  private static let missing = "no column for the text"

  func missingText() -> Fault {
    Fault(
      .data, location, "\(Self.missing), found \(names.joined(separator: ", "))",
      hint: "call it text (or \(TextColumns.otherTextNames)), or name it with `text-column`")
  }

  static func isMissing(_ fault: Fault) -> Bool { fault.message.hasPrefix(missing) }
}
