// Which rows of a packed batch are worked on. Above the last attention only those are that the head reads: a decoder's
// answer stands at one position of a sequence, or at a few.
import Arrays

/// For each sequence some of its rows, which follow each other; laid end to end they make the rows of an activation.
package struct RowSelection: Sendable {
  /// [sequence] Rows of the packed batch.
  let ranges: [Range<Int>]
  /// [sequence + 1] Where a sequence's rows begin in the selection.
  let starts: [Int]

  init(_ ranges: [Range<Int>]) {
    self.ranges = ranges
    starts = ranges.reduce(into: [0]) { $0.append($0.last! + $1.count) }
  }

  /// All rows.
  init(all batch: PackedBatch) { self.init((0..<batch.count).map(batch.rows)) }

  /// How many rows there are.
  var count: Int { starts.last! }
}

extension Pass {
  /// The same pass, working on these rows only.
  func on(_ rows: RowSelection) -> Pass {
    var pass = self
    pass.selection = rows
    return pass
  }

  /// The selected rows of x (all rows, width), end to end; `kept` as in `room`.
  func gather(_ x: Numbers, width: Int, kept: Bool) -> Numbers {
    let result = activation(width, kept: kept)
    for (rows, start) in zip(selection.ranges, selection.starts) {
      (result + start * width).update(from: x + rows.lowerBound * width, count: rows.count * width)
    }
    return result
  }

  /// Adds each selected row of dx (rows, width) to its own row of `whole` (all rows, width).
  func scatter(_ dx: Numbers, width: Int, addingTo whole: Numbers) {
    for (rows, start) in zip(selection.ranges, selection.starts) {
      add(dx + start * width, to: whole + rows.lowerBound * width, count: rows.count * width)
    }
  }
}
