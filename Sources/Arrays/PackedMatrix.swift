// A constant matrix in the order in which a kernel reads it. The kernel is oneDNN's if it has one whose rows do not
// depend on each other, which it has on processors with AVX-512; elsewhere it is our own.

/// A matrix W (inner, columns) for the products x W, and a bias (columns) that each of them adds.
package final class PackedMatrix: Sendable {
  /// The library whose kernel computes the products.
  package enum Kernel: CaseIterable, Sendable {
    case oneDNN, panels
  }

  private enum Form: Sendable {
    case oneDNN(OneDNNMatrix)
    case panels(PanelMatrix)
  }
  private let form: Form

  /// Whether frozen products can be computed in that precision on this machine.
  package static func isAvailable(_ precision: Precision) -> Bool {
    precision == .float32 || isAvailable(.oneDNN, precision)
  }

  /// Whether that kernel can compute in that precision.
  package static func isAvailable(_ kernel: Kernel, _ precision: Precision) -> Bool {
    switch kernel {
    case .oneDNN: ProductTable.of(inner: 64, columns: 64, precision, .packed) != nil
    case .panels: precision == .float32
    }
  }

  /// Takes W, stored at `values` as (inner, columns), or as (columns, inner) if `.transposed`. The bias is not copied,
  /// and neither is W without `copying`, unless oneDNN needs it in another precision.
  ///
  /// Nil if no kernel on this machine multiplies in that precision.
  package convenience init?(
    _ values: StoredNumbers, inner: Int, columns: Int, form: BLAS.Form, bias: UnsafePointer<Float>? = nil,
    precision: Precision, copying: Bool = true
  ) {
    self.init(
      values, inner: inner, columns: columns, form: form, bias: bias, precision: precision, copying: copying,
      kernels: Kernel.allCases)
  }

  /// The same with the first of `kernels` that can do it.
  package init?(
    _ values: StoredNumbers, inner: Int, columns: Int, form: BLAS.Form, bias: UnsafePointer<Float>? = nil,
    precision: Precision, copying: Bool = true, kernels: [Kernel]
  ) {
    precondition(inner > 0 && columns > 0, "a matrix (\(inner), \(columns))")
    if kernels.contains(.oneDNN),
      let matrix = OneDNNMatrix(
        values, inner: inner, columns: columns, form: form, bias: bias, precision: precision, copying: copying)
    {
      self.form = .oneDNN(matrix)
    } else if kernels.contains(.panels), precision == .float32 {
      self.form = .panels(
        PanelMatrix(values, inner: inner, columns: columns, form: form, bias: bias, copying: copying))
    } else {
      return nil
    }
  }

  /// y (rows, columns) = x (rows, inner) W, plus the bias to each row, plus y if `adding`.
  ///
  /// A row's result does not depend on the rows beside it.
  ///
  /// - Parameter arena: memory for the kernel's workspace; freed at the end.
  package func multiply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>, adding: Bool = false, arena: Arena
  ) {
    let mark = arena.mark()
    defer { arena.reset(to: mark) }
    switch form {
    case .oneDNN(let matrix): matrix.multiply(x, rows: rows, into: y, adding: adding, arena: arena)
    case .panels(let matrix): matrix.multiply(x, rows: rows, into: y, adding: adding, arena: arena)
    }
  }
}
