// Our own product by a constant matrix, for processors on which no library has one with independent rows.
//
// W is split into blocks of `depth` rows, and these into panels of `width` columns, 48 kilobytes in the order in which
// the kernel reads them. One tile of rows after the other is multiplied by a panel. The panel and the rows' block of
// `rowsTogether` by `depth` stay in the second-level cache, from which a tile needs no more than eleven bytes per
// cycle. Panels that fit into the first-level cache are slower: their sums are stored and loaded more often.
import CGEMM

/// A matrix W (inner, columns) in panels, and a bias (columns).
///
/// An element's sum runs over `inner` in order, block by block, whatever the number of rows. Unchecked, because it holds
/// pointers; the panels are filled in `init` and only read afterwards.
final class PanelMatrix: @unchecked Sendable {
  /// Columns of a panel.
  private static let width = Int(gemm_width)
  /// Rows of W in a panel.
  private static let depth = 384
  /// Rows of x that are processed together.
  private static let rowsTogether = 256

  private let inner: Int
  private let columns: Int
  private let values: StoredNumbers
  private let isTransposed: Bool
  private let bias: UnsafePointer<Float>?
  /// [block][panel] (row of the block, column of the panel), zeros beyond the last column; nil if W is not packed.
  private let panels: UnsafeMutablePointer<Float>?

  /// Takes W at `values`, in one of the two forms. The bias is never copied; W only if `copying`.
  init(
    _ values: StoredNumbers, inner: Int, columns: Int, form: GEMM.Form, bias: UnsafePointer<Float>?, copying: Bool
  ) {
    (self.values, self.inner, self.columns, self.bias) = (values, inner, columns, bias)
    isTransposed = form == .transposed
    guard copying else {
      panels = nil
      return
    }
    let room = UnsafeMutablePointer<Float>.aligned(inner * Self.padded(columns))
    panels = room
    let scratch = UnsafeMutablePointer<Float>.aligned(Self.width * Self.depth)
    defer { scratch.deallocate() }
    forEachBlock { rows in
      for first in stride(from: 0, to: columns, by: Self.width) {
        pack(rows, first, into: room + offset(rows, first), scratch)
      }
    }
  }

  deinit { panels?.deallocate() }

  /// y (rows, columns) = x (rows, inner) W, plus the bias to each row, plus y if `adding`.
  func multiply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>, adding: Bool, arena: Arena
  ) {
    let (panel, scratch) = (arena.allocate(Self.width * Self.depth), arena.allocate(Self.width * Self.depth))
    for start in stride(from: 0, to: rows, by: Self.rowsTogether) {
      let count = min(Self.rowsTogether, rows - start)
      let (x, y) = (x + start * inner, y + start * columns)
      forEachBlock { block in
        for first in stride(from: 0, to: columns, by: Self.width) {
          if panels == nil { pack(block, first, into: panel, scratch) }
          multiply(
            x + block.lowerBound, rows: count, by: panels.map { $0 + offset(block, first) } ?? panel, block.count,
            into: y + first, columns: min(Self.width, columns - first), adding: adding || block.lowerBound > 0)
        }
      }
      if let bias { addRow(bias, to: y, rows: count, width: columns) }
    }
  }

  /// Sets some columns of y to the product of x (rows, depth) by a panel, or adds it.
  private func multiply(
    _ x: UnsafePointer<Float>, rows: Int, by panel: UnsafePointer<Float>, _ depth: Int,
    into y: UnsafeMutablePointer<Float>, columns: Int, adding: Bool
  ) {
    GEMM.Kernel.fastest.run(
      gemm_panel(
        rows: Int64(rows), columns: Int64(columns), inner: Int64(depth), a: x, a_row: Int64(inner), a_inner: 1,
        b: panel, b_row: Int64(Self.width), pairs: false, c: y, c_row: Int64(self.columns), scale: 1, adding: adding))
  }

  private static func padded(_ columns: Int) -> Int { (columns + width - 1) / width * width }

  private func forEachBlock(_ body: (Range<Int>) -> Void) {
    for start in stride(from: 0, to: inner, by: Self.depth) { body(start..<min(start + Self.depth, inner)) }
  }

  /// Where the panel of a block's rows starts whose first column is `first`.
  private func offset(_ block: Range<Int>, _ first: Int) -> Int {
    block.lowerBound * Self.padded(columns) + first * block.count
  }

  /// Copies the panel of a block's rows whose first column is `first`.
  private func pack(
    _ block: Range<Int>, _ first: Int, into panel: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let count = min(Self.width, columns - first)
    if count < Self.width { panel.update(repeating: 0, count: block.count * Self.width) }
    guard isTransposed else {
      for (row, source) in block.enumerated() {
        values.copy(from: source * columns + first, count: count, into: panel + row * Self.width)
      }
      return
    }
    for column in 0..<count {
      values.copy(
        from: (first + column) * inner + block.lowerBound, count: block.count, into: scratch + column * block.count)
    }
    for column in stride(from: 0, to: count, by: 16) {
      transpose(
        rows: min(16, count - column), columns: block.count, scratch + column * block.count, xRow: block.count,
        into: panel + column, yRow: Self.width)
    }
  }
}

extension UnsafeMutablePointer<Float> {
  /// Memory for `count` Floats, aligned to a cache line.
  fileprivate static func aligned(_ count: Int) -> Self {
    UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
      .bindMemory(to: Float.self, capacity: count)
  }
}
