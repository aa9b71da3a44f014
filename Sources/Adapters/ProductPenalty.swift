// A penalty on the squared Frobenius norm of each module's B A: a Gaussian prior on the weights' change, not on its
// factors, so that it does not depend on how the change is factored.
import Arrays

extension LowRankLayout {
  /// Adds to `gradient` that of lambda * sum over modules of |B A|² (Frobenius).
  ///
  /// d/dA = 2 lambda (Bᵀ B) A and d/dB = 2 lambda B (A Aᵀ): only rank x rank products.
  func addProductPenalty(_ lambda: Double, at values: [Float], to gradient: inout [Float]) {
    let factor = 2 * Float(lambda)
    for module in modules {
      let place = adapters[module.name]!
      let (r, inputs, outputs) = (place.rank, module.inputs, module.outputs)
      var (gramA, gramB) = ([Float](repeating: 0, count: r * r), [Float](repeating: 0, count: r * r))
      values.withUnsafeBufferPointer { values in
        gradient.withUnsafeMutableBufferPointer { gradient in
          let (a, b) = (values.baseAddress! + place.offsetA, values.baseAddress! + place.offsetB)
          let (da, db) = (gradient.baseAddress! + place.offsetA, gradient.baseAddress! + place.offsetB)
          BLAS.multiply(rows: r, columns: r, inner: inputs, a, inputs, .plain, a, inputs, .transposed, into: &gramA, r)
          BLAS.multiply(rows: r, columns: r, inner: outputs, b, r, .transposed, b, r, .plain, into: &gramB, r)
          BLAS.multiply(
            rows: r, columns: inputs, inner: r, gramB, r, .plain, a, inputs, .plain, into: da, inputs, scale: factor,
            adding: true)
          BLAS.multiply(
            rows: outputs, columns: r, inner: r, b, r, .plain, gramA, r, .plain, into: db, r, scale: factor,
            adding: true)
        }
      }
    }
  }
}
