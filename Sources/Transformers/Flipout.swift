// Flipout (Wen et al. 2018, arXiv:1803.04386): one random change of a matrix for a whole batch, with separate random signs
// for every token. Each token sees a change with the same law as one drawn for it alone, as long as the law is symmetric,
// and the changes of two tokens are uncorrelated, so that their noise averages out of a step's gradient.
import Arrays

/// The source of a step's signs. A token's signs are a function of (seed, sequence, module, position), so they do not
/// depend on the rest of the batch.
package struct Flipout: Sendable {
  package var seed: UInt64
  package init(seed: UInt64) { self.seed = seed }
}

extension Linear {
  /// u (rows, rank) += ((x ∘ p) ΔAᵀ) ∘ q, with x (rows, inputs), the change ΔA (rank, inputs) at `change` in the vector,
  /// and signs p (rows, inputs) and q (rows, rank).
  func addChange(_ flipout: Flipout, _ change: Int, of x: Activations, rank: Int, to u: Activations, _ pass: Pass) {
    let rows = pass.rows
    let result = pass.activation(rank)
    GEMM.multiply(
      rows: rows, columns: rank, inner: inputs, signed(x, width: inputs, .inputs, flipout, pass), inputs, .plain,
      pass.parameters + change, inputs, .transposed, into: result, rank)
    add(signed(result, width: rank, .rank, flipout, pass), to: u, count: rows * rank)
  }

  /// ΔA's gradient += (du ∘ q)ᵀ (x ∘ p). Returns the gradient of x, ((du ∘ q) ΔA) ∘ p (rows, inputs), where `reachesInput`.
  func accumulateChange(
    _ flipout: Flipout, _ change: Int, _ du: Activations, of x: Activations, rank: Int, _ pass: Pass,
    _ gradients: UnsafeMutablePointer<Float>, reachesInput: Bool
  ) -> Activations? {
    let rows = pass.rows
    let signedGradient = signed(du, width: rank, .rank, flipout, pass)
    GEMM.multiply(
      rows: rank, columns: inputs, inner: rows, signedGradient, rank, .transposed,
      signed(x, width: inputs, .inputs, flipout, pass), inputs, .plain, into: gradients + change, inputs, adding: true)
    guard reachesInput else { return nil }
    let below = pass.activation(inputs)
    GEMM.multiply(
      rows: rows, columns: inputs, inner: rank, signedGradient, rank, .plain, pass.parameters + change, inputs, .plain,
      into: below, inputs)
    return signed(below, width: inputs, .inputs, flipout, pass)
  }

  /// Which of a token's two vectors of signs.
  private enum Side: UInt32 {
    case inputs = 0
    case rank = 1
  }

  /// x (rows, width) times its signs, in new memory.
  private func signed(_ x: Activations, width: Int, _ side: Side, _ flipout: Flipout, _ pass: Pass) -> Activations {
    let result = pass.activation(width)
    for (index, (rows, start)) in zip(pass.selection.ranges, pass.selection.starts).enumerated() {
      let stream = RandomStream(
        seed: flipout.seed, purpose: .signs, place: (pass.batch.identities[index], 2 &* self.stream &+ side.rawValue))
      let position = rows.lowerBound - pass.batch.rows(of: index).lowerBound
      applySigns(
        x + start * width, into: result + start * width, count: rows.count * width, stream, from: position * width)
    }
    return result
  }
}

/// y (count) = ±x (count): the sign of value i is bit `first` + i of the stream.
private func applySigns(_ x: Activations, into y: Activations, count: Int, _ stream: RandomStream, from first: Int) {
  var place = 0
  while place < count {
    let bit = first + place
    let word = stream.word(bit / 32) &>> UInt32(bit % 32)
    let taken = min(32 - bit % 32, count - place)
    for index in 0..<taken {
      let sign = (word &>> UInt32(truncatingIfNeeded: index)) &<< 31
      y[place + index] = Float(bitPattern: x[place + index].bitPattern ^ sign)
    }
    place += taken
  }
}
