// What every posterior is to the stage that samples it: groups of draws from a distribution over the trained vector. A
// draw is a function of (seed, group, sample); no batch, thread or data set changes it.
import Artifacts
import Faults
import Training
import Transformers

/// A distribution over trained vectors, from which fixed samples are drawn.
package protocol Posterior {
  var groups: Int { get }
  var samples: Int { get }
  /// The sample `sample` of member `group`.
  func draw(group: Int, sample: Int) -> Draw
  /// Numbers that a prediction reads: those of all members, and what the posterior holds beyond its adapters.
  var storedParameters: Int { get }
  /// Remarks for the table; empty if there are none.
  var warnings: [String] { get }
  /// Numbers that the method has found by itself, for the settings of the predictions.
  var details: [String: Double] { get }
  /// Whether a prediction is the network's with a draw: the draws are then the posterior's samples as adapters.
  var predictsWithDraws: Bool { get }
  /// The computation that predicts a data set; `contextual` calibrates every sample by its own answers to questions
  /// without content.
  func prediction(on scorer: Scorer, contextual: ContextualCalibration?) throws -> any Prediction
}

extension Posterior {
  package var details: [String: Double] { [:] }
  package var warnings: [String] { [] }
  /// A remark where one draw of one member leaves nothing to measure.
  var spreadRemarks: [String] { samples == 1 && groups == 1 ? ["one sample: no spread measured"] : [] }
  package var predictsWithDraws: Bool { true }
  /// Refuses more samples than the memory has room for.
  ///
  /// - Throws: `Fault` of kind `.configuration`.
  package func checkMemory(on set: TokenizedSet) throws {
    let numbers = Double(groups) * Double(samples) * Double(set.predictedExamples.count * set.maximumChoices)
    try Memory.require(
      numbers * Double(MemoryLayout<Float>.stride), for: "samples",
      "the answers of \(samples) samples of \(groups) members", hint: "ask for fewer samples")
  }
  /// One pass of the network for each draw.
  package func prediction(on scorer: Scorer, contextual: ContextualCalibration?) throws -> any Prediction {
    PredictionRun(scorer, self, contextual: contextual)
  }
}

/// A computation that predicts a data set.
package protocol Prediction: Resumable {
  /// The finished predictions; method, digests and settings are the caller's.
  ///
  /// - Precondition: all steps are done.
  func predictions() -> Predictions
}

/// A prediction whose whole state is how far its log-probabilities are filled.
package protocol FilledPrediction: Prediction {
  /// Steps done.
  var completed: Int { get set }
  /// [example, group, sample, choice]
  var logProbabilities: [Float] { get set }
}

extension FilledPrediction {
  /// The steps done so far.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.integers["passes"] = completed
    checkpoint.vectors["logProbabilities"] = logProbabilities
    return checkpoint
  }

  /// Goes on after the steps of a checkpoint.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    completed = try checkpoint.integer("passes")
    logProbabilities = try checkpoint.vector("logProbabilities")
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
