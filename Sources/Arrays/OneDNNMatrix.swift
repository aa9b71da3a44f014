// A constant matrix in the order in which oneDNN's kernels read it. Packing costs less than one product with a thousand
// rows, and each product then runs at the processor's rate from sixteen rows on, and at the memory's with fewer
// (`FewRows`). If a base would not fit into memory twice more, its matrices stay unpacked; the kernels then reorder on the
// fly, at a tenth of the rate.
import COneDNN
import Faults

/// A matrix W (inner, columns) for the products x W, and a bias (columns) that each of them adds.
///
/// Unchecked, because it holds pointers and C structures; all are set in `init` and only read afterwards.
final class OneDNNMatrix: @unchecked Sendable {
  private let inner: Int
  private let columns: Int
  private let precision: Precision
  private let table: ProductTable
  /// The packed values; nil if W is not packed.
  private let numbers: UnsafeMutableRawPointer?
  /// oneDNN's descriptors of W and the bias.
  private let (w, bias): (onednn_numbers, onednn_numbers)
  private let biasValues: UnsafePointer<Float>?

  /// Takes W, stored at `values` as (inner, columns), or as (columns, inner) if `.transposed`. The bias is not copied,
  /// and neither is W without `copying` if its values already have the precision.
  ///
  /// Nil if oneDNN is missing or has no kernel for this processor.
  init?(
    _ values: StoredNumbers, inner: Int, columns: Int, form: GEMM.Form, bias: UnsafePointer<Float>?,
    precision: Precision, copying: Bool
  ) {
    let staysInPlace = !copying && values.precision == precision
    let layout: ProductTable.Layout = staysInPlace ? .plain(form) : .packed
    guard let table = ProductTable.of(inner: inner, columns: columns, precision, layout) else { return nil }
    (self.table, self.inner, self.columns, self.precision) = (table, inner, columns, precision)
    biasValues = bias
    guard !staysInPlace else {
      numbers = nil
      (w, self.bias) = table.descriptors(values.address, bias: bias)
      return
    }
    let room = UnsafeMutableRawPointer.allocate(byteCount: table.bytes, alignment: 64)
    numbers = room
    (w, self.bias) = table.descriptors(room, bias: bias)
    guard table.pack(values, form, into: room) else { return nil }
  }

  deinit {
    onednn_forget(OneDNN.library, w)
    onednn_forget(OneDNN.library, bias)
    numbers?.deallocate()
  }

  /// y (rows, columns) = x (rows, inner) W, plus the bias to each row, plus y if `adding`.
  ///
  /// - Parameter arena: memory for the rounded x and the kernel's workspace.
  func multiply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>, adding: Bool, arena: Arena
  ) {
    if rows <= FewRows.most, !adding, let numbers, let fewRows = table.fewRows {
      return fewRows.multiply(x, rows: rows, by: numbers, bias: biasValues, into: y)
    }
    let largest = ProductTable.largest
    let rounded = precision == .bfloat16 ? arena.allocate((min(rows, largest) * inner + 1) / 2) : nil
    for start in stride(from: 0, to: rows, by: largest) {
      let count = min(largest, rows - start)
      let product = table.product(rows: count, bias: bias.memory != nil, adding: adding)
      let scratch = arena.allocate(Int(product.pointee.scratch_bytes) / MemoryLayout<Float>.stride + 1)
      var source = UnsafeRawPointer(x + start * inner)
      if let rounded {
        Halves.narrow(x + start * inner, intoBfloat16: rounded, count: count * inner)
        source = UnsafeRawPointer(rounded)
      }
      let status = onednn_multiply(OneDNN.library, product, source, w, bias, y + start * columns, scratch)
      if status != 0 { Memory.ranOut("oneDNN ran out of memory for a product") }
    }
  }
}
