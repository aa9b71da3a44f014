// Training-free Bayesianization (Shi et al. 2024, arXiv:2412.05723): noise on the A of any trained adapter, with the
// largest scale that hardly changes the adapter's answers.
//
// Letters: B = U diag(d) Vᵀ, B' = U diag(d), A' = Vᵀ A, so that B' A' = B A; the elements of row i of A' have the
// standard deviation beta / (d_i + 1e-6), which gives every row the same effect on the product.
//
// The search follows the text of the paper. The authors' program, which produced the paper's results, searches in
// another way (`TFBSettings.ToleranceRule`): with its rule and 100 anchors the search ends at the largest scale of the
// range, where ours ends at the smallest.
import Adapters
import Arrays
import Artifacts
import Faults

/// An adapter in the basis in which TFB adds its noise.
package struct TFBFactors: Sendable {
  /// The vector with A' and B' instead of A and B.
  private let values: [Float]
  /// The range of each row of each A', and its d.
  private let rows: [(range: Range<Int>, singularValue: Double)]

  /// Transforms the factors of `values`.
  package init(_ values: [Float], _ parameters: ParameterTable, path: String) throws {
    var (transformed, rows) = (values, [(range: Range<Int>, singularValue: Double)]())
    for pair in try LowRankPair.all(in: parameters, method: "tfb", path: path) {
      let (a, svd) = (pair.a(of: values), ThinSVD(pair.b(of: values), rows: pair.outputs, columns: pair.rank))
      for (component, singularValue) in svd.values.enumerated() {
        let start = pair.a.offset + component * pair.inputs
        rows.append((start..<start + pair.inputs, singularValue))
        for column in 0..<pair.inputs {
          transformed[start + column] = Float(
            (0..<pair.rank).reduce(0) { $0 + svd.right[component][$1] * a[$1 * pair.inputs + column] })
        }
        for row in 0..<pair.outputs {
          transformed[pair.b.offset + row * pair.rank + component] = Float(singularValue * svd.left[component][row])
        }
      }
    }
    (self.values, self.rows) = (transformed, rows)
  }

  /// The vector with A' + beta / (d + 1e-6) noise, B' and everything else; `noise(range)` returns standard normal
  /// values.
  package func values(beta: Double, noise: (_ range: Range<Int>) -> [Float]) -> [Float] {
    var result = values
    for row in rows {
      let standardDeviation = Self.standardDeviation(beta, row.singularValue)
      for (index, draw) in zip(row.range, noise(row.range)) { result[index] += standardDeviation * draw }
    }
    return result
  }

  /// The same with the noise of sample `sample` of the member with the seed `member`.
  func values(beta: Double, _ noise: GaussianNoise, member: Int, sample: Int) -> [Float] {
    values(beta: beta) { range in
      noise.normals(
        .diagonalNoise, member: member, sample: sample, count: range.count, from: range.lowerBound)
    }
  }

  /// The Gaussian over A', B' and everything else.
  func gaussian(beta: Double) -> ParameterGaussian {
    var deviations = [Float](repeating: 0, count: values.count)
    for row in rows {
      for index in row.range { deviations[index] = Self.standardDeviation(beta, row.singularValue) }
    }
    return ParameterGaussian(mean: values, standardDeviations: deviations)
  }

  private static func standardDeviation(_ beta: Double, _ singularValue: Double) -> Float {
    Float(beta / (singularValue + 1e-6))
  }
}

/// The Gaussian around one adapter.
package struct TFB: Posterior {
  private let values: [Float]
  private let factors: TFBFactors
  private let outcome: TFBOutcome
  /// The factor on beta².
  private let scale: Double
  private let member: Int
  private let noise: GaussianNoise
  package let samples: Int

  /// From one file of `bayesianize-adapter`.
  ///
  /// - Throws: `Fault` of kind `.usage` for an adapter without a scale from `bayesianize-adapter`.
  package init(_ request: PosteriorRequest) throws {
    let (path, adapter) = try request.single(Adapter.self)
    let scale = request.drawing.scale ?? 1
    guard let outcome = try TFBOutcome.read(adapter.settings, subject: path) else {
      throw Fault(
        .usage, path, "found an adapter without a noise scale", hint: "find one with bayesianize-adapter")
    }
    guard scale >= 0, scale.isFinite else {
      throw Fault(.usage, setting: "scale", "found \(scale), expected 0 or more")
    }
    (self.outcome, self.scale, values, member) = (outcome, scale, adapter.values, adapter.seed)
    factors = try TFBFactors(adapter.values, adapter.parameters, path: path)
    (noise, samples) = (GaussianNoise(request.drawing), request.drawing.samples)
  }

  package var groups: Int { 1 }
  /// The adapter's parameters and one scale.
  package var storedParameters: Int { values.count + 1 }
  /// The scale of the noise, in the predictions' settings.
  package var details: [String: Double] { ["beta": beta] }
  private var beta: Double { scale.squareRoot() * outcome.beta }
  /// Remarks about the search.
  package var warnings: [String] { outcome.warnings + spreadRemarks }

  /// The adapter with noise; at scale 0 it is the adapter, bit for bit.
  package func draw(group: Int, sample: Int) -> Draw {
    guard scale > 0, outcome.beta > 0 else { return Draw(values: values) }
    return Draw(values: factors.values(beta: beta, noise, member: member, sample: sample))
  }
}

extension TFB: GaussianPosterior {
  /// In the basis of A' and B', in which the network computes the same.
  package func gaussian(group: Int) -> ParameterGaussian { factors.gaussian(beta: beta) }
}
