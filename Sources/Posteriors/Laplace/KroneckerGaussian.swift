// The Gaussian N(θ, (H + lambda I)⁻¹) of one block, with H = G ⊗ A. In the basis of the factors' eigenvectors the
// covariance is diagonal. If a factor retains only some directions, the rest of the space has the prior's variance.
import Arrays
import Artifacts

/// J (H + lambda I)⁻¹ Jᵀ for several precisions lambda. No block's part of J is kept.
struct KroneckerCovariance: LogitCovariance {
  private let blocks: [Curvature.Block]
  private let precisions: [Double]
  private(set) var covariances: [[Double]]

  init(_ blocks: [Curvature.Block], precisions: [Double], rows: Int) {
    (self.blocks, self.precisions) = (blocks, precisions)
    covariances = precisions.map { _ in [Double](repeating: 0, count: rows * rows) }
  }

  mutating func add(_ jacobian: [Float], block index: Int) {
    let block = blocks[index]
    let rows = jacobian.count / block.count
    let coordinates = block.coordinates(jacobian, count: rows)
    for (index, precision) in precisions.enumerated() {
      block.addCovariance(coordinates, count: rows, precision: precision, to: &covariances[index])
    }
  }
}

extension Curvature.Block {
  /// Gradients in the eigenvectors' basis, and their remainders.
  struct Coordinates {
    /// (matrix, output direction, input direction)
    var held: [Double]
    /// (matrix, matrix) Inner products of the parts outside the retained directions.
    var outside: [Double]
  }

  /// The coordinates of several matrices (matrix, outputs, inputs).
  ///
  /// The outside parts are computed as differences of vectors, not of their squared lengths, which would cancel.
  func coordinates(_ matrices: [Float], count: Int) -> Coordinates {
    let (outer, inner, rows) = (outputValues.count, inputValues.count, count * outputs)
    let (projected, held) = projections(matrices, count: count)
    var outside = [Double](repeating: 0, count: count * count)
    if inner < inputs { addProducts(of: remainder(matrices, projected, rows), count: count, to: &outside) }
    if outer < outputs {
      var rest = projected
      for matrix in 0..<count { subtractOutputs(held, matrix, from: &rest) }
      addProducts(of: rest, count: count, to: &outside)
    }
    return Coordinates(held: held.map { Double($0) }, outside: outside)
  }

  /// Several matrices in the basis of the inputs' directions (matrix, outputs, input direction), and in the basis of
  /// both
  /// (matrix, output direction, input direction).
  private func projections(_ matrices: [Float], count: Int) -> (inputs: [Float], both: [Float]) {
    let (outer, inner, rows) = (outputValues.count, inputValues.count, count * outputs)
    var projected = [Float](repeating: 0, count: rows * inner)
    GEMM.multiply(
      rows: rows, columns: inner, inner: inputs, matrices, inputs, .plain, inputRows, inputs, .transposed,
      into: &projected, inner)
    var held = [Float](repeating: 0, count: count * outer * inner)
    for matrix in 0..<count {
      projected.withUnsafeBufferPointer { projected in
        held.withUnsafeMutableBufferPointer { held in
          GEMM.multiply(
            rows: outer, columns: inner, inner: outputs, outputRows, outputs, .plain,
            projected.baseAddress! + matrix * outputs * inner, inner, .plain,
            into: held.baseAddress! + matrix * outer * inner, inner)
        }
      }
    }
    return (projected, held)
  }

  /// matrices - projected V, with V (direction, input).
  private func remainder(_ matrices: [Float], _ projected: [Float], _ rows: Int) -> [Float] {
    var rest = matrices
    GEMM.multiply(
      rows: rows, columns: inputs, inner: inputValues.count, projected, inputValues.count, .plain, inputRows, inputs,
      .plain, into: &rest, inputs, scale: -1, adding: true)
    return rest
  }

  /// rest -= Uᵀ held for one matrix, with U (direction, output).
  private func subtractOutputs(_ held: [Float], _ matrix: Int, from rest: inout [Float]) {
    let (outer, inner) = (outputValues.count, inputValues.count)
    held.withUnsafeBufferPointer { held in
      rest.withUnsafeMutableBufferPointer { rest in
        GEMM.multiply(
          rows: outputs, columns: inner, inner: outer, outputRows, outputs, .transposed,
          held.baseAddress! + matrix * outer * inner, inner, .plain, into: rest.baseAddress! + matrix * outputs * inner,
          inner, scale: -1, adding: true)
      }
    }
  }

  private func addProducts(of rows: [Float], count: Int, to products: inout [Double]) {
    let inner = SymmetricMatrix.innerProducts(of: rows.map { Double($0) }, count: count, size: rows.count / count)
    for index in products.indices { products[index] += inner[index] }
  }

  /// sums (matrix, matrix) += W_m (H + lambda I)⁻¹ W_n for every two matrices.
  func addCovariance(_ coordinates: Coordinates, count: Int, precision: Double, to sums: inout [Double]) {
    let weights = eigenvalues.map { 1 / ($0 + precision).squareRoot() }
    var scaled = coordinates.held
    for matrix in 0..<count {
      for index in weights.indices { scaled[matrix * weights.count + index] *= weights[index] }
    }
    let products = SymmetricMatrix.innerProducts(of: scaled, count: count, size: weights.count)
    for index in sums.indices { sums[index] += products[index] + coordinates.outside[index] / precision }
  }

  /// (H + lambda I)^(-1/2) applied to a matrix (outputs, inputs) of standard normal numbers.
  func deviation(of noise: [Float], precision: Double) -> [Float] {
    let (outer, inner) = (outputValues.count, inputValues.count)
    let prior = 1 / precision.squareRoot()
    var weights = projections(noise, count: 1).both.map { Double($0) }
    for (index, value) in eigenvalues.enumerated() { weights[index] *= 1 / (value + precision).squareRoot() - prior }
    // lambda^(-1/2) noise, with a (negative) correction in the retained directions.
    var narrow = [Float](repeating: 0, count: outputs * inner)
    GEMM.multiply(
      rows: outputs, columns: inner, inner: outer, outputRows, outputs, .transposed, weights.map { Float($0) }, inner,
      .plain, into: &narrow, inner)
    var result = noise.map { Float(prior) * $0 }
    GEMM.multiply(
      rows: outputs, columns: inputs, inner: inner, narrow, inner, .plain, inputRows, inputs, .plain, into: &result,
      inputs, adding: true)
    return result
  }
}
