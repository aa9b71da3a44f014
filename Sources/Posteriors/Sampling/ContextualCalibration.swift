// Contextual calibration (Zhao et al. 2021, arXiv:2102.09690): q ∝ p / p_cf, with p_cf the mean of what the same weights
// answer where the question has no content ("N/A", nothing, "[MASK]"). The template and the choices are the question's
// own, so that a choice which the model finds likely after anything loses that advantage, be it a letter or words.
import Artifacts
import Calibration
import Faults
import Training

/// The questions without content that belong to those of a data set.
package struct ContextualCalibration {
  private let scorer: Scorer
  /// [example of the data set] Its versions among the scorer's examples; none for training examples.
  private let versions: [[Int]]

  /// The ending of the names of methods that are calibrated so.
  package static let suffix = "-contextual"

  /// The versions that `scorer`'s data holds of the predicted examples of `set`.
  ///
  /// - Throws: `Fault` of kind `.configuration` where an example has none, or they have other choices.
  package init(_ scorer: Scorer, of set: TokenizedSet, path: String) throws {
    let places = Dictionary(
      scorer.data.rowIDs.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.scorer = scorer
    versions = try set.rowIDs.enumerated().map { example, id in
      guard set.splits[example] != .train else { return [] }
      var found: [Int] = []
      while let place = places[TokenizedSet.contentFreeRowID(id, version: found.count)] { found.append(place) }
      guard let first = found.first, scorer.data.choiceTexts(of: first) == set.choiceTexts(of: example) else {
        throw Fault(
          .configuration, path, "it has no version without content of row \(id), with the choices that the row has",
          hint: "tokenize the same questions with the same settings and `content-free`")
      }
      return found
    }
  }

  /// Passes over the data set that the versions of all examples come to, for every sample.
  var passes: Int { versions.map(\.count).max() ?? 0 }

  /// log q of `examples`, [example, choice] as wide as `rows`, which are their log-probabilities under the same draw.
  ///
  /// - Throws: `Fault` naming the row whose numbers are not finite.
  package func calibrated(_ rows: [Float], width: Int, examples: [Int], _ draw: Draw) throws -> [Float] {
    let wanted = examples.flatMap { versions[$0] }
    let answers = try scorer.logProbabilities(of: wanted, parameters: draw.values, dropout: draw.dropout)
    let theirWidth = scorer.data.maximumChoices
    var (result, next) = (rows, 0)
    for (place, example) in examples.enumerated() {
      let choices = scorer.data.choiceCount(versions[example][0])
      let contentFree = versions[example].indices.map { version in
        (0..<choices).map { Double(answers[(next + version) * theirWidth + $0]) }
      }
      next += versions[example].count
      let row = (0..<choices).map { Double(rows[place * width + $0]) }
      for (choice, value) in contextuallyCalibrated(row, contentFree: contentFree).enumerated() {
        result[place * width + choice] = Float(value)
      }
    }
    return result
  }
}

/// log (p / p_cf), normalised, with p_cf the mean over the rows of `contentFree`; all as log-probabilities.
package func contextuallyCalibrated(_ row: [Double], contentFree: [[Double]]) -> [Double] {
  logSoftmax(zip(row, logMeanExp(contentFree)).map { $0 - $1 })
}
