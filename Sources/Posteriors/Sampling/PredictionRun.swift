// Predicts a data set with every sample of a posterior: one pass for each sample, one after the other.
import Artifacts
import Training

/// The prediction of one data set.
package struct PredictionRun: FilledPrediction {
  /// The network on the data set.
  package let scorer: Scorer
  private let posterior: any Posterior
  private let versions: QuestionVersions?
  /// The calibration and test examples.
  private let examples: [Int]
  /// The largest number of choices among them; a training example may have more.
  private let choices: Int
  /// [example, group, sample, choice], filled pass by pass.
  package var logProbabilities: [Float]
  /// [example, row, group, sample] The same; other versions of the questions have logits of their own, so nothing is kept.
  package var logSums: [Float]
  /// Number of passes done.
  package var completed = 0

  /// A prediction before its first pass; every sample's answers to `versions` are combined with its own.
  package init(_ scorer: Scorer, _ posterior: any Posterior, versions: QuestionVersions? = nil) {
    (self.scorer, self.posterior, self.versions) = (scorer, posterior, versions)
    examples = scorer.data.predictedExamples
    choices = scorer.data.maximumAnswers(of: examples)
    logProbabilities = [Float](
      repeating: 0, count: examples.count * posterior.groups * posterior.samples * choices)
    let rows = versions == nil ? scorer.data.rowsPerExample : 0
    logSums = [Float](repeating: 0, count: examples.count * rows * posterior.groups * posterior.samples)
  }

  /// Total number of passes: the samples of all groups.
  package var total: Int { posterior.groups * posterior.samples }
  package var note: String { "" }

  /// Draws the next sample and predicts with it.
  package mutating func advance() throws {
    let (group, sample) = completed.quotientAndRemainder(dividingBy: posterior.samples)
    let draw = posterior.draw(group: group, sample: sample)
    let width = scorer.data.maximumAnswers
    let answers = try scorer.answers(of: examples, parameters: draw.values, dropout: draw.dropout)
    var rows = answers.logProbabilities
    if versions == nil {
      for (row, sum) in answers.logSums.enumerated() { logSums[row * total + completed] = sum }
    }
    if let versions { rows = try versions.combined(rows, width: width, examples: examples, draw) }
    for index in examples.indices {
      let target = (index * total + completed) * choices
      for choice in 0..<choices { logProbabilities[target + choice] = rows[index * width + choice] }
    }
    completed += 1
  }

  /// The finished predictions; the caller adds method, digests and settings.
  ///
  /// - Precondition: all passes are done.
  package func predictions() -> Predictions {
    precondition(completed == total, "\(completed) of \(total) passes")
    var result = Predictions(of: examples, in: scorer.data, by: posterior, logProbabilities)
    result.logSums = logSums
    result.cost.forwardPasses = total * (1 + (versions?.passes ?? 0))
    return result
  }
}

extension TokenizedSet {
  /// The examples that are predicted: calibration and test.
  package var predictedExamples: [Int] { splits.indices.filter { splits[$0] != .train } }
}

extension Predictions {
  /// The log-probabilities [example, group, sample, answer] of a posterior on some examples of a set.
  init(of examples: [Int], in set: TokenizedSet, by posterior: any Posterior, _ logProbabilities: [Float]) {
    self.init()
    (dataset, corruption) = (set.dataset, set.corruption)
    (groups, samples) = (posterior.groups, posterior.samples)
    if set.scoring == .labels { labelNames = set.classNames }
    (classValues, numbers) = (set.classValues, set.numbers?.selecting(examples))
    rowIDs = examples.flatMap { example in
      labelNames.isEmpty ? [set.rowIDs[example]] : labelNames.map { Predictions.rowID(set.rowIDs[example], label: $0) }
    }
    splits = examples.flatMap { Array(repeating: set.splits[$0], count: set.rowsPerExample) }
    labels = set.rowLabels(of: examples)
    votes = examples.flatMap { set.votes(of: $0) }
    choiceCounts = set.rowChoiceCounts(of: examples)
    choices = Int(choiceCounts.max() ?? 0)
    self.logProbabilities = set.rows(of: logProbabilities, examples: examples.count, draws: groups * samples)
    warnings = posterior.warnings
    if set.truncatedSequences > 0 {
      warnings.append(
        "\(set.dataset): \(set.percentageTruncated) % of the texts were cut at \(set.longestText) tokens")
    }
    storedParameters = posterior.storedParameters
  }
}
