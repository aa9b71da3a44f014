// From token ids to the residual stream: word embeddings and, for BERT, learned positions and token types under a norm.
import Arrays

/// The network's input layer.
struct Embeddings: Sendable {
  let width: Int
  /// (vocabulary, width)
  let words: Table
  /// BERT: (positions, width), (token types, width) and the norm. Nil for Llama.
  let encoder: (positions: Table, segments: Table, norm: Norm)?

  /// What the backward pass needs of the forward pass; nil where there is no norm.
  typealias Tape = Norm.Tape?

  /// Whether anything in it is trained.
  var isTrained: Bool { words.isTrained }

  /// x (rows, width) of the batch's tokens.
  func forward(_ pass: Pass) -> (x: Numbers, tape: Tape) {
    let x = pass.activation(width, kept: isTrained || encoder == nil)
    let part = encoder.map { _ in pass.room(width) }
    forEachRow(pass.batch) { row, position in
      words.copyRow(Int(pass.batch.tokens[row]), width: width, into: x + row * width, pass)
      guard let encoder, let part else { return }
      encoder.positions.copyRow(position, width: width, into: part, pass)
      add(part, to: x + row * width, count: width)
      encoder.segments.copyRow(Int(pass.batch.segments[row]), width: width, into: part, pass)
      add(part, to: x + row * width, count: width)
    }
    guard let encoder else { return (x, nil) }
    let (y, tape) = encoder.norm.forward(x, rows: pass.rows, kept: true, pass)
    return (y, tape)
  }

  /// Sums the gradients of the tables for dx (rows, width).
  func backward(_ dx: Numbers, _ tape: Tape, _ pass: Pass) {
    var below = dx
    if let encoder, let tape { below = encoder.norm.backward(dx, tape, rows: pass.rows, pass) }
    forEachRow(pass.batch) { row, position in
      let gradient = UnsafePointer(below + row * width)
      if let table = words.gradient(pass) {
        add(gradient, to: table + Int(pass.batch.tokens[row]) * width, count: width)
      }
      if let table = encoder?.positions.gradient(pass) { add(gradient, to: table + position * width, count: width) }
      if let table = encoder?.segments.gradient(pass) {
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
  /// Numbers that begin at `offset` in the trained vector.
  case trained(offset: Int, entries: Int)

  /// - Precondition: the table has that row. Whoever makes a batch has checked its ids before.
  func copyRow(_ row: Int, width: Int, into target: Numbers, _ pass: Pass) {
    switch self {
    case .frozen(let numbers, let entries):
      precondition((0..<entries).contains(row), "row \(row) of a table of \(entries)")
      numbers.copy(from: row * width, count: width, into: target)
    case .trained(let offset, let entries):
      precondition((0..<entries).contains(row), "row \(row) of a table of \(entries)")
      target.update(from: pass.parameters + offset + row * width, count: width)
    }
  }

  /// Where the gradient is summed, or nil for a frozen table.
  func gradient(_ pass: Pass) -> UnsafeMutablePointer<Float>? {
    guard case .trained(let offset, _) = self, let gradients = pass.gradients else { return nil }
    return gradients + offset
  }

  /// Whether training moves it.
  var isTrained: Bool { if case .trained = self { true } else { false } }
}
