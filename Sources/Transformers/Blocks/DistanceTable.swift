// DeBERTa's table of distances (He et al. 2020, arXiv:2006.03654, section 3.2), which the key and query projections of
// every block read beside the tokens: with their adapters, dropout masks and Flipout's signs, as a sequence of its own.
import Arrays

/// The table of distances and its norm.
struct DistanceTable: Sendable {
  let distances: RelativeDistances
  /// (2 span, width)
  let table: Table
  let width: Int
  /// Nil where the projections read the table itself.
  let norm: Norm?
  /// Whether queries see distances, and whether keys do.
  let (contentToPosition, positionToContent): (Bool, Bool)

  /// What the backward pass needs of the forward pass.
  struct Tape {
    /// On the rows of the table.
    let pass: Pass
    let norm: Norm.Tape?
    let (key, query): (Linear.Tape?, Linear.Tape?)
  }

  /// Whether anything in it is trained.
  var isTrained: Bool { table.isTrained || norm?.isTrained == true }

  /// The projections of the rows that the pass's sequences need.
  func forward(query: Linear, key: Linear, _ pass: Pass) -> (projections: DistanceProjections, tape: Tape) {
    let own = passOnRows(pass)
    let x = own.activation(width, kept: true)
    forEachRow(own) { row, index in table.copyRow(row, width: width, into: x + index * width, own) }
    let (normed, normTape) = normalised(x, norm, count: own.rows * width, kept: true, own)
    let keys = contentToPosition ? key.forward(normed, rows: own.rows, kept: true, own) : nil
    let queries = positionToContent ? query.forward(normed, rows: own.rows, kept: true, own) : nil
    return (
      DistanceProjections(copies: own.batch.count, keys: keys?.y, queries: queries?.y),
      Tape(pass: own, norm: normTape, key: keys?.tape, query: queries?.tape)
    )
  }

  /// Memory for the gradients of the projections, set to 0; nil for those that nothing trained depends on.
  func gradients(query: Linear, key: Linear, _ tape: Tape) -> DistanceProjections {
    func zeros(_ linear: Linear) -> Activations? {
      isTrained || linear.isTrained ? tape.pass.zeros(tape.pass.rows * linear.outputs) : nil
    }
    return DistanceProjections(
      copies: tape.pass.batch.count, keys: contentToPosition ? zeros(key) : nil,
      queries: positionToContent ? zeros(query) : nil)
  }

  /// Adds the gradients of the table, of its norm, and of the two modules for those of the projections.
  func backward(_ gradients: DistanceProjections, query: Linear, key: Linear, _ tape: Tape) {
    let pass = tape.pass
    let dNormed = isTrained ? pass.activation(width) : nil
    if let dKeys = gradients.keys, let own = tape.key {
      key.backward(dKeys, own, rows: pass.rows, pass, into: dNormed, adding: false)
    }
    if let dQueries = gradients.queries, let own = tape.query {
      query.backward(dQueries, own, rows: pass.rows, pass, into: dNormed, adding: gradients.keys != nil)
    }
    guard let dNormed else { return }
    let dx = gradient(dNormed, norm, tape.norm, count: pass.rows * width, pass)
    guard let sums = table.gradient(pass) else { return }
    forEachRow(pass) { row, index in add(dx + index * width, to: sums + row * width, count: width) }
  }

  /// The pass on the rows of the table that the sequences of `pass` need, once for each member; an observer gets them
  /// once for each sequence, since it divides gradients by texts. A copy of the table is one sequence in which a
  /// row's position is its index, so a row's random numbers do not depend on the rest of the batch.
  private func passOnRows(_ pass: Pass) -> Pass {
    let (rows, count) = (distances.rows(longest: pass.batch.longest), 2 * distances.span)
    let texts =
      pass.observer == nil ? Array(repeating: 0..<1, count: pass.members.count) : pass.batch.textWindows
    var batch = PackedBatch()
    for windows in texts {
      for window in windows {
        batch.append(
          repeatElement(0, count: count), segments: repeatElement(0, count: count), identity: Self.identity,
          isFurtherWindow: window > windows.lowerBound)
      }
    }
    var own = Pass(
      parameters: pass.parameters, gradients: pass.gradients, arena: pass.arena, batch: batch, members: pass.members,
      dropout: pass.dropout, flipout: pass.flipout)
    own.observer = pass.observer
    return own.on(
      RowSelection((0..<batch.count).map { $0 * count + rows.lowerBound..<$0 * count + rows.upperBound }))
  }

  /// The identity of the table in random numbers, which no sequence has.
  private static let identity = UInt32.max

  /// Calls `body` with each row of the table and its index in the activations.
  private func forEachRow(_ pass: Pass, _ body: (_ row: Int, _ index: Int) -> Void) {
    for (rows, start) in zip(pass.selection.ranges, pass.selection.starts) {
      for (index, row) in rows.enumerated() { body(row % (2 * distances.span), start + index) }
    }
  }
}
