// Predicting a data set with every sample of a posterior: one pass a sample, each complete before the next.
import Artifacts
import Training

/// The prediction of one data set.
package struct PredictionRun: FilledPrediction {
  /// The network on the data set.
  package let scorer: Scorer
  private let posterior: any Posterior
  private let contextual: ContextualCalibration?
  /// The calibration and test examples.
  private let examples: [Int]
  /// The choices of the widest of them: a training example may have more.
  private let choices: Int
  /// [example, group, sample, choice], filled pass by pass.
  package var logProbabilities: [Float]
  /// Passes done.
  package var completed = 0

  /// Nothing predicted yet; `contextual` calibrates every sample by its own answers to questions without content.
  package init(_ scorer: Scorer, _ posterior: any Posterior, contextual: ContextualCalibration? = nil) {
    (self.scorer, self.posterior, self.contextual) = (scorer, posterior, contextual)
    examples = scorer.data.predictedExamples
    choices = scorer.data.maximumChoices(of: examples)
    logProbabilities = [Float](
      repeating: 0, count: examples.count * posterior.groups * posterior.samples * choices)
  }

  /// Passes in all: samples of all groups.
  package var total: Int { posterior.groups * posterior.samples }
  package var note: String { "" }

  /// Draws the next sample and predicts with it.
  package mutating func advance() throws {
    let (group, sample) = completed.quotientAndRemainder(dividingBy: posterior.samples)
    let draw = posterior.draw(group: group, sample: sample)
    let width = scorer.data.maximumChoices
    var rows = try scorer.logProbabilities(of: examples, parameters: draw.values, dropout: draw.dropout)
    if let contextual { rows = try contextual.calibrated(rows, width: width, examples: examples, draw) }
    for place in examples.indices {
      let target = (place * total + completed) * choices
      for choice in 0..<choices { logProbabilities[target + choice] = rows[place * width + choice] }
    }
    completed += 1
  }

  /// The finished predictions; method, digests and settings are the caller's.
  ///
  /// - Precondition: all passes are done.
  package func predictions() -> Predictions {
    precondition(completed == total, "\(completed) of \(total) passes")
    var result = Predictions(of: examples, in: scorer.data, by: posterior, logProbabilities)
    result.cost.forwardPasses = total * (1 + (contextual?.passes ?? 0))
    return result
  }
}

extension TokenizedSet {
  /// The examples that are predicted: calibration and test.
  var predictedExamples: [Int] { splits.indices.filter { splits[$0] != .train } }
}

extension Predictions {
  /// The log-probabilities [example, group, sample, choice] of a posterior on some examples of a set.
  init(of examples: [Int], in set: TokenizedSet, by posterior: any Posterior, _ logProbabilities: [Float]) {
    self.init()
    (dataset, corruption) = (set.dataset, set.corruption)
    (groups, samples) = (posterior.groups, posterior.samples)
    rowIDs = examples.map { set.rowIDs[$0] }
    splits = examples.map { set.splits[$0] }
    labels = examples.map { set.labels[$0] }
    choiceCounts = examples.map { Int32(set.choiceCount($0)) }
    choices = Int(choiceCounts.max() ?? 0)
    self.logProbabilities = logProbabilities
    warnings = posterior.warnings
    storedParameters = posterior.storedParameters
  }
}
