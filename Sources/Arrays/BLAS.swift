// Matrix products. Every call runs on the calling thread alone: work is divided above, by whole micro-batches.
import COpenBLAS

/// OpenBLAS's matrix product in row-major order.
public enum BLAS {
  /// How a factor lies in memory.
  public enum Form: Sendable {
    /// As the product needs it.
    case plain
    /// With rows and columns exchanged.
    case transposed

    var cblas: CBLAS_TRANSPOSE { self == .plain ? CblasNoTrans : CblasTrans }
  }

  /// Where one of the sizes is at most this, as for a low-rank adapter, the product is skinny.
  private static let skinny = 32
  /// OpenBLAS has fast kernels for small products, and none for skinny ones: in blocks of this many rows they are small.
  private static let rowsOfSkinnyBlock = 256

  /// OpenBLAS's own threads would spin beside ours and halve the speed of both.
  private static let onOneThread: Void = openblas_set_num_threads(1)

  /// C (rows, columns) = scale A B, or C + scale A B where `adding`, with A (rows, inner) and B (inner, columns).
  ///
  /// A `.transposed` A lies in memory as (inner, rows), a `.transposed` B as (columns, inner). `lda`, `ldb` and `ldc` are
  /// the distances from one row in memory to the next. Without `adding` C may hold anything, NaN as well.
  ///
  /// An element's sum has the same order for the same shape, whatever the number of threads.
  public static func multiply(
    rows: Int, columns: Int, inner: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ formOfA: Form,
    _ b: UnsafePointer<Float>, _ ldb: Int, _ formOfB: Form, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
    scale: Float = 1, adding: Bool = false
  ) {
    precondition(
      lda >= (formOfA == .plain ? inner : rows) && ldb >= (formOfB == .plain ? columns : inner) && ldc >= columns,
      "(\(rows), \(inner)) by (\(inner), \(columns)) with rows \(lda), \(ldb), \(ldc) apart")
    guard rows > 0, columns > 0 else { return }
    _ = onOneThread
    let isSkinny = min(columns, inner) <= skinny
    var first = 0
    while first < rows {
      let count = isSkinny ? min(rowsOfSkinnyBlock, rows - first) : rows
      cblas_sgemm(
        CblasRowMajor, formOfA.cblas, formOfB.cblas, blasint(count), blasint(columns), blasint(inner), scale,
        a + (formOfA == .plain ? first * lda : first), blasint(lda), b, blasint(ldb), adding ? 1 : 0,
        c + first * ldc, blasint(ldc))
      first += count
    }
  }
}

extension Reference {
  /// `BLAS.multiply`, term by term in Double.
  package static func multiply(
    rows: Int, columns: Int, inner: Int, _ a: [Float], _ lda: Int, _ formOfA: BLAS.Form, _ b: [Float], _ ldb: Int,
    _ formOfB: BLAS.Form, into c: inout [Float], _ ldc: Int, scale: Float = 1, adding: Bool = false
  ) {
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = 0.0
        for k in 0..<inner {
          let left = formOfA == .plain ? a[row * lda + k] : a[k * lda + row]
          let right = formOfB == .plain ? b[k * ldb + column] : b[column * ldb + k]
          sum += Double(left) * Double(right)
        }
        c[row * ldc + column] = Float(Double(scale) * sum + (adding ? Double(c[row * ldc + column]) : 0))
      }
    }
  }
}
