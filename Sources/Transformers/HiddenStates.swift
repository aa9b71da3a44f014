// Where the blocks begin: at the embeddings, or at what frozen blocks below the lowest adapter have made of the same tokens
// once, for all members, samples and epochs.
import Arrays

/// What the lowest blocks of a network make of the tokens of a data set (row, hidden), in memory that somebody else keeps.
package struct HiddenStates: @unchecked Sendable {
  /// The first number of the first row.
  let numbers: UnsafePointer<Float>
  /// Numbers of a row.
  let width: Int

  package init(_ numbers: UnsafePointer<Float>, width: Int) { (self.numbers, self.width) = (numbers, width) }

  /// x (rows, width) of the batch's tokens: the rows that are their origins.
  func forward(_ pass: Pass) -> Numbers {
    precondition(pass.batch.origins.count == pass.rows, "\(pass.rows) rows, \(pass.batch.origins.count) origins")
    let x = pass.activation(width, kept: true)
    for (row, origin) in pass.batch.origins.enumerated() {
      (x + row * width).update(from: numbers + origin * width, count: width)
    }
    return x
  }
}

/// What a network's blocks begin at.
enum Input: Sendable {
  case embeddings(Embeddings)
  case states(HiddenStates)

  /// Whether anything in it is trained.
  var isTrained: Bool { if case .embeddings(let embeddings) = self { embeddings.isTrained } else { false } }

  /// x (rows, width) of the batch's tokens.
  func forward(_ pass: Pass) -> (x: Numbers, tape: Embeddings.Tape) {
    switch self {
    case .embeddings(let embeddings): embeddings.forward(pass)
    case .states(let states): (states.forward(pass), nil)
    }
  }

  /// Sums the gradients of what is trained for dx (rows, width).
  func backward(_ dx: Numbers, _ tape: Embeddings.Tape, _ pass: Pass) {
    if case .embeddings(let embeddings) = self { embeddings.backward(dx, tape, pass) }
  }
}
