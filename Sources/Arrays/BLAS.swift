// Matrix products. Every call runs on the calling thread only: work is divided above, by whole micro-batches.
import COpenBLAS
import Faults
import Glibc
import Synchronization

/// OpenBLAS's matrix product in row-major order.
package enum BLAS {
  /// The memory layout of a factor.
  package enum Form: Sendable {
    /// As the product uses it.
    case plain
    /// With rows and columns exchanged.
    case transposed

    var code: Int32 { Int32(self == .plain ? openblas_plain : openblas_transposed) }
  }

  /// OpenBLAS, opened on first use; or why it cannot be used.
  private static let opened: Result<openblas, Fault> = {
    var library = openblas()
    guard let reason = openblas_open(&library) else { return .success(library) }
    // The loader has no error code for a limited address space.
    let isShort = String(cString: reason).contains("failed to map") || errno == ENOMEM
    return .failure(
      Fault(
        isShort ? .outOfMemory : .configuration, "OpenBLAS", "the library cannot be loaded: \(String(cString: reason))",
        hint: isShort ? Memory.hint : "install libopenblas0, or run make build, which installs it"))
  }()

  /// The library, for products.
  static let library: openblas = {
    switch opened {
    case .success(let library): return library
    case .failure(let fault) where fault.code == .outOfMemory: Memory.ranOut(fault.description)
    case .failure(let fault): fatalError(fault.description)
    }
  }()

  /// [bytes] Address space of the library for each concurrent product.
  private static let bufferBytes = 128 << 20
  /// The number of buffers that the library has.
  private static let buffers = Mutex(0)

  /// Opens the library and lets it allocate the buffers for products on `threads` threads at once, which it keeps.
  ///
  /// Call it before the first product. Without a free buffer, a product would retry forever.
  ///
  /// - Throws: `Fault` of kind `.outOfMemory` if there is no room for them; of kind `.configuration` if the library
  ///   cannot be used.
  package static func prepare(threads: Int) throws {
    let library = try opened.get()
    // No more threads run at once than there are cores.
    let wanted = min(threads, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    try buffers.withLock { present in
      var taken: [UnsafeMutableRawPointer?] = []
      defer { for buffer in taken { library.give_back_buffer?(buffer) } }
      guard wanted > present else { return }
      for number in 0..<wanted {
        guard number < present || Memory.canMap(bufferBytes) else {
          throw Fault(
            .outOfMemory, "OpenBLAS",
            "its matrix products need \(Memory.mebibytes(bufferBytes)) of address space for each of \(wanted) threads, "
              + "and \(Memory.mebibytes(Memory.available)) are free",
            hint: Memory.hint)
        }
        if let take = library.take_buffer, library.give_back_buffer != nil { taken.append(take(0)) }
        present = max(present, number + 1)
      }
    }
  }

  /// The processor type that OpenBLAS detected, such as `SkylakeX`. The last digits of a product depend on it, and so
  /// does half the speed on a processor with AVX-512. `OPENBLAS_CORETYPE` in the environment overrides the detection.
  package static let core = String(cString: library.core()!)

  /// C (rows, columns) = scale A B, or C + scale A B if `adding`, with A (rows, inner) and B (inner, columns).
  ///
  /// A `.transposed` A is stored as (inner, rows), a `.transposed` B as (columns, inner). `lda`, `ldb` and `ldc` are
  /// the distances between rows in memory. Without `adding`, the old content of C is ignored, even NaN.
  ///
  /// On one processor type, the order of an element's sum is fixed, whatever the number of threads.
  package static func multiply(
    rows: Int, columns: Int, inner: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ formOfA: Form,
    _ b: UnsafePointer<Float>, _ ldb: Int, _ formOfB: Form, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
    scale: Float = 1, adding: Bool = false
  ) {
    precondition(
      lda >= (formOfA == .plain ? inner : rows) && ldb >= (formOfB == .plain ? columns : inner) && ldc >= columns,
      "(\(rows), \(inner)) by (\(inner), \(columns)) with rows \(lda), \(ldb), \(ldc) apart")
    guard rows > 0, columns > 0 else { return }
    let block = Block(
      rows: rows, columns: columns, inner: inner, isOfRows: formOfA == .plain && formOfB == .transposed)
    for row in stride(from: 0, to: rows, by: block.rows) {
      for column in stride(from: 0, to: columns, by: block.columns) {
        library.sgemm(
          Int32(openblas_row_major), formOfA.code, formOfB.code, Int32(min(block.rows, rows - row)),
          Int32(min(block.columns, columns - column)), Int32(inner), scale, a + row * (formOfA == .plain ? lda : 1),
          Int32(lda), b + column * (formOfB == .plain ? 1 : ldb), Int32(ldb), adding ? 1 : 0, c + row * ldc + column,
          Int32(ldc))
      }
    }
  }

  /// The pieces that a product is split into.
  ///
  /// A skinny product, as of a low-rank adapter, has one dimension that is small beside the others. OpenBLAS 0.3 has no
  /// kernel for it and reaches a third of the processor's rate. On processors with AVX-512 it does have a kernel for
  /// small products, which runs at full rate: so a skinny product is split until its pieces count as small. A row's
  /// result is then also the same to the last bit, whatever its index.
  private struct Block {
    let rows: Int
    let columns: Int

    /// - Parameter isOfRows: whether the elements are products of two rows, the one form that OpenBLAS rarely considers
    ///   small.
    init(rows: Int, columns: Int, inner: Int, isOfRows: Bool) {
      var (rowsOfBlock, columnsOfBlock) = (rows, columns)
      // OpenBLAS's condition for small (`sgemm_small_kernel_permit`); the result must fit into the first-level cache
      // too.
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

  /// Dimensions up to this, the ranks of adapters, are skinny.
  private static let skinny = 32
  /// Whether OpenBLAS has kernels for small products on this processor.
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
