// A constant matrix in the order in which a kernel reads it. The kernel is oneDNN's if it has one whose rows do not
// depend on each other, which it has on processors with AVX-512; elsewhere it is our own. In int8 it is always our own,
// which is as fast as oneDNN's and scales the sums as it stores them.
import CVNNI

/// A matrix W (inner, columns) for the products x W, and a bias (columns) that each of them adds.
package final class PackedMatrix: Sendable {
  /// The kernel that computes the products.
  package enum Kernel: CaseIterable, Sendable {
    /// In float32 and bfloat16: oneDNN's.
    case oneDNN
    /// In float32: our own.
    case panels
    /// In int8: with the instructions of AVX-512 for it, with those of AVX, and without any.
    case int8WithAVX512, int8WithAVX, int8Portable
  }

  private enum Form: Sendable {
    case oneDNN(OneDNNMatrix)
    case panels(PanelMatrix)
    case int8(Int8Matrix)
  }
  private let form: Form

  /// Whether frozen products can be computed in that precision on this machine.
  package static func isAvailable(_ precision: Precision) -> Bool {
    Kernel.allCases.contains { isAvailable($0, precision) }
  }

  /// Whether that kernel can compute in that precision.
  package static func isAvailable(_ kernel: Kernel, _ precision: Precision) -> Bool {
    switch kernel {
    case .oneDNN: precision != .int8 && ProductTable.of(inner: 64, columns: 64, precision, .packed) != nil
    case .panels: precision == .float32
    case .int8WithAVX512: precision == .int8 && vnni_has_avx512()
    case .int8WithAVX: precision == .int8 && vnni_has_avx()
    case .int8Portable: precision == .int8
    }
  }

  /// Takes W, stored at `values` as (inner, columns), or as (columns, inner) if `.transposed`. The bias is not copied,
  /// and neither is W without `copying`, unless the kernel needs it in another precision. In int8, W is rounded by its
  /// rows as they are stored, each with a scale of its own.
  ///
  /// Nil if no kernel on this machine multiplies in that precision.
  package convenience init?(
    _ values: StoredNumbers, inner: Int, columns: Int, form: GEMM.Form, bias: UnsafePointer<Float>? = nil,
    precision: Precision, copying: Bool = true
  ) {
    self.init(
      values, inner: inner, columns: columns, form: form, bias: bias, precision: precision, copying: copying,
      kernels: Kernel.allCases)
  }

  /// The same with the first of `kernels` that can do it.
  package init?(
    _ values: StoredNumbers, inner: Int, columns: Int, form: GEMM.Form, bias: UnsafePointer<Float>? = nil,
    precision: Precision, copying: Bool = true, kernels: [Kernel]
  ) {
    precondition(inner > 0 && columns > 0, "a matrix (\(inner), \(columns))")
    if precision == .int8 {
      guard let kernel = kernels.first(where: { Self.isAvailable($0, .int8) }) else { return nil }
      self.form = .int8(
        Int8Matrix(
          values, inner: inner, columns: columns, form: form, bias: bias, copying: copying, kernel: kernel))
      return
    }
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
    case .int8(let matrix): matrix.multiply(x, rows: rows, into: y, adding: adding, arena: arena)
    }
  }
}
