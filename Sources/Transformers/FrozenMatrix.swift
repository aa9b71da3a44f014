// The two products with a frozen matrix: x Wᵀ in the forward pass and dy W in the backward pass. Fine-tuning spends most
// of its time here.
import Arrays
import Synchronization

/// A matrix W (outputs, inputs) and its bias, used only in products. W is packed on first use, once for each direction.
package final class FrozenMatrix: Sendable {
  let inputs: Int
  let outputs: Int
  private let up: PackedWhenUsed
  private let down: PackedWhenUsed

  /// W at `values` (outputs, inputs) and `bias` (outputs), which must outlive the matrix.
  ///
  /// - Parameter copying: whether W may be packed, which needs twice its memory on top.
  init(
    inputs: Int, outputs: Int, values: StoredNumbers, bias: UnsafePointer<Float>? = nil, precision: Precision,
    copying: Bool
  ) {
    (self.inputs, self.outputs) = (inputs, outputs)
    up = PackedWhenUsed(values, (inputs, outputs), .transposed, bias: bias, precision, copying: copying)
    down = PackedWhenUsed(values, (outputs, inputs), .plain, bias: nil, precision, copying: copying)
  }

  /// y (rows, outputs) = x (rows, inputs) Wᵀ + bias (outputs).
  func apply(_ x: UnsafePointer<Float>, rows: Int, into y: Activations, arena: Arena) {
    up.multiply(x, rows: rows, into: y, adding: false, arena: arena)
  }

  /// dx (rows, inputs) = dy (rows, outputs) W, or the sum of both where `adding`.
  func applyTransposed(_ dy: UnsafePointer<Float>, rows: Int, into dx: Activations, adding: Bool, arena: Arena) {
    down.multiply(dy, rows: rows, into: dx, adding: adding, arena: arena)
  }
}

/// A matrix (inner, columns) that is packed when it is first needed.
///
/// Unchecked, because of `matrix`, which `preparing` and `isReady` guard.
private final class PackedWhenUsed: @unchecked Sendable {
  private let values: StoredNumbers
  private let (inner, columns): (Int, Int)
  private let form: GEMM.Form
  private let bias: UnsafePointer<Float>?
  private let precision: Precision
  private let copying: Bool
  /// Written once, by the thread that holds `preparing`, before `isReady` is set.
  private var matrix: PackedMatrix?
  private let isReady = Atomic(false)
  private let preparing = Mutex(())

  init(
    _ values: StoredNumbers, _ shape: (inner: Int, columns: Int), _ form: GEMM.Form, bias: UnsafePointer<Float>?,
    _ precision: Precision, copying: Bool
  ) {
    (self.values, self.form, self.bias) = (values, form, bias)
    (inner, columns, self.precision, self.copying) = (shape.inner, shape.columns, precision, copying)
  }

  func multiply(_ x: UnsafePointer<Float>, rows: Int, into y: Activations, adding: Bool, arena: Arena) {
    if !isReady.load(ordering: .acquiring) { prepare() }
    matrix!.multiply(x, rows: rows, into: y, adding: adding, arena: arena)
  }

  private func prepare() {
    preparing.withLock { _ in
      guard !isReady.load(ordering: .relaxed) else { return }
      matrix = PackedMatrix(
        values, inner: inner, columns: columns, form: form, bias: bias, precision: precision, copying: copying)
      precondition(matrix != nil, "no product in \(precision) here, which the settings were checked for")
      isReady.store(true, ordering: .releasing)
    }
  }
}
