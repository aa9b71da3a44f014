// SWAG (Maddox et al. 2019, "A simple baseline for Bayesian uncertainty in deep learning", arXiv:1902.02476): a
// Gaussian over the trained vector with the moments of the weights over the end of a training run. Collecting and
// sampling are in one file, so that both use the same scales.
//
// Letters: w the vector, n snapshots, d̂_i = w_i - (mean after i), D̂ the last K of them as columns, R <= K stored, z1
// and z2 standard normal, a the factor on the covariance.
import Arrays
import Artifacts
import Faults

/// Collects the moments.
package struct SwagCollector: Sendable {
  /// Maximum number of stored deviations (K).
  package let maximumRank: Int
  private var moments: RunningMoments
  /// The last deviations, oldest first.
  private var deviations: [[Float]] = []

  /// A collector without snapshots.
  package init(parameters: Int, maximumRank: Int) {
    self.maximumRank = maximumRank
    moments = RunningMoments(size: parameters)
  }

  /// Number of snapshots (n).
  package var snapshots: Int { moments.count }

  /// Adds a snapshot: updates mean and variance by Welford's method in double precision (mean of squares minus squared
  /// mean would lose all digits), then stores the deviation from the updated mean. The first deviation is zero by
  /// construction, and is dropped once there are more than K.
  package mutating func collect(_ values: [Float]) {
    moments.add(values)
    let mean = moments.mean
    deviations.append(values.indices.map { Float(Double(values[$0]) - mean[$0]) })
    if deviations.count > maximumRank { deviations.removeFirst() }
  }

  /// The SWA solution so far.
  package var mean: [Float] { moments.mean.map { Float($0) } }

  /// Copies the moments into the artifact.
  package func store(into file: inout SwagMoments) {
    file.snapshots = snapshots
    file.mean = mean
    file.variance = moments.variance.map { Float($0) }
    file.deviations = deviations.flatMap { $0 }
  }
}

/// The part of SWAG's covariance that is used.
package enum SwagCovariance: String, Sendable {
  /// a Σ_diag.
  case diagonal
  /// a (Σ_diag + Σ_low-rank), with a = 1/2 in the paper.
  case lowRank

  /// The value of a in the paper.
  var defaultScale: Double { self == .diagonal ? 1 : 0.5 }
}

/// The Gaussians of one or more collections. MultiSWAG (Wilson and Izmailov 2020, arXiv:2002.08791) is the uniform
/// mixture of several.
package struct Swag: Posterior {
  /// [group] The collections.
  let members: [SwagMoments]
  let covariance: SwagCovariance
  /// The factor a on the covariance.
  package let scale: Double
  private let noise: GaussianNoise
  /// Number of draws from each Gaussian (S).
  package let samples: Int

  /// SWAG with a diagonal covariance, from one file of `collect-swag`.
  package static func diagonal(_ request: PosteriorRequest) throws -> Swag {
    try Swag([request.single(SwagMoments.self)], .diagonal, request)
  }

  /// SWAG, from one file of `collect-swag`.
  package static func lowRank(_ request: PosteriorRequest) throws -> Swag {
    try Swag([request.single(SwagMoments.self)], .lowRank, request)
  }

  /// MultiSWAG, from one or more files of `collect-swag` with the same settings and different seeds.
  package static func multi(_ request: PosteriorRequest) throws -> Swag {
    try Swag(request.members(SwagMoments.self), .lowRank, request)
  }

  /// - Throws: `Fault` of kind `.data` for a collection with too few snapshots for a covariance.
  init(
    _ files: [(path: String, file: SwagMoments)], _ covariance: SwagCovariance, _ request: PosteriorRequest
  ) throws {
    let scale = request.drawing.scale ?? covariance.defaultScale
    guard scale >= 0, scale.isFinite else {
      throw Fault(.usage, setting: "scale", "found \(scale), expected 0 or more")
    }
    for (path, member) in files where scale > 0 {
      guard member.snapshots >= 2, covariance == .diagonal || member.rank >= 2 else {
        throw Fault(
          .data, path, "\(member.snapshots) snapshots and \(member.rank) deviations have no covariance",
          hint: "collect with more `collections` and `deviations`, or use method swa")
      }
    }
    (members, self.covariance, self.scale) = (files.map(\.file), covariance, scale)
    (noise, samples) = (GaussianNoise(request.drawing), request.drawing.samples)
  }

  package var groups: Int { members.count }

  /// The number of values in mean, variance and deviations of all members.
  package var storedParameters: Int {
    members.reduce(0) { $0 + $1.mean.count * (covariance == .diagonal ? 2 : 2 + $1.rank) }
  }

  /// w = mean + sqrt(a) (sqrt(variance) z1 + D̂ z2 / sqrt(R - 1)), equation 1 of the paper with a = 1/2.
  ///
  /// z2 is one vector for all tensors: separate vectors would lose the correlation between layers. The divisor uses the
  /// number R of stored deviations, not the requested K. Scale 0 is the mean, bit for bit.
  package func draw(group: Int, sample: Int) -> Draw {
    let member = members[group]
    guard scale > 0 else { return Draw(values: member.mean) }
    let root = Float(scale.squareRoot())
    var values = [Float](repeating: 0, count: member.mean.count)
    noise.normals(.diagonalNoise, member: member.seed, sample: sample, into: &values, count: values.count)
    for index in values.indices { values[index] *= member.variance[index].squareRoot() }
    if covariance == .lowRank { addLowRank(member, sample: sample, to: &values) }
    for index in values.indices { values[index] = member.mean[index] + root * values[index] }
    return Draw(values: values)
  }

  /// values += D̂ z2 / sqrt(R - 1).
  private func addLowRank(_ member: SwagMoments, sample: Int, to values: inout [Float]) {
    let rank = member.rank
    var weights = [Float](repeating: 0, count: rank)
    noise.normals(.lowRankNoise, member: member.seed, sample: sample, into: &weights, count: rank)
    let divisor = Float(Self.divisor(member)).squareRoot()
    member.deviations.withUnsafeBufferPointer { deviations in
      for row in 0..<rank {
        addScaled(
          deviations.baseAddress! + row * values.count, by: weights[row] / divisor, to: &values, count: values.count)
      }
    }
  }

  /// R - 1.
  private static func divisor(_ member: SwagMoments) -> Int { max(member.rank - 1, 1) }

  /// A remark if there is only one sample.
  package var warnings: [String] { spreadRemarks }
}

extension Swag: GaussianPosterior {
  /// N(mean, a (diag(variance) + D̂ D̂ᵀ / (R - 1))).
  package func gaussian(group: Int) -> ParameterGaussian {
    let member = members[group]
    return ParameterGaussian(
      mean: member.mean, standardDeviations: member.variance.map { $0.squareRoot() },
      directions: covariance == .lowRank ? member.deviations : [],
      directionVariance: 1 / Double(Self.divisor(member)), scale: scale)
  }
}

extension SwagCollector {
  /// The complete state, exactly, for a checkpoint.
  package var state: (count: Int, mean: [Double], squaredDeviations: [Double], deviations: [Float]) {
    (moments.count, moments.mean, moments.squaredDeviations, deviations.flatMap { $0 })
  }

  /// Resumes from a state.
  package init(state: (count: Int, mean: [Double], squaredDeviations: [Double], deviations: [Float]), maximumRank: Int)
  {
    let width = state.mean.count
    self.maximumRank = maximumRank
    moments = RunningMoments(count: state.count, mean: state.mean, squaredDeviations: state.squaredDeviations)
    deviations = stride(from: 0, to: state.deviations.count, by: width).map { Array(state.deviations[$0..<$0 + width]) }
  }
}
