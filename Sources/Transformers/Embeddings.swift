// From token ids to the residual stream: word embeddings and, for BERT, learned positions and token types under a norm.
import Arrays

/// The network's input layer.
struct Embeddings: Sendable {
  let width: Int
  /// (vocabulary, width)
  let words: Tensor
  /// BERT: (positions, width), (token types, width) and the norm. Nil for Llama.
  let encoder: (positions: Tensor, segments: Tensor, norm: Norm)?

  /// What the backward pass needs of the forward pass; nil where there is no norm.
  typealias Tape = Norm.Tape?

  /// Whether anything in it is trained.
  var isTrained: Bool { words.isTrained }

  /// x (rows, width) of the batch's tokens.
  func forward(_ pass: Pass) -> (x: Numbers, tape: Tape) {
    let x = pass.activation(width, kept: isTrained || encoder == nil)
    forEachRow(pass.batch) { row, position in
      (x + row * width).update(from: words.values(pass) + Int(pass.batch.tokens[row]) * width, count: width)
      guard let encoder else { return }
      add(encoder.positions.values(pass) + position * width, to: x + row * width, count: width)
      add(
        encoder.segments.values(pass) + Int(pass.batch.segments[row]) * width, to: x + row * width, count: width)
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
      for (position, row) in batch.rows(of: sequence).enumerated() { body(row, position) }
    }
  }
}
