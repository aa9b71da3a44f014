// The marginal likelihood of the training labels under Laplace's approximation (MacKay 1992, "Bayesian interpolation";
// Yang et al. 2024, arXiv:2308.13111, eq. 8), as a function of the prior's precision lambda, for the prior
// N(0, 1 / lambda) of every parameter:
//
//   log p(D | lambda) = log p(D | θ) - 1/2 (log det(H + lambda I) - P log lambda + lambda |θ|²)
//
// With H's eigenvalues h the two terms of determinants are Σ log(1 + h / lambda): directions without curvature give
// nothing, so that those which a factor does not hold need not be counted.
import Artifacts
import Faults
import Foundation

/// The evidence of one Laplace approximation.
package struct MarginalLikelihood {
  /// Σ log p(label) at the mean, in nats.
  package let logLikelihood: Double
  /// |θ|² of the parameters that vary. The prior's mean is zero, for A as for B.
  package let squaredNorm: Double
  /// H's eigenvalues; those that are zero may be missing.
  package let eigenvalues: [Double]

  package init(logLikelihood: Double, squaredNorm: Double, eigenvalues: [Double]) {
    (self.logLikelihood, self.squaredNorm, self.eigenvalues) = (logLikelihood, squaredNorm, eigenvalues)
  }

  /// The least and the greatest precision that is tried.
  static let range = 1e-10...1e14
  /// A precision outside of this is reported: the prior has run away from the curvature.
  private static let usual = 1e-4...1e6

  /// log p(D | lambda), in nats.
  package func value(at precision: Double) -> Double {
    let determinants = eigenvalues.reduce(0) { $0 + log1p($1 / precision) }
    return logLikelihood - 0.5 * (determinants + precision * squaredNorm)
  }

  /// How many parameters the data determine, γ = Σ h / (h + lambda).
  package func effectiveParameters(at precision: Double) -> Double {
    eigenvalues.reduce(0) { $0 + $1 / ($1 + precision) }
  }

  /// The precision of the greatest value.
  ///
  /// The derivative by log lambda is (γ - lambda |θ|²) / 2. γ falls and lambda |θ|² rises with lambda, so that there is
  /// one zero and halving the interval of log lambda finds it: no rate to choose, no number of steps.
  ///
  /// - Throws: `Fault` of kind `.data` where there is none within `range`.
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
        "the prior precision runs away, \(slope(low) > 0 ? "above" : "below") every number from 1e-10 to 1e14",
        hint: "choose it by `criterion calibration`, or give a `prior-precision`")
    }
    while high - low > 1e-9 {
      let middle = (low + high) / 2
      (low, high) = slope(middle) > 0 ? (middle, high) : (low, middle)
    }
    return exp((low + high) / 2)
  }

  /// A remark where `precision` has run away; nil where it has not.
  package static func warning(_ precision: Double) -> String? {
    guard precision <= usual.lowerBound || precision >= usual.upperBound else { return nil }
    let what = precision >= usual.upperBound ? "nothing varies" : "almost everything varies"
    return "the prior precision \(precision.significant) has run away: \(what)"
  }
}

/// A remark where the prior of `curvature` has run away; nil where it has not.
package func priorWarning(_ curvature: Curvature) -> String? { MarginalLikelihood.warning(curvature.priorPrecision) }

extension MarginalLikelihood {
  /// That of a file's numbers.
  package init(_ curvature: Curvature) {
    self.init(
      logLikelihood: curvature.logLikelihood,
      squaredNorm: curvature.blocks.reduce(0) { sum, block in
        block.indices.reduce(sum) { $0 + Double(curvature.values[$1]) * Double(curvature.values[$1]) }
      }, eigenvalues: curvature.blocks.flatMap(\.eigenvalues))
  }
}

extension Curvature.Block {
  /// The eigenvalues of the Kronecker product, as far as the factors hold them.
  var eigenvalues: [Double] { outputValues.flatMap { output in inputValues.map { output * $0 } } }

  /// (output, input) Where the matrix's numbers lie in the vector.
  var indices: [Int] {
    let columns = inputs - (biasOffset == nil ? 0 : 1)
    return (0..<outputs).flatMap { row in
      (0..<columns).map { offset + row * columns + $0 } + (biasOffset.map { [$0 + row] } ?? [])
    }
  }
}
