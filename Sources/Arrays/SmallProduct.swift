// The products of attention: for each head of each sequence a few small ones, with sizes between the tokens of a
// sentence and a head's width. They run in the kernels of `GEMM`, which read B where it is: copying it first costs more
// than these products take. Since A is read value by value, its rows and columns may have any stride: a transposed A costs
// nothing.
import CGEMM

/// C (rows, columns) = A B, or C + A B if `adding`.
///
/// A's element (i, k) is `a[i * aRow + k * aInner]`; rows of B and C are contiguous, `bRow` and `cRow` apart. An
/// element's sum runs over k in order, whatever the sizes.
package func multiplySmall(
  rows: Int, columns: Int, inner: Int, _ a: UnsafePointer<Float>, aRow: Int, aInner: Int, _ b: UnsafePointer<Float>,
  bRow: Int, into c: UnsafeMutablePointer<Float>, cRow: Int, adding: Bool = false
) {
  guard rows > 0 else { return }
  /// Up to 32 columns from `column` on.
  func multiply(_ column: Int, _ count: Int, by b: UnsafePointer<Float>, bRow: Int) {
    GEMM.Kernel.fastest.run(
      gemm_panel(
        rows: Int64(rows), columns: Int64(count), inner: Int64(inner), a: a, a_row: Int64(aRow),
        a_inner: Int64(aInner), b: b, b_row: Int64(bRow), pairs: false, c: c + column, c_row: Int64(cRow), scale: 1,
        adding: adding))
  }
  let width = Int(gemm_width)
  // The kernels read whole rows of 16 or 32 values.
  let readable = columns & ~15
  for column in stride(from: 0, to: readable, by: width) {
    multiply(column, min(width, readable - column), by: b + column, bRow: bRow)
  }
  guard readable < columns else { return }
  withScratch(max(inner, 1) * 16) { panel in
    copyPanel(
      StoredMatrix(b + readable, row: bRow, column: 1), columns: columns - readable, rows: inner, into: panel, width: 16
    )
    multiply(readable, columns - readable, by: panel, bRow: 16)
  }
}
