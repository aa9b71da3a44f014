// The input of the blocks: the embeddings, or the cached hidden states of the frozen blocks below the lowest adapter.
// These are computed once for all members, samples and epochs.
import Arrays

/// Cached outputs of the lowest blocks of a network for the tokens of a data set (row, hidden). The caller owns the
/// memory.
///
/// Unchecked, because it holds a pointer; the memory is never written while it is in use.
package struct HiddenStates: @unchecked Sendable {
  /// The first value of the first row.
  let numbers: UnsafePointer<Float>
  /// Values in a row.
  let width: Int

  package init(_ numbers: UnsafePointer<Float>, width: Int) { (self.numbers, self.width) = (numbers, width) }

  /// x (rows, width) of the batch's tokens: the cached rows that they refer to.
  func forward(_ pass: Pass) -> Activations {
    precondition(pass.batch.origins.count == pass.rows, "\(pass.rows) rows, \(pass.batch.origins.count) origins")
    let x = pass.activation(width, kept: true)
    for (row, origin) in pass.batch.origins.enumerated() {
      (x + row * width).update(from: numbers + origin * width, count: width)
    }
    return x
  }
}

/// The input of a network's blocks.
enum Input: Sendable {
  case embeddings(Embeddings)
  case states(HiddenStates)

  /// Whether anything in it is trained.
  var isTrained: Bool { if case .embeddings(let embeddings) = self { embeddings.isTrained } else { false } }

  /// x (rows, width) of the batch's tokens.
  func forward(_ pass: Pass) -> (x: Activations, tape: Embeddings.Tape) {
    switch self {
    case .embeddings(let embeddings): embeddings.forward(pass)
    case .states(let states): (states.forward(pass), (nil, nil))
    }
  }

  /// Sums the gradients of what is trained for dx (rows, width).
  func backward(_ dx: Activations, _ tape: Embeddings.Tape, _ pass: Pass) {
    if case .embeddings(let embeddings) = self { embeddings.backward(dx, tape, pass) }
  }
}
