// Adaptive stochastic weight averaging (Demir et al. 2024, arXiv:2406.19092): a snapshot enters the average only if the
// average does not get worse on held-out examples. Candidates are separate copies: the published code restores a
// rejected one from a view of the weights that it has just overwritten, so that nothing is ever rejected.
import Artifacts
import Faults
import JSON
import Training

extension SwagSettings.Acceptance {
  /// The score of an average on the calibration split; higher is better.
  /// - Precondition: With `accuracy`, there is one.
  package func score(_ calibration: CalibrationSplit.Scores) -> Double {
    self == .accuracy ? calibration.accuracy! : -calibration.nll
  }
}

extension SwagCollector {
  /// Accepts a snapshot if the mean with it scores at least `score`, the mean's score so far, and updates `score`. A
  /// rejected snapshot leaves the state unchanged, bit for bit.
  ///
  /// Start with a score of minus infinity, so that the first snapshot is always accepted. Equal scores are accepted,
  /// since accuracy on a few hundred examples is coarse.
  package mutating func consider(
    _ values: [Float], against score: inout Double, by measure: (_ mean: [Float]) throws -> Double
  ) rethrows {
    var candidate = self
    candidate.collect(values)
    let candidateScore = try measure(candidate.mean)
    guard candidateScore >= score else { return }
    (self, score) = (candidate, candidateScore)
  }
}

extension FixedMembers {
  /// The mean of the accepted snapshots, from one file of `collect-swag` that accepted snapshots by a score; a remark
  /// if only one was accepted.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files, and for a collection of all snapshots.
  package static func aswa(_ request: PosteriorRequest) throws -> FixedMembers {
    let (path, moments) = try request.single(SwagMoments.self)
    let settings = try SwagRun.Settings(canonicalJSON: moments.settings, subject: path).swag
    guard [.nll, .accuracy].contains(settings.accept) else {
      throw Fault(
        .usage, path, "found a collection of other snapshots, expected one of accepted snapshots",
        hint: "collect it with `accept nll`")
    }
    return FixedMembers(
      moments.mean,
      warnings: moments.snapshots == 1 ? ["1 of \(settings.collections ?? 1) snapshots accepted: no average"] : [])
  }
}
