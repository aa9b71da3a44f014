// The marginal likelihood of the training labels under Laplace's approximation (MacKay 1992, "Bayesian interpolation";
// Yang et al. 2024, arXiv:2308.13111, eq. 8), as a function of the prior's precision lambda, for the prior
// N(0, 1 / lambda) of every parameter:
//
//   log p(D | lambda) = log p(D | θ) - 1/2 (log det(H + lambda I) - P log lambda + lambda |θ|²)
//
// With H's eigenvalues h, the two determinant terms are Σ log(1 + h / lambda): directions without curvature add
// nothing, so that the directions that a factor does not retain need not be counted.
import Artifacts
import Faults
import Foundation

/// The evidence of one Laplace approximation.
package struct MarginalLikelihood {
  /// Σ log p(label) at the mean, in nats.
  package let logLikelihood: Double
  /// |θ|² of the random parameters. The prior's mean is zero, for both A and B.
  package let squaredNorm: Double
  /// H's eigenvalues; zeros may be missing.
  package let eigenvalues: [Double]

  package init(logLikelihood: Double, squaredNorm: Double, eigenvalues: [Double]) {
    (self.logLikelihood, self.squaredNorm, self.eigenvalues) = (logLikelihood, squaredNorm, eigenvalues)
  }

  /// The range of precisions that are tried.
  static let range = 1e-10...1e14
  /// A precision outside this range gets a remark: the prior has no balance with the curvature.
  private static let usual = 1e-4...1e6

  /// log p(D | lambda), in nats.
  package func value(at precision: Double) -> Double {
    let determinants = eigenvalues.reduce(0) { $0 + log1p($1 / precision) }
    return logLikelihood - 0.5 * (determinants + precision * squaredNorm)
  }

  /// The number of parameters that the data determine, γ = Σ h / (h + lambda).
  package func effectiveParameters(at precision: Double) -> Double {
    eigenvalues.reduce(0) { $0 + $1 / ($1 + precision) }
  }

  /// The precision with the largest marginal likelihood.
  ///
  /// The derivative by log lambda is (γ - lambda |θ|²) / 2. γ decreases and lambda |θ|² increases with lambda, so that
  /// there is one zero, which bisection of log lambda finds without a step size or a number of steps to choose.
  ///
  /// - Throws: `Fault` of kind `.data` if there is none within `range`.
  package func maximizingPrecision() throws -> Double {
    guard eigenvalues.allSatisfy(\.isFinite), squaredNorm.isFinite, logLikelihood.isFinite else {
      throw Fault(.internalError, "curvature", "an eigenvalue, a norm or a likelihood is not finite")
    }
    guard eigenvalues.contains(where: { $0 > 0 }) else {
      throw Fault(
        .data, "curvature", "it is zero everywhere: every training question is answered with probability 1",
        hint: "fit the adapter with fewer `epochs` or more `weight-decay`, or give a `prior-precision`")
    }
    func slope(_ exponent: Double) -> Double {
      effectiveParameters(at: exp(exponent)) - exp(exponent) * squaredNorm
    }
    var (low, high) = (log(Self.range.lowerBound), log(Self.range.upperBound))
    guard slope(low) > 0, slope(high) < 0 else {
      throw Fault(
        .data, "curvature",
        "the best prior precision is \(slope(low) > 0 ? "above 1e14" : "below 1e-10"), outside the range of the search",
        hint: "use `criterion calibration`, or give a `prior-precision`")
    }
    while high - low > 1e-9 {
      let middle = (low + high) / 2
      (low, high) = slope(middle) > 0 ? (middle, high) : (low, middle)
    }
    return exp((low + high) / 2)
  }

  /// A remark if `precision` is extreme, otherwise nil.
  package static func warning(_ precision: Double) -> String? {
    guard precision <= usual.lowerBound || precision >= usual.upperBound else { return nil }
    let what = precision >= usual.upperBound ? "nothing varies" : "almost everything varies"
    return "the prior precision \(precision.significant) has run away: \(what)"
  }
}

/// A remark if the prior precision of `curvature` is extreme, otherwise nil.
package func priorWarning(_ curvature: Curvature) -> String? { MarginalLikelihood.warning(curvature.priorPrecision) }

extension MarginalLikelihood {
  /// The marginal likelihood of a file.
  package init(_ curvature: Curvature) {
    self.init(
      logLikelihood: curvature.logLikelihood,
      squaredNorm: curvature.blocks.reduce(0) { sum, block in
        block.indices.reduce(sum) { $0 + Double(curvature.values[$1]) * Double(curvature.values[$1]) }
      }, eigenvalues: curvature.blocks.flatMap(\.eigenvalues))
  }
}

extension Curvature.Block {
  /// The eigenvalues of the Kronecker product in the retained directions.
  var eigenvalues: [Double] { outputValues.flatMap { output in inputValues.map { output * $0 } } }

  /// (output, input) The offsets of the matrix's elements in the vector.
  var indices: [Int] {
    let columns = inputs - (biasOffset == nil ? 0 : 1)
    return (0..<outputs).flatMap { row in
      (0..<columns).map { offset + row * columns + $0 } + (biasOffset.map { [$0 + row] } ?? [])
    }
  }
}
