// New texts as tokens, worded and cut as the texts that a run was fitted on.
import Artifacts
import Faults
import JSON
import Tasks
import Tokenization

/// A file of new texts, and how its rows become tokens.
struct NewTextWording {
  let path: String
  let set: TokenizedSet
  let reading: TextOptions
  let tokenizer: Tokenizer
  let threads: Int
  private let template: Template

  init(path: String, _ reading: TextOptions, set: TokenizedSet, tokenizer: Tokenizer, threads: Int) throws {
    try set.requireChoices(for: "predict", hint: "generate-answers writes answers")
    try set.requireOneRightChoice(for: "predict", hint: "name the new texts as test files of evaluate")
    (self.path, self.reading, self.set, self.tokenizer, self.threads) = (path, reading, set, tokenizer, threads)
    template = try Template.named(set.template, for: set.scoring)
  }

  /// The rows, from the first on.
  func open() throws -> NewTexts { try NewTexts(path, like: set, reading) }

  /// Reads all rows once, and notes how many there are and how many choices they have: a row that cannot be read is then
  /// reported before hours are spent on those before it.
  func measure(_ header: inout ForecastHeader) throws {
    let rows = try open()
    header.reading = try reading.canonicalJSON
    while let row = try rows.next() {
      header.rows += 1
      header.choices = max(header.choices, row.question.choices.count)
      guard set.scoring != .letters || row.question.choices.count <= set.labelTokens.count else {
        throw Fault(
          .data, row.question.location,
          "\(row.question.choices.count) choices, but the run was fitted on at most \(set.labelTokens.count)")
      }
    }
    guard header.rows > 0 else { throw Fault(.data, path, "no rows, expected at least one text") }
    header.blockRows = Self.blockRows(values: Double(header.groups) * Double(header.samples) * Double(header.choices))
  }

  /// Rows that are predicted together: few enough for the log-probabilities of all draws, `values` a row, to take at most
  /// 16 MiB, unless 16 rows take more.
  private static func blockRows(values: Double) -> Int { Int(min(256, max(16, 0x1p22 / values))) }

  /// The tokens of some rows, and how many of their texts were cut.
  func tokens(of rows: [NewTexts.Row]) throws -> (set: TokenizedSet, truncated: Int) {
    var truncation = Truncation()
    var tokens = try TokenizedSet(
      QuestionSet(unlabelled: rows.map(\.question)), named: set.dataset, template, tokenizer,
      vocabularySize: set.vocabularySize, maximumLength: set.maximumLength, positions: set.maximumLength,
      longTexts: set.longTexts, threads: threads, truncation: &truncation)
    tokens.labelTokens = set.labelTokens
    return (tokens, truncation.questions)
  }
}
