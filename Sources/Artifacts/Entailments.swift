// The artifact of `judge-entailment`: which of the texts that one method wrote for a question entail which others.

/// What a judge, a method that was fitted on pairs of texts, says about the texts of one file of answers.
package struct Entailments: Equatable, Sendable {
  /// The judge's method.
  package var method = ""
  /// The data set that it was fitted on.
  package var dataset = ""
  /// The content digest of its base.
  package var baseDigest = ""
  /// The content digest of the tokens that it was fitted on.
  package var tokensDigest = ""
  /// All settings of the judge, as canonical JSON.
  package var settings = "{}"
  /// The content digest of the answers.
  package var answersDigest = ""
  /// Whether the judge knows contradiction. To one that does not, texts that contradict each other are neutral.
  package var hasContradiction = false
  /// [question] Row ids of the test questions.
  package var rowIDs: [String] = []
  /// [question + 1] Where a question's texts begin in `texts`.
  package var textOffsets: [Int32] = [0]
  /// [text] The answers that differ by more than case, punctuation, articles and white space, those of all questions end
  /// to end.
  package var texts: [String] = []
  /// [question, text, other text] What the first text says about the other one: 0 contradiction, 1 neutral, 2 entailment.
  package var relations: [UInt8] = []

  /// Nothing yet, to be filled in.
  package init() {}

  /// The texts of a question, as indices into `texts`.
  package func textRange(_ question: Int) -> Range<Int> {
    Int(textOffsets[question])..<Int(textOffsets[question + 1])
  }
}

extension Entailments: StoredArtifact {
  /// The kind of artifact, as in the file's first line and its `schema` attribute.
  package static var schema: String { "entailments" }
  static var version: Int { 1 }
  /// Reads the file and checks everything that it says.
  package static func read(_ file: ArtifactFile) throws -> Entailments { try load(file) }
  /// Writes the file, whole or not at all.
  package func write(to path: String, provenance: Provenance) throws { try store(to: path, provenance: provenance) }

  mutating func exchange(with archive: some Archive) throws {
    try archive.text("method", &method)
    try archive.text("dataset", &dataset)
    try archive.text("base_digest", &baseDigest)
    try archive.text("tokens_digest", &tokensDigest)
    try archive.text("settings", &settings)
    try archive.text("answers_digest", &answersDigest)
    var contradiction = hasContradiction ? 1 : 0
    try archive.integer("has_contradiction", &contradiction)
    try require((0...1).contains(contradiction), "has_contradiction is \(contradiction), expected 0 or 1")
    hasContradiction = contradiction == 1
    try archive.texts("row_ids", &rowIDs, Axis("question"), "ids of the test questions")
    try archive.numbers(
      "text_offsets", &textOffsets, [Axis("question + 1", rowIDs.count + 1)], "where a question's texts begin in texts")
    try archive.texts("texts", &texts, Axis("text"), "different answers, those of all questions end to end")
    try archive.numbers(
      "relations", &relations, [Axis("question, text, other text")],
      "what a text says about another one: 0 contradiction, 1 neutral, 2 entailment")
  }

  func validate() throws {
    try require(Set(rowIDs).count == rowIDs.count, "two questions have the same row id")
    try requireOffsets(textOffsets, "text_offsets", count: rowIDs.count, end: texts.count)
    // In Double, since a forged file may have any numbers.
    let pairs = rowIDs.indices.reduce(0) { $0 + Double(textRange($1).count) * Double(textRange($1).count) }
    try require(
      Double(relations.count) == pairs, "it has \(relations.count) relations, expected \(pairs.formatted())")
    try require(relations.allSatisfy { $0 <= 2 }, "relations contains a number that is unknown")
    try require(
      hasContradiction || !relations.contains(0), "relations contains a contradiction, which it does not know")
  }
}
