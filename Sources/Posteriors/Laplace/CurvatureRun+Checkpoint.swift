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
    checkpoint.store(gaussians)
    return checkpoint
  }

  /// Resumes from a checkpoint of the same run.
  ///
  /// - Throws: `Fault` of kind `.data` if a part is missing.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    completed = try checkpoint.integer("steps")
    try factors.restore { try checkpoint.reals($0) }
    gaussians = try checkpoint.gaussians(of: calibration, steps: completed - trainingSteps, in: scorer.data)
  }
}

extension Checkpoint {
  /// Stores the Gaussians of calibration examples.
  mutating func store(_ gaussians: [LogitGaussian]) {
    vectors["means"] = gaussians.flatMap(\.mean)
    reals["covariances"] = gaussians.flatMap { $0.covariances.flatMap { $0 } }
  }

  /// The stored Gaussians of the calibration examples in the first `steps` steps; none before the first.
  ///
  /// - Throws: `Fault` of kind `.data` if some are missing.
  func gaussians(of calibration: [Int], steps: Int, in data: TokenizedSet) throws -> [LogitGaussian] {
    var (means, covariances) = (try vector("means")[...], try reals("covariances")[...])
    return try calibration.prefix(max(0, steps) * examplesPerStep).map { example in
      let choices = data.choiceCount(example)
      guard means.count >= choices, covariances.count >= choices * choices * PriorSearch.precisions.count else {
        throw Fault(
          .data, "checkpoint", "calibration examples are missing", hint: "remove the checkpoint to start over")
      }
      let exampleCovariances = PriorSearch.precisions.map { _ in
        defer { covariances = covariances.dropFirst(choices * choices) }
        return Array(covariances.prefix(choices * choices))
      }
      defer { means = means.dropFirst(choices) }
      return LogitGaussian(mean: Array(means.prefix(choices)), covariances: exampleCovariances)
    }
  }
}
