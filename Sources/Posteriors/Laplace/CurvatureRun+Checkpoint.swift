// The checkpoint of a curvature collection.
import Artifacts
import Faults
import Training

extension CurvatureRun {
  /// The complete state, exactly.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.integers["steps"] = completed
    checkpoint.reals = factors.state
    checkpoint.vectors["means"] = gaussians.flatMap(\.mean)
    checkpoint.reals["covariances"] = gaussians.flatMap { $0.covariances.flatMap { $0 } }
    return checkpoint
  }

  /// Resumes from a checkpoint of the same run.
  ///
  /// - Throws: `Fault` of kind `.data` if a part is missing.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    completed = try checkpoint.integer("steps")
    try factors.restore { try checkpoint.reals($0) }
    var (means, covariances) = (try checkpoint.vector("means")[...], try checkpoint.reals("covariances")[...])
    gaussians = []
    for example in calibration.prefix(max(0, completed - trainingSteps) * examplesPerStep) {
      let choices = scorer.data.choiceCount(example)
      guard means.count >= choices, covariances.count >= choices * choices * PriorSearch.precisions.count else {
        throw Fault(
          .data, "checkpoint", "calibration examples are missing", hint: "remove the checkpoint to start over")
      }
      let exampleCovariances = PriorSearch.precisions.map { _ in
        defer { covariances = covariances.dropFirst(choices * choices) }
        return Array(covariances.prefix(choices * choices))
      }
      gaussians.append(LogitGaussian(mean: Array(means.prefix(choices)), covariances: exampleCovariances))
      means = means.dropFirst(choices)
    }
  }
}
