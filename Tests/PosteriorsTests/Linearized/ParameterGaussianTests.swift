// The Gaussians of the methods, and their covariance along a few gradients, against dense matrices.
import Adapters
import Artifacts
import Foundation
import JSON
import Posteriors
import TestSupport
import Testing

@Suite struct ParameterGaussianTests {
  /// Gradients of three logits by four parameters.
  private let jacobian: [[Float]] = [[1, -2, 0.5, 3], [0, 1, 1, -1], [2, 0.25, -1, 0]]

  /// J Σ Jᵀ of the Gaussian against that of a dense Σ.
  private func expect(
    _ gaussian: ParameterGaussian, _ dense: [[Double]], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let found = gaussian.covariance(ofJacobian: jacobian.flatMap { $0 }, rows: 3)
    for (one, left) in jacobian.enumerated() {
      for (other, right) in jacobian.enumerated() {
        let expected = dense.indices.reduce(0.0) { sum, i in
          dense.indices.reduce(sum) { $0 + Double(left[i]) * dense[i][$1] * Double(right[$1]) }
        }
        #expect(abs(found[3 * one + other] - expected) < 1e-5 * max(1, abs(expected)), sourceLocation: sourceLocation)
      }
    }
  }

  private func diagonal(_ variances: [Double]) -> [[Double]] {
    variances.indices.map { row in variances.indices.map { $0 == row ? variances[row] : 0 } }
  }

  /// The paper's a, R - 1 and the roots of the variances, for other scales too.
  @Test(arguments: [0.5, 1, 2], [3, 20]) func swagsIsThatOfTheDenseMatrix(scale: Double, rank: Int) throws {
    let moments = sampleMoments(rank: rank)
    let swag = try Swag.lowRank(request([moments], scale: scale)).gaussian(group: 0)
    var dense = diagonal(moments.variance.map { Double($0) })
    for row in 0..<moments.rank {
      for i in 0..<4 {
        for j in 0..<4 {
          dense[i][j] +=
            Double(moments.deviations[row * 4 + i]) * Double(moments.deviations[row * 4 + j]) / Double(moments.rank - 1)
        }
      }
    }
    expect(swag, dense.map { $0.map { scale * $0 } })
    let diagonalOnly = try Swag.diagonal(request([moments], scale: scale)).gaussian(group: 0)
    expect(diagonalOnly, diagonal(moments.variance.map { scale * Double($0) }))
  }

  @Test func theDrawsOfTFBAndOfAVariationalAdapterComeFromTheirGaussians() throws {
    var adapter = Adapter()
    adapter.parameters.append("base_model.model.x.lora_A.weight", shape: [1, 2])
    adapter.parameters.append("base_model.model.x.lora_B.weight", shape: [2, 1])
    adapter.values = [1, -2, 3, 4]
    let outcome = TFBOutcome(search: TFBSettings(), beta: 0.2, accepted: 2)
    adapter.settings = #"{"tfb":\#(try outcome.canonicalJSON)}"#
    // One row of A' with d = |B| = 5, and the scale a factor on the variance.
    let deviation = 4 * pow(0.2 / (5 + 1e-6), 2)
    expect(try TFB(request([adapter], scale: 4)).gaussian(group: 0), diagonal([deviation, deviation, 0, 0]))

    var (blob, fit) = (Adapter(), AdapterSettings())
    fit.variational = VariationalSettings(.blob)
    blob.parameters.append("base_model.model.x.lora_A.weight", shape: [1, 1])
    blob.parameters.append("base_model.model.x.lora_B.weight", shape: [2, 1])
    blob.parameters.append("base_model.model.x.lora_A.root", shape: [1, 1])
    blob.values = [1, 3, 4, -0.5]
    expect(
      try VariationalPosterior(request([blob], fit: fit), .blob).gaussian(group: 0), diagonal([0.0625, 0, 0, 0]))
  }
}
