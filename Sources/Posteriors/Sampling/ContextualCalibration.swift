// Contextual calibration (Zhao et al. 2021, arXiv:2102.09690): q ∝ p / p_cf, with p_cf the mean of the same weights'
// answers to questions without content ("N/A", nothing, "[MASK]"). The template and the choices are those of the
// question, so that a choice which the model finds likely after any text loses that advantage, be it a letter or words.
import Artifacts
import Calibration
import Faults
import Training

/// The content-free versions of a data set's questions.
package struct ContextualCalibration {
  private let scorer: Scorer
  /// [example of the data set] The indices of its content-free versions in the scorer's data; none for training
  /// examples.
  private let versions: [[Int]]

  /// The suffix of the names of methods with contextual calibration.
  package static let suffix = "-contextual"

  /// The content-free versions, from `scorer`'s data, of the predicted examples of `set`.
  ///
  /// - Throws: `Fault` of kind `.configuration` if an example has none, if they have other choices, or if several labels
  ///   may apply.
  package init(_ scorer: Scorer, of set: TokenizedSet, path: String) throws {
    try set.requireOneRightChoice(for: "contextual calibration", hint: "use the method without \(Self.suffix)")
    let indices = Dictionary(
      scorer.data.rowIDs.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.scorer = scorer
    versions = try set.rowIDs.enumerated().map { example, id in
      guard set.splits[example] != .train else { return [] }
      var found: [Int] = []
      while let index = indices[TokenizedSet.contentFreeRowID(id, version: found.count)] { found.append(index) }
      guard let first = found.first, scorer.data.choiceTexts(of: first) == set.choiceTexts(of: example) else {
        throw Fault(
          .configuration, path, "it has no content-free version of row \(id) with the same choices",
          hint: "tokenize the same questions with the same settings and `content-free`")
      }
      return found
    }
  }

  /// Number of additional passes over the data set for every sample.
  var passes: Int { versions.map(\.count).max() ?? 0 }

  /// log q of `examples`, [example, choice] with the width of `rows`, their log-probabilities under the same draw.
  ///
  /// - Throws: `Fault` naming a row with values that are not finite.
  package func calibrated(_ rows: [Float], width: Int, examples: [Int], _ draw: Draw) throws -> [Float] {
    let contentFreeRows = examples.flatMap { versions[$0] }
    let answers = try scorer.logProbabilities(of: contentFreeRows, parameters: draw.values, dropout: draw.dropout)
    let theirWidth = scorer.data.maximumChoices
    var (result, next) = (rows, 0)
    for (index, example) in examples.enumerated() {
      let choices = scorer.data.choiceCount(versions[example][0])
      let contentFree = versions[example].indices.map { version in
        (0..<choices).map { Double(answers[(next + version) * theirWidth + $0]) }
      }
      next += versions[example].count
      let row = (0..<choices).map { Double(rows[index * width + $0]) }
      for (choice, value) in contextuallyCalibrated(row, contentFree: contentFree).enumerated() {
        result[index * width + choice] = Float(value)
      }
    }
    return result
  }
}

/// log (p / p_cf), normalised, with p_cf the mean over the rows of `contentFree`; all as log-probabilities.
package func contextuallyCalibrated(_ row: [Double], contentFree: [[Double]]) -> [Double] {
  logSoftmax(zip(row, logMeanExp(contentFree)).map { $0 - $1 })
}
