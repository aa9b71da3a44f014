// Products of matrices in float32 (GEMM): those of low-rank adapters, of fully trained matrices and of curvature. Every call
// runs on the calling thread; work is divided above, by whole micro-batches.
//
// B is copied into panels of 32 columns, which the kernels read row by row (Goto and van de Geijn 2008, "Anatomy of
// high-performance matrix multiplication"). How an element is summed depends on `inner`, the number of columns and the
// forms alone. So a row of the result is the same whatever rows stand beside it, and the same on every processor.
import CGEMM

/// C = scale A B, or C + scale A B.
package enum GEMM {
  /// The memory layout of a factor.
  package enum Form: Sendable {
    /// As the product uses it.
    case plain
    /// With rows and columns exchanged.
    case transposed
  }

  /// What multiplies.
  package enum Kernel: CaseIterable, Sendable {
    /// AVX-512.
    case avx512
    /// AVX2 or NEON.
    case common

    /// Whether this processor has its instructions.
    package var isAvailable: Bool { self == .common || gemm_has_avx512() }
    /// The fastest that this processor has the instructions for.
    package static let fastest: Kernel = gemm_has_avx512() ? .avx512 : .common

    func run(_ panel: gemm_panel) {
      switch self {
      case .avx512: gemm_multiply_avx512(panel)
      case .common: gemm_multiply_common(panel)
      }
    }
  }

  /// C (rows, columns) = scale A B, or C + scale A B if `adding`, with A (rows, inner) and B (inner, columns).
  ///
  /// A `.transposed` A is stored as (inner, rows), a `.transposed` B as (columns, inner). `lda`, `ldb` and `ldc` are
  /// the distances between rows in memory. Without `adding`, the old content of C is ignored, even NaN.
  package static func multiply(
    rows: Int, columns: Int, inner: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ formOfA: Form,
    _ b: UnsafePointer<Float>, _ ldb: Int, _ formOfB: Form, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
    scale: Float = 1, adding: Bool = false, kernel: Kernel = .fastest
  ) {
    precondition(
      lda >= (formOfA == .plain ? inner : rows) && ldb >= (formOfB == .plain ? columns : inner) && ldc >= columns,
      "(\(rows), \(inner)) by (\(inner), \(columns)) with rows \(lda), \(ldb), \(ldc) apart")
    guard rows > 0, columns > 0 else { return }
    let product = MatrixProduct(
      rows: rows, columns: columns, inner: inner, a: StoredMatrix(a, lda, formOfA), b: StoredMatrix(b, ldb, formOfB),
      c: c, cRow: ldc, scale: scale, adding: adding, usesPairs: formOfA == .plain && inner % 2 == 0, kernel: kernel)
    // A narrow C is the transpose of a product whose panels are full, and whose rows of B are those of A in memory.
    if formOfA == .transposed && columns <= Int(gemm_width) / 2 {
      product.computeTransposed()
    } else {
      product.compute()
    }
  }
}

/// A matrix where it is stored: element (i, j) is `values[i * row + j * column]`, and `row` or `column` is 1.
struct StoredMatrix {
  let values: UnsafePointer<Float>
  let (row, column): (Int, Int)

  init(_ values: UnsafePointer<Float>, row: Int, column: Int) {
    (self.values, self.row, self.column) = (values, row, column)
  }

  init(_ values: UnsafePointer<Float>, _ distance: Int, _ form: GEMM.Form) {
    self.init(values, row: form == .plain ? distance : 1, column: form == .plain ? 1 : distance)
  }

  var transposed: StoredMatrix { StoredMatrix(values, row: column, column: row) }

  /// The part whose first element is (i, j).
  func from(_ i: Int, _ j: Int) -> StoredMatrix {
    StoredMatrix(values + i * row + j * column, row: row, column: column)
  }
}

/// One product.
private struct MatrixProduct {
  let (rows, columns, inner): (Int, Int, Int)
  let (a, b): (StoredMatrix, StoredMatrix)
  let c: UnsafeMutablePointer<Float>
  let cRow: Int
  let scale: Float
  let adding: Bool
  /// Whether panels of up to eight columns are in pairs.
  let usesPairs: Bool
  let kernel: GEMM.Kernel

  private static let width = Int(gemm_width)
  /// Rows of a panel: 48 kilobytes.
  private static let depth = 384
  /// Values of A that are multiplied by one panel after the other, and stay in the second-level cache meanwhile: those of
  /// 264 rows. A part has whole tiles, of twelve rows or of six.
  private static let valuesTogether = 264 * depth
  /// Up to so many rows, copying a panel costs more than reading it where it is.
  private static let fewRows = 32
  /// Up to so many columns, copying A costs more than reading its columns.
  private static let fewColumns = 64

  func compute() {
    guard inner > 0 else { return clear() }
    let depth = min(Self.depth, (inner + 15) & ~15)
    let height = min(rows, Self.valuesTogether / depth / 12 * 12)
    let copiesA = a.column != 1 && rows > Self.fewRows && columns > Self.fewColumns
    withScratch(depth * (Self.width + (copiesA ? height : 0))) { panel in
      let copy = panel + depth * Self.width
      for row in stride(from: 0, to: rows, by: height) {
        let count = min(height, rows - row)
        for k in stride(from: 0, to: inner, by: depth) {
          let steps = min(depth, inner - k)
          var part = a.from(row, k)
          if copiesA {
            transpose(rows: steps, columns: count, part.values, xRow: part.column, into: copy, yRow: depth)
            part = StoredMatrix(copy, row: depth, column: 1)
          }
          multiply(part, rows: row..<row + count, inner: k..<k + steps, panel)
        }
      }
    }
  }

  /// Some rows of C, by some rows of B. `part` is their part of A.
  private func multiply(
    _ part: StoredMatrix, rows: Range<Int>, inner: Range<Int>, _ panel: UnsafeMutablePointer<Float>
  ) {
    for column in stride(from: 0, to: columns, by: Self.width) {
      let count = min(Self.width, columns - column)
      let source = b.from(inner.lowerBound, column)
      let isPairs = usesPairs && count <= 8
      let inPlace = source.column == 1 && count % 16 == 0 && rows.count <= Self.fewRows
      let width = count > 16 ? Self.width : 16
      if !inPlace { copyPanel(source, columns: count, rows: inner.count, into: panel, width: width) }
      if isPairs { interleave(panel, rows: inner.count) }
      let task = gemm_panel(
        rows: Int64(rows.count), columns: Int64(count), inner: Int64(inner.count), a: part.values,
        a_row: Int64(part.row), a_inner: Int64(part.column), b: inPlace ? source.values : UnsafePointer(panel),
        b_row: Int64(inPlace ? source.row : width), pairs: isPairs, c: c + rows.lowerBound * cRow + column,
        c_row: Int64(cRow), scale: scale, adding: adding || inner.lowerBound > 0)
      kernel.run(task)
    }
  }

  /// Rows of sixteen values, of which eight count, to pairs of rows, in place.
  private func interleave(_ panel: UnsafeMutablePointer<Float>, rows: Int) {
    for row in stride(from: 0, to: rows, by: 2) {
      let (even, odd) = (load(panel + row * 16, LaneRange(0)), load(panel + row * 16 + 16, LaneRange(0)))
      var pairs = Lanes()
      (pairs.evenHalf, pairs.oddHalf) = (even.lowHalf, odd.lowHalf)
      store(pairs, panel + row * 8, LaneRange(0))
    }
  }

  /// Computes Cᵀ = Bᵀ Aᵀ first.
  ///
  /// - Precondition: C has at most sixteen columns.
  func computeTransposed() {
    withScratch(rows * (columns + 16)) { sums in
      let byRow = sums + rows * columns
      MatrixProduct(
        rows: columns, columns: rows, inner: inner, a: b.transposed, b: a.transposed, c: sums, cRow: rows, scale: 1,
        adding: false, usesPairs: false, kernel: kernel
      ).compute()
      transpose(rows: columns, columns: rows, sums, xRow: rows, into: byRow, yRow: 16)
      for row in 0..<rows {
        let (sums, c) = (byRow + row * 16, c + row * cRow)
        for column in 0..<columns {
          c[column] = adding ? c[column].addingProduct(sums[column], scale) : sums[column] * scale
        }
      }
    }
  }

  private func clear() {
    guard !adding else { return }
    for row in 0..<rows { (c + row * cRow).update(repeating: 0, count: columns) }
  }
}

/// Copies columns of B into a panel; zeros beyond them.
func copyPanel(
  _ source: StoredMatrix, columns: Int, rows: Int, into panel: UnsafeMutablePointer<Float>, width: Int
) {
  guard source.column == 1 else {
    return transpose(rows: columns, columns: rows, source.values, xRow: source.column, into: panel, yRow: width)
  }
  for row in 0..<rows {
    let (values, target) = (source.values + row * source.row, panel + row * width)
    if columns == width {
      for lane in stride(from: 0, to: width, by: 16) { store(load(values, LaneRange(lane)), target, LaneRange(lane)) }
    } else {
      target.update(from: values, count: columns)
      (target + columns).update(repeating: 0, count: width - columns)
    }
  }
}

/// Calls `body` with memory for `count` Floats, aligned to a cache line and not initialised.
func withScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
  withUnsafeTemporaryAllocation(byteCount: count * MemoryLayout<Float>.stride, alignment: 64) {
    body($0.baseAddress!.bindMemory(to: Float.self, capacity: count))
  }
}

extension Reference {
  /// `GEMM.multiply`, term by term in Double.
  package static func multiply(
    rows: Int, columns: Int, inner: Int, _ a: [Float], _ lda: Int, _ formOfA: GEMM.Form, _ b: [Float], _ ldb: Int,
    _ formOfB: GEMM.Form, into c: inout [Float], _ ldc: Int, scale: Float = 1, adding: Bool = false
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
