// The words of the questions. Predictions only have ids and the indices of choices; the tokens file that they were made
// from has the names of the choices and, through the tokenizer, the text as the model read it.
import Artifacts
import Calibration
import Faults

/// The names of the files that questions are from, without their folders.
package struct QuestionFileNames: Sendable {
  /// The files to train on.
  let training: [String]
  /// The files to test on; none if a part of the training files is tested on.
  let test: [String]

  /// The last parts of these paths.
  package init(training: [String], test: [String]) {
    func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
    (self.training, self.test) = (training.map(name), test.map(name))
  }
}

/// The text of every question and the names of its choices.
package struct QuestionTexts: Sendable {
  /// The tokens.
  let tokens: TokenizedSet
  /// The files that the questions are from; nil if they are not known.
  let files: QuestionFileNames?
  private let digest: String
  private let path: String
  private let indices: [Key: Int]
  private let decode: @Sendable ([Int32]) -> String?
  /// For each example that is predicted, the first of its split with the same text.
  private let firstWithSameText: [Int: Int]

  private struct Key: Hashable {
    let id: String
    let split: TokenizedSet.Split
  }

  /// The questions of `tokens`, which were read from `path`, have the content digest `digest` and are from `files`;
  /// `decode` turns token ids into text without special tokens, or returns nil.
  package init(
    _ tokens: TokenizedSet, digest: String, path: String, from files: QuestionFileNames? = nil,
    decode: @escaping @Sendable ([Int32]) -> String? = { _ in nil }
  ) {
    (self.tokens, self.digest, self.path, self.files, self.decode) = (tokens, digest, path, files, decode)
    classNames = tokens.classNames.isEmpty ? Self.commonChoices(tokens) : tokens.classNames
    let keys = tokens.rowIDs.indices.map { (Key(id: tokens.rowIDs[$0], split: tokens.splits[$0]), $0) }
    indices = Dictionary(keys, uniquingKeysWith: { first, _ in first })
    let predicted = [TokenizedSet.Split.calibration, .test].map(tokens.examples)
    firstWithSameText = Dictionary(
      uniqueKeysWithValues: predicted.flatMap { zip($0, tokens.firstWithSameText(among: $0)) })
  }

  /// The names of the classes, which may also be choices that all questions have in common; empty if every question has
  /// choices of its own.
  let classNames: [String]

  private static func commonChoices(_ tokens: TokenizedSet) -> [String] {
    guard tokens.count > 1 else { return [] }
    let first = tokens.choiceTexts(of: 0)
    let isCommon = (1..<tokens.count).allSatisfy { tokens.choiceTexts(of: $0).elementsEqual(first) }
    return isCommon ? Array(first) : []
  }

  /// The names of the choices of a row of `predictions`; empty if it is none of these questions.
  func choices(of row: Int, in predictions: Predictions) -> [String] {
    index(of: row, in: predictions).map { Array(tokens.choiceTexts(of: $0)) } ?? []
  }

  /// The text of a row of `predictions`, shortened to `limit` characters and, with windows, to the first of them: without
  /// the choice, if each choice has a sequence of its own. Nil without a tokenizer.
  func text(of row: Int, in predictions: Predictions, limit: Int = 400) -> String? {
    guard let index = index(of: row, in: predictions) else { return nil }
    let sequences = tokens.sequences(of: index)
    guard let sequence = sequences.first else { return nil }
    let ids = tokens.tokenRange(sequence).filter { token in
      !tokens.scoring.hasSequencePerChoice || tokens.segments[token] == 0
    }.map { tokens.tokens[$0] }
    guard let text = decode(ids) else { return nil }
    let isWhole = text.count <= limit && (tokens.scoring.hasSequencePerChoice || sequences.count == 1)
    return isWhole ? text : "\(text.prefix(limit))\u{2026}"
  }

  /// Which of the examples of `predictions` that begin at `rows` have the same text. A row that is none of these questions
  /// is a cluster of its own.
  func clusters(_ rows: [Int], of predictions: Predictions) -> Clusters {
    Clusters(
      rows.map { row in
        let key = Key(id: predictions.exampleID(ofRow: row), split: predictions.splits[row])
        return indices[key].flatMap { firstWithSameText[$0] } ?? -1 - row
      })
  }

  /// Whether `file` was predicted from these tokens.
  func isOf(_ file: PredictionsFile) -> Bool { file.predictions.tokensDigest == digest }

  /// Throws `.data` unless `file` was predicted from these tokens.
  func check(_ file: PredictionsFile) throws {
    guard isOf(file) else {
      throw Fault(.data, path, "\(file.path) was not predicted from it", hint: "name the tokens of that data set")
    }
  }

  private func index(of row: Int, in predictions: Predictions) -> Int? {
    indices[Key(id: predictions.rowIDs[row], split: predictions.splits[row])]
  }
}
