// From token ids to the residual stream: word embeddings, plus learned positions and token types where the network has
// them, a norm behind the sum where it has one, and a linear layer where the embeddings have another width.
import Arrays

/// The network's input layer.
struct Embeddings: Sendable {
  /// Of the tables.
  let width: Int
  /// (vocabulary, width)
  let words: Table
  /// Factor of the words' embeddings.
  let scale: Float
  /// (positions, width); nil without learned positions.
  let positions: Table?
  /// (token types, width); nil without token types.
  let tokenTypes: Table?
  /// Nil where the blocks read the sum itself.
  let norm: Norm?
  /// To the hidden size; nil where the tables have that width.
  let projection: Linear?

  /// What the backward pass needs of the forward pass.
  typealias Tape = (norm: Norm.Tape?, projection: Linear.Tape?)

  /// Whether anything in it is trained.
  var isTrained: Bool { words.isTrained }

  /// x (rows, hidden) of the batch's tokens.
  func forward(_ pass: Pass) -> (x: Activations, tape: Tape) {
    let x = sum(pass)
    let (normed, normTape) = normalised(x, norm, count: pass.rows * width, kept: true, pass)
    guard let projection else { return (normed, (normTape, nil)) }
    let (y, projectionTape) = projection.forward(normed, rows: pass.rows, kept: true, pass)
    return (y, (normTape, projectionTape))
  }

  /// The sum (rows, width) of what the tables hold of the batch's tokens.
  private func sum(_ pass: Pass) -> Activations {
    let x = pass.activation(width, kept: isTrained || norm == nil)
    let part = positions == nil && tokenTypes == nil ? nil : pass.room(width)
    forEachRow(pass.batch) { row, position in
      words.copyRow(Int(pass.batch.tokens[row]), width: width, into: x + row * width, pass)
      if scale != 1 { multiply(x + row * width, by: scale, count: width) }
      guard let part else { return }
      if let positions {
        positions.copyRow(position, width: width, into: part, pass)
        add(part, to: x + row * width, count: width)
      }
      if let tokenTypes {
        tokenTypes.copyRow(Int(pass.batch.segments[row]), width: width, into: part, pass)
        add(part, to: x + row * width, count: width)
      }
    }
    return x
  }

  /// Sums the gradients of all that is trained for dx (rows, hidden).
  func backward(_ dx: Activations, _ tape: Tape, _ pass: Pass) {
    var dNormed = dx
    if let projection, let tape = tape.projection {
      dNormed = pass.activation(width)
      projection.backward(dx, tape, rows: pass.rows, pass, into: dNormed, adding: false)
    }
    let below = gradient(dNormed, norm, tape.norm, count: pass.rows * width, pass)
    forEachRow(pass.batch) { row, position in
      let gradient = UnsafePointer(below + row * width)
      if let table = words.gradient(pass) {
        addScaled(gradient, by: scale, to: table + Int(pass.batch.tokens[row]) * width, count: width)
      }
      if let table = positions?.gradient(pass) { add(gradient, to: table + position * width, count: width) }
      if let table = tokenTypes?.gradient(pass) {
        add(gradient, to: table + Int(pass.batch.segments[row]) * width, count: width)
      }
    }
  }

  private func forEachRow(_ batch: PackedBatch, _ body: (_ row: Int, _ position: Int) -> Void) {
    for sequence in 0..<batch.count {
      for row in batch.rows(of: sequence) { body(row, Int(batch.positions[row])) }
    }
  }
}

/// A table of embeddings (entries, width), read row by row.
enum Table: Sendable {
  case frozen(StoredNumbers, entries: Int)
  /// Values from `offset` on in the trained vector.
  case trained(offset: Int, entries: Int)

  /// - Precondition: the table has that row: ids are checked before a batch is made.
  func copyRow(_ row: Int, width: Int, into target: Activations, _ pass: Pass) {
    switch self {
    case .frozen(let numbers, let entries):
      precondition((0..<entries).contains(row), "row \(row) of a table of \(entries)")
      numbers.copy(from: row * width, count: width, into: target)
    case .trained(let offset, let entries):
      precondition((0..<entries).contains(row), "row \(row) of a table of \(entries)")
      target.update(from: pass.parameters + offset + row * width, count: width)
    }
  }

  /// Where the gradient is accumulated; nil for a frozen table.
  func gradient(_ pass: Pass) -> UnsafeMutablePointer<Float>? {
    guard case .trained(let offset, _) = self, let gradients = pass.gradients else { return nil }
    return gradients + offset
  }

  /// Whether it is trained.
  var isTrained: Bool { if case .trained = self { true } else { false } }
}
