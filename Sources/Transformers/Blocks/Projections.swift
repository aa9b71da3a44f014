// Queries, keys and values of the attention: by three linear modules, or by one whose outputs hold all three.
import Arrays

/// The linear modules in front of the attention.
enum Projections: Sendable {
  case apart(query: Linear, key: Linear, value: Linear)
  case fused(Linear, FusedColumns)

  /// What the backward pass needs of the forward pass: a tape per linear module.
  typealias Tape = [Linear.Tape]

  private var linears: [Linear] {
    switch self {
    case .apart(let query, let key, let value): [query, key, value]
    case .fused(let linear, _): [linear]
    }
  }

  /// Width of the input.
  var inputs: Int { linears[0].inputs }

  /// Whether any tensor is trained.
  var isTrained: Bool { linears.contains(where: \.isTrained) }

  /// Whether the backward pass reads x.
  var needsInput: Bool { linears.contains(where: \.needsInput) }

  /// Whether the backward pass reads the rows of x that have queries.
  var needsSelectedInput: Bool { if case .apart(let query, _, _) = self { query.needsInput } else { false } }

  /// q (rows, heads * headSize), k and v (all rows, keyValueHeads * headSize) of x (all rows, hidden).
  ///
  /// - Parameter selected: the rows of x that have queries (rows, hidden).
  func forward(
    _ x: Activations, selected: Activations, _ pass: Pass, all: Pass
  ) -> (q: Activations, k: Activations, v: Activations, tape: Tape) {
    switch self {
    case .apart(let query, let key, let value):
      let (q, queryTape) = query.forward(selected, rows: pass.rows, kept: true, pass)
      let (k, keyTape) = key.forward(x, rows: all.rows, kept: true, all)
      let (v, valueTape) = value.forward(x, rows: all.rows, kept: true, all)
      return (q, k, v, [queryTape, keyTape, valueTape])
    case .fused(let linear, let columns):
      let (y, tape) = linear.forward(x, rows: all.rows, kept: false, all)
      let (q, k, v) = columns.split(y, pass, all: all)
      return (q, k, v, [tape])
    }
  }

  /// The gradient of x (all rows, hidden) for those of q, k and v, or nil unless `reachesInput`.
  func backward(
    _ dq: Activations, _ dk: Activations, _ dv: Activations, _ tape: Tape, _ pass: Pass, all: Pass, reachesInput: Bool
  ) -> Activations? {
    let dx = reachesInput ? all.activation(inputs) : nil
    switch self {
    case .apart(let query, let key, let value):
      let hasAllRows = pass.rows == all.rows
      key.backward(dk, tape[1], rows: all.rows, all, into: dx, adding: false)
      value.backward(dv, tape[2], rows: all.rows, all, into: dx, adding: true)
      let dSelected = hasAllRows ? dx : dx.map { _ in pass.activation(inputs) }
      query.backward(dq, tape[0], rows: pass.rows, pass, into: dSelected, adding: hasAllRows)
      if let dx, let dSelected, !hasAllRows { pass.scatter(dSelected, width: inputs, addingTo: dx) }
    case .fused(let linear, let columns):
      let dy = columns.join(dq, dk, dv, pass, all: all)
      linear.backward(dy, tape[0], rows: all.rows, all, into: dx, adding: false)
    }
    return dx
  }

  /// The same, added to the gradient `dy` (rows, hidden) that the residual connection passes on.
  func backward(
    _ dq: Activations, _ dk: Activations, _ dv: Activations, _ tape: Tape, _ pass: Pass, all: Pass,
    reachesInput: Bool, addingTo dy: Activations
  ) -> Activations? {
    let hasAllRows = pass.rows == all.rows
    let dx = !reachesInput ? nil : hasAllRows ? dy : all.activation(inputs)
    switch self {
    case .apart(let query, let key, let value):
      query.backward(dq, tape[0], rows: pass.rows, pass, into: reachesInput ? dy : nil, adding: true)
      key.backward(dk, tape[1], rows: all.rows, all, into: dx, adding: hasAllRows)
      value.backward(dv, tape[2], rows: all.rows, all, into: dx, adding: true)
    case .fused(let linear, let columns):
      let fused = columns.join(dq, dk, dv, pass, all: all)
      linear.backward(fused, tape[0], rows: all.rows, all, into: dx, adding: hasAllRows)
    }
    if let dx, !hasAllRows { pass.scatter(dy, width: inputs, addingTo: dx) }
    return dx
  }
}

extension Projections {
  /// The projections of distances, where there are any. DeBERTa has modules of their own for queries and keys.
  func distances(
    _ table: DistanceTable?, _ pass: Pass
  ) -> (projections: DistanceProjections, tape: DistanceTable.Tape)? {
    guard let table, case .apart(let query, let key, _) = self else { return nil }
    return table.forward(query: query, key: key, pass)
  }

  /// Memory for their gradients, set to 0.
  func distanceGradients(_ table: DistanceTable?, _ tape: DistanceTable.Tape?) -> DistanceProjections? {
    guard let table, let tape, case .apart(let query, let key, _) = self else { return nil }
    return table.gradients(query: query, key: key, tape)
  }

  /// Adds the gradients of what they depend on.
  func distanceBackward(_ table: DistanceTable?, _ gradients: DistanceProjections?, _ tape: DistanceTable.Tape?) {
    guard let table, let gradients, let tape, case .apart(let query, let key, _) = self else { return }
    table.backward(gradients, query: query, key: key, tape)
  }
}

/// Where q, k and v lie in the outputs of one linear module.
struct FusedColumns: Sendable {
  let fusion: Architecture.Fusion
  let heads: Int
  let keyValueHeads: Int
  let headSize: Int

  private var queryWidth: Int { heads * headSize }
  private var keyWidth: Int { keyValueHeads * headSize }
  private var width: Int { queryWidth + 2 * keyWidth }

  /// Calls `body` for each run of columns that lie together: where it begins in the fused row, in q, k or v, and its
  /// length.
  private func forEachRun(_ body: (_ fused: Int, _ part: Part, _ start: Int, _ count: Int) -> Void) {
    switch fusion {
    case .rows:
      body(0, .q, 0, queryWidth)
      body(queryWidth, .k, 0, keyWidth)
      body(queryWidth + keyWidth, .v, 0, keyWidth)
    case .heads:
      let group = heads / keyValueHeads * headSize
      for head in 0..<keyValueHeads {
        let start = head * (group + 2 * headSize)
        body(start, .q, head * group, group)
        body(start + group, .k, head * headSize, headSize)
        body(start + group + headSize, .v, head * headSize, headSize)
      }
    }
  }

  private enum Part { case q, k, v }

  /// q (rows, heads * headSize), k and v (all rows, keyValueHeads * headSize) of the outputs y (all rows, width).
  func split(_ y: Activations, _ pass: Pass, all: Pass) -> (q: Activations, k: Activations, v: Activations) {
    let q = pass.activation(queryWidth, kept: true)
    let (k, v) = (all.activation(keyWidth, kept: true), all.activation(keyWidth, kept: true))
    forEachRun { fused, part, start, count in
      if part == .q {
        forEachSelectedRow(pass) { row, selected in
          (q + selected * queryWidth + start).update(from: y + row * width + fused, count: count)
        }
      } else {
        let target = part == .k ? k : v
        for row in 0..<all.rows {
          (target + row * keyWidth + start).update(from: y + row * width + fused, count: count)
        }
      }
    }
    return (q, k, v)
  }

  /// The gradient of the outputs (all rows, width): zero for the queries of rows that are not selected.
  func join(_ dq: Activations, _ dk: Activations, _ dv: Activations, _ pass: Pass, all: Pass) -> Activations {
    let dy = all.activation(width)
    if pass.rows < all.rows { dy.update(repeating: 0, count: all.rows * width) }
    forEachRun { fused, part, start, count in
      if part == .q {
        forEachSelectedRow(pass) { row, selected in
          (dy + row * width + fused).update(from: dq + selected * queryWidth + start, count: count)
        }
      } else {
        let source = part == .k ? dk : dv
        for row in 0..<all.rows {
          (dy + row * width + fused).update(from: source + row * keyWidth + start, count: count)
        }
      }
    }
    return dy
  }

  private func forEachSelectedRow(_ pass: Pass, _ body: (_ row: Int, _ selected: Int) -> Void) {
    for (rows, start) in zip(pass.selection.ranges, pass.selection.starts) {
      for row in rows { body(row, start + row - rows.lowerBound) }
    }
  }
}
