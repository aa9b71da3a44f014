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

  /// OpenBLAS's own threads would spin beside ours and halve the speed of both.
  static let onOneThread: Void = openblas_set_num_threads(1)

  /// The processor that OpenBLAS took this one for, such as `SkylakeX`. The last digits of a product depend on it, and on
  /// a processor with AVX-512 half the speed: `OPENBLAS_CORETYPE` in the environment overrides what OpenBLAS finds.
  public static let core = String(cString: openblas_get_corename())

  /// C (rows, columns) = scale A B, or C + scale A B where `adding`, with A (rows, inner) and B (inner, columns).
  ///
  /// A `.transposed` A lies in memory as (inner, rows), a `.transposed` B as (columns, inner). `lda`, `ldb` and `ldc` are
  /// the distances from one row in memory to the next. Without `adding` C may hold anything, NaN as well.
  ///
  /// On one core type, an element's sum has an order of its own, whatever the number of threads.
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
    let block = Block(
      rows: rows, columns: columns, inner: inner, isOfRows: formOfA == .plain && formOfB == .transposed)
    for row in stride(from: 0, to: rows, by: block.rows) {
      for column in stride(from: 0, to: columns, by: block.columns) {
        cblas_sgemm(
          CblasRowMajor, formOfA.cblas, formOfB.cblas, blasint(min(block.rows, rows - row)),
          blasint(min(block.columns, columns - column)), blasint(inner), scale,
          a + row * (formOfA == .plain ? lda : 1), blasint(lda), b + column * (formOfB == .plain ? 1 : ldb),
          blasint(ldb), adding ? 1 : 0, c + row * ldc + column, blasint(ldc))
      }
    }
  }

  /// The pieces that a product is made in.
  ///
  /// A skinny product, as of a low-rank adapter, has one dimension that is small beside the others. OpenBLAS 0.3 has no
  /// kernel for it and reaches a third of the processor's rate. For processors with AVX-512 it does have a kernel for
  /// small products, which is as fast as any: so a skinny product is cut until its pieces are small. A row's result is
  /// then also the same to the last bit, wherever the row stands.
  private struct Block {
    let rows: Int
    let columns: Int

    /// - Parameter isOfRows: whether the elements are products of two rows, the one form that OpenBLAS rarely takes for small.
    init(rows: Int, columns: Int, inner: Int, isOfRows: Bool) {
      var (rowsOfBlock, columnsOfBlock) = (rows, columns)
      // What OpenBLAS takes for small (its `sgemm_small_kernel_permit`); the result must fit into the nearest cache too.
      let largestVolume = 1_000_000
      let largestResult = isOfRows ? 1200 : 16_384
      if BLAS.hasSmallKernels {
        if min(columns, inner) <= BLAS.skinny {
          let fitting = min(largestVolume / max(columns * inner, 1), largestResult / columns)
          if fitting >= 16 { rowsOfBlock = fitting & ~7 }
        } else if rows <= BLAS.skinny {
          let fitting = min(largestVolume / max(rows * inner, 1), 32)
          if fitting >= 16 { columnsOfBlock = fitting & ~15 }
        }
      }
      (self.rows, self.columns) = (rowsOfBlock, columnsOfBlock)
    }
  }

  /// Sizes up to this, the ranks of adapters, are skinny.
  private static let skinny = 32
  /// Whether OpenBLAS has its kernels for small products on this processor.
  package static let hasSmallKernels = ["SkylakeX", "Cooperlake", "SapphireRapids"].contains(core)
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
