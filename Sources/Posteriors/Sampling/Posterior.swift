// The interface between every posterior and the stage that samples it: groups of draws from a distribution over the
// trained vector. A draw depends only on (seed, group, sample), not on batches, threads or the data set.
import Artifacts
import Faults
import Training
import Transformers

/// A distribution over trained vectors, from which reproducible samples are drawn.
package protocol Posterior {
  var groups: Int { get }
  var samples: Int { get }
  /// The sample `sample` of member `group`.
  func draw(group: Int, sample: Int) -> Draw
  /// Number of values that a prediction reads: the parameters of all members, and what the posterior stores besides
  /// them.
  var storedParameters: Int { get }
  /// Remarks for the table; empty if there are none.
  var warnings: [String] { get }
  /// Values that the method has chosen itself, for the settings of the predictions.
  var details: [String: Double] { get }
  /// What a prediction runs the network with.
  var predictor: Predictor { get }
  /// The computation that predicts a data set; every sample's answers to `versions` are combined with its own.
  func prediction(on scorer: Scorer, versions: QuestionVersions?) throws -> any Prediction
}

/// What a prediction runs the network with.
package enum Predictor: Sendable {
  /// Each draw in turn, so that the draws can be exported as adapters.
  case draws
  /// One vector, around which logits are drawn.
  case logits
  /// Adapters of a library.
  case library
}

extension Posterior {
  package var details: [String: Double] { [:] }
  package var warnings: [String] { [] }
  /// A remark if there is only one draw of one member, which has no spread.
  var spreadRemarks: [String] { samples == 1 && groups == 1 ? ["one sample: no spread measured"] : [] }
  package var predictor: Predictor { .draws }
  /// Throws if the samples need more memory than there is.
  ///
  /// - Throws: `Fault` of kind `.configuration`.
  package func checkMemory(on set: TokenizedSet) throws {
    try checkMemory(answers: set.predictedExamples.count * set.maximumAnswers)
  }

  /// The same for samples with this number of answers each.
  ///
  /// - Throws: `Fault` of kind `.configuration`.
  package func checkMemory(answers: Int) throws {
    let all = Double(groups) * Double(samples) * Double(answers)
    try Memory.require(
      all * Double(MemoryLayout<Float>.stride), for: "samples",
      "the answers of \(samples) samples of \(groups) members", hint: "use fewer samples")
  }
  /// One pass of the network for each draw.
  package func prediction(on scorer: Scorer, versions: QuestionVersions?) throws -> any Prediction {
    PredictionRun(scorer, self, versions: versions)
  }
}

/// A computation that predicts a data set.
package protocol Prediction: Resumable {
  /// The finished predictions; the caller adds method, digests and settings.
  ///
  /// - Precondition: all steps are done.
  func predictions() -> Predictions
}

/// A prediction whose complete state is its log-probabilities, what is kept of the logits, and the number of steps done.
package protocol FilledPrediction: Prediction {
  /// Number of steps done.
  var completed: Int { get set }
  /// [example, group, sample, choice]
  var logProbabilities: [Float] { get set }
  /// [example, row, group, sample] Empty where nothing is kept.
  var logSums: [Float] { get set }
}

extension FilledPrediction {
  /// Nothing is kept of the logits.
  var logSums: [Float] {
    get { [] }
    set {}
  }

  /// The complete state.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.integers["passes"] = completed
    checkpoint.vectors["logProbabilities"] = logProbabilities
    if !logSums.isEmpty { checkpoint.vectors["logSums"] = logSums }
    return checkpoint
  }

  /// Resumes after the steps of a checkpoint.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    completed = try checkpoint.integer("passes")
    logProbabilities = try checkpoint.vector("logProbabilities")
    if !logSums.isEmpty { logSums = try checkpoint.vector("logSums") }
  }
}

/// One sample of the trained vector, and the dropout to use with it.
package struct Draw: Sendable {
  /// [parameter]
  package var values: [Float]
  /// Nil: none.
  package var dropout: Dropout?
  package init(values: [Float], dropout: Dropout? = nil) { (self.values, self.dropout) = (values, dropout) }
}
