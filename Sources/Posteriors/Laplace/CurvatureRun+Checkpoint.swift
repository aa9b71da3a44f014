// How the collection of curvature lies in a checkpoint.
import Artifacts
import Faults
import Training

extension CurvatureRun {
  /// All state, exactly.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.integers["steps"] = completed
    checkpoint.reals = factors.state
    checkpoint.vectors["means"] = gaussians.flatMap(\.mean)
    checkpoint.reals["covariances"] = gaussians.flatMap { $0.covariances.flatMap { $0 } }
    return checkpoint
  }

  /// Goes on from a checkpoint of the same run.
  ///
  /// - Throws: `Fault` of kind `.data` where a part is missing.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    completed = try checkpoint.integer("steps")
    try factors.restore { try checkpoint.reals($0) }
    var (means, covariances) = (try checkpoint.vector("means")[...], try checkpoint.reals("covariances")[...])
    gaussians = []
    for example in calibration.prefix(max(0, completed - trainingSteps) * examplesPerStep) {
      let choices = scorer.data.choiceCount(example)
      guard means.count >= choices, covariances.count >= choices * choices * PriorSearch.precisions.count else {
        throw Fault(.data, "checkpoint", "it lacks calibration examples", hint: "remove the checkpoint to begin anew")
      }
      let own = PriorSearch.precisions.map { _ in
        defer { covariances = covariances.dropFirst(choices * choices) }
        return Array(covariances.prefix(choices * choices))
      }
      gaussians.append(LogitGaussian(mean: Array(means.prefix(choices)), covariances: own))
      means = means.dropFirst(choices)
    }
  }
}
