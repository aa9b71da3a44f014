// A penalty on the squared Frobenius norm of each module's B A. It is a Gaussian prior on the change of the weights, and
// does not depend on how this change is divided between the factors.
import Adapters
import Arrays
import Transformers

extension LowRankLayout {
  /// Adds to each member's part of `gradient` the gradient of lambda * sum over modules of |B A|² (Frobenius).
  ///
  /// d/dA = 2 lambda (Bᵀ B) A and d/dB = 2 lambda B (A Aᵀ): only rank x rank products.
  func addProductPenalty(_ lambda: Double, at values: [Float], members: Members, to gradient: inout [Float]) {
    let factor = 2 * Float(lambda)
    for (member, module) in (0..<members.count).flatMap({ member in modules.map { (member, $0) } }) {
      let place = adapters[module.name]!
      let (r, inputs, outputs) = (place.rank, module.inputs, module.outputs)
      var (gramA, gramB) = ([Float](repeating: 0, count: r * r), [Float](repeating: 0, count: r * r))
      values.withUnsafeBufferPointer { values in
        gradient.withUnsafeMutableBufferPointer { gradient in
          let (values, gradient) = (
            values.baseAddress! + member * members.stride, gradient.baseAddress! + member * members.stride
          )
          let (a, b) = (values + place.offsetA, values + place.offsetB)
          let (da, db) = (gradient + place.offsetA, gradient + place.offsetB)
          GEMM.multiply(rows: r, columns: r, inner: inputs, a, inputs, .plain, a, inputs, .transposed, into: &gramA, r)
          GEMM.multiply(rows: r, columns: r, inner: outputs, b, r, .transposed, b, r, .plain, into: &gramB, r)
          GEMM.multiply(
            rows: r, columns: inputs, inner: r, gramB, r, .plain, a, inputs, .plain, into: da, inputs, scale: factor,
            adding: true)
          GEMM.multiply(
            rows: outputs, columns: r, inner: r, b, r, .plain, gramA, r, .plain, into: db, r, scale: factor,
            adding: true)
        }
      }
    }
  }
}
