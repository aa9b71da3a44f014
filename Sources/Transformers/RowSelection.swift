// Which rows of a packed batch are computed. Above the last attention these are only the rows that the head reads: a
// decoder's answer is read at one position of a sequence, or at a few.
import Arrays

/// For each sequence a range of its rows. Joined together they are the rows of an activation.
package struct RowSelection: Sendable {
  /// [sequence] Rows of the packed batch.
  let ranges: [Range<Int>]
  /// [sequence + 1] The index of a sequence's first row in the selection.
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
  /// The same pass over these rows only.
  func on(_ rows: RowSelection) -> Pass {
    var pass = self
    pass.selection = rows
    return pass
  }

  /// The selected rows of x (all rows, width), joined together; `kept` as in `room`.
  func gather(_ x: Activations, width: Int, kept: Bool) -> Activations {
    let result = activation(width, kept: kept)
    for (rows, start) in zip(selection.ranges, selection.starts) {
      (result + start * width).update(from: x + rows.lowerBound * width, count: rows.count * width)
    }
    return result
  }

  /// Adds each selected row of dx (rows, width) to its row of `allRows` (all rows, width).
  func scatter(_ dx: Activations, width: Int, addingTo allRows: Activations) {
    for (rows, start) in zip(selection.ranges, selection.starts) {
      add(dx + start * width, to: allRows + rows.lowerBound * width, count: rows.count * width)
    }
  }
}
