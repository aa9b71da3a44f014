// The two products that fine-tuning with a frozen base consists of: x Wᵀ on the way up and dy W on the way down. Whoever
// finds a faster way to multiply by a matrix that never changes changes this file.
import Arrays
import Synchronization

/// A matrix W (outputs, inputs) and its bias, seen only through their products. Each way, W is packed when it is first gone.
package final class FrozenMatrix: Sendable {
  let inputs: Int
  let outputs: Int
  private let up: PackedWhenUsed
  private let down: PackedWhenUsed

  /// W at `values` (outputs, inputs) and `bias` (outputs), which must outlive the matrix.
  init(
    inputs: Int, outputs: Int, values: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil, precision: Precision
  ) {
    (self.inputs, self.outputs) = (inputs, outputs)
    up = PackedWhenUsed(values, inner: inputs, columns: outputs, form: .transposed, bias: bias, precision)
    down = PackedWhenUsed(values, inner: outputs, columns: inputs, form: .plain, bias: nil, precision)
  }

  /// y (rows, outputs) = x (rows, inputs) Wᵀ + bias (outputs).
  func apply(_ x: UnsafePointer<Float>, rows: Int, into y: Numbers, arena: Arena) {
    up.multiply(x, rows: rows, into: y, adding: false, arena: arena)
  }

  /// dx (rows, inputs) = dy (rows, outputs) W, or the sum of both where `adding`.
  func applyTransposed(_ dy: UnsafePointer<Float>, rows: Int, into dx: Numbers, adding: Bool, arena: Arena) {
    down.multiply(dy, rows: rows, into: dx, adding: adding, arena: arena)
  }
}

/// A matrix (inner, columns) that oneDNN packs when it is first needed; OpenBLAS multiplies by it where oneDNN cannot.
private final class PackedWhenUsed: @unchecked Sendable {
  private let values: UnsafePointer<Float>
  private let (inner, columns): (Int, Int)
  private let form: BLAS.Form
  private let bias: UnsafePointer<Float>?
  private let precision: Precision
  /// Written once, by the thread that holds `packing`, before `isPacked` is set.
  private var packed: PackedMatrix?
  private let isPacked = Atomic(false)
  private let packing = Mutex(())

  init(
    _ values: UnsafePointer<Float>, inner: Int, columns: Int, form: BLAS.Form, bias: UnsafePointer<Float>?,
    _ precision: Precision
  ) {
    (self.values, self.inner, self.columns, self.form) = (values, inner, columns, form)
    (self.bias, self.precision) = (bias, precision)
  }

  func multiply(_ x: UnsafePointer<Float>, rows: Int, into y: Numbers, adding: Bool, arena: Arena) {
    if !isPacked.load(ordering: .acquiring) { pack() }
    if let packed {
      packed.multiply(x, rows: rows, into: y, adding: adding, arena: arena)
      return
    }
    BLAS.multiply(
      rows: rows, columns: columns, inner: inner, x, inner, .plain, values, form == .plain ? columns : inner, form,
      into: y, columns, adding: adding)
    if let bias { addRow(bias, to: y, rows: rows, width: columns) }
  }

  private func pack() {
    packing.withLock { _ in
      guard !isPacked.load(ordering: .relaxed) else { return }
      packed = PackedMatrix(values, inner: inner, columns: columns, form: form, bias: bias, precision: precision)
      isPacked.store(true, ordering: .releasing)
    }
  }
}
