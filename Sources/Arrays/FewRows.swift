// Products of few rows by a matrix that oneDNN has packed, as when a decoder writes a few texts side by side: they wait for
// the matrix to be read. oneDNN's kernels read it at half of the memory's rate; ours keeps six rows of 64 columns in
// registers, and reads each panel once for them. But no row may depend on the number of rows beside it. So our kernel is
// used only where it gives oneDNN's bits: both sum blocks of some depth, which is found by comparing.
import CGEMM
import COneDNN
import Glibc

/// How our kernel multiplies by the matrices (inner, columns) of a `ProductTable`.
struct FewRows {
  /// With more rows than these, oneDNN's kernels are as fast.
  static let most = 16

  let inner: Int
  let columns: Int
  /// Rows of a panel in memory: W's, and zeros beyond.
  let panelRows: Int
  /// Rows of a panel whose products are summed by themselves, before these sums are added.
  let depth: Int

  /// The kernel; nil if W is not in panels of 64 columns, or no depth gives oneDNN's bits.
  ///
  /// - Parameters:
  ///   - bytes: of W.
  ///   - product: multiplies `rows` rows by W at these numbers, into y.
  static func found(
    inner: Int, columns: Int, layout: UnsafePointer<onednn_layout>, bytes: Int, rows: Int,
    product: (_ x: UnsafePointer<Float>, _ w: UnsafeRawPointer, _ y: UnsafeMutablePointer<Float>) -> Void
  ) -> FewRows? {
    let panelRows = Int(onednn_panel_rows(layout))
    guard panelRows > 0, GEMM.Kernel.avx512.isAvailable, let w = calloc(bytes, 1) else { return nil }
    defer { free(w) }
    // Random numbers in the first panel. The other panels stay zeros of the system, which take no memory.
    let (width, stream) = (Int(gemm_wide), RandomStream(seed: 0, purpose: .probe))
    let panel = w.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
    for row in 0..<inner { stream.normals(into: panel + row * width, count: width, from: row * width) }
    let x = [Float](unsafeUninitializedCapacity: rows * inner) { x, initialized in
      stream.normals(into: x.baseAddress!, count: rows * inner, from: inner * width)
      initialized = rows * inner
    }
    var (theirs, ours) = ([Float](repeating: 0, count: rows * columns), [Float](repeating: 0, count: rows * columns))
    product(x, w, &theirs)
    return [inner, 1024, 512, 256, 128, 64].lazy.filter { $0 <= inner }.map {
      FewRows(inner: inner, columns: columns, panelRows: panelRows, depth: $0)
    }.first { candidate in
      candidate.multiply(x, rows: rows, by: w, bias: nil, into: &ours)
      return ours == theirs
    }
  }

  /// y (rows, columns) = x (rows, inner) W, plus the bias to each row.
  ///
  /// - Parameter w: W as the table packs it.
  func multiply(
    _ x: UnsafePointer<Float>, rows: Int, by w: UnsafeRawPointer, bias: UnsafePointer<Float>?,
    into y: UnsafeMutablePointer<Float>
  ) {
    let (width, w) = (Int(gemm_wide), w.assumingMemoryBound(to: Float.self))
    for column in stride(from: 0, to: columns, by: width) {
      let panel = w + column * panelRows
      for start in stride(from: 0, to: inner, by: depth) {
        GEMM.Kernel.avx512.run(
          gemm_panel(
            rows: Int64(rows), columns: Int64(min(width, columns - column)), inner: Int64(min(depth, inner - start)),
            a: x + start, a_row: Int64(inner), a_inner: 1, b: panel + start * width, b_row: Int64(width), pairs: false,
            c: y + column, c_row: Int64(columns), scale: 1, adding: start > 0))
      }
    }
    if let bias { addRow(bias, to: y, rows: rows, width: columns) }
  }
}
