// The two products that fine-tuning with a frozen base consists of: x Wᵀ on the way up and dy W on the way down. Whoever
// finds a faster way to multiply by a matrix that never changes changes this file.
import Arrays

/// A matrix W (outputs, inputs), seen only through its products.
struct FrozenMatrix: @unchecked Sendable {
  let inputs: Int
  let outputs: Int
  let values: UnsafePointer<Float>

  /// y (rows, outputs) = x (rows, inputs) Wᵀ.
  func apply(_ x: UnsafePointer<Float>, rows: Int, into y: Numbers) {
    BLAS.multiply(
      rows: rows, columns: outputs, inner: inputs, x, inputs, .plain, values, inputs, .transposed, into: y, outputs)
  }

  /// dx (rows, inputs) = dy (rows, outputs) W, or the sum of both where `adding`.
  func applyTransposed(_ dy: UnsafePointer<Float>, rows: Int, into dx: Numbers, adding: Bool) {
    BLAS.multiply(
      rows: rows, columns: inputs, inner: outputs, dy, outputs, .plain, values, inputs, .plain, into: dx, inputs,
      adding: adding)
  }
}
