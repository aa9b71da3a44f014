// Scores a choice by its own words: the sum of the log-probabilities of the tokens behind the question. What a decoder
// has learnt by reading is asked for in the form in which it learnt it, which a small base needs.
import Arrays

/// Reads, for each sequence, the log-probability of its segment 1 given what stands before.
package struct ContinuationHead: Head {
  let norm: Norm
  /// W (vocabulary, hidden): the output embedding.
  let output: FrozenMatrix

  package struct Tape {
    let norm: Norm.Tape
    /// [place] The row that predicts the place's token, and the sequence that it belongs to.
    let places: [(row: Int, sequence: Int)]
    /// p - [token] (places, vocabulary): the gradient of -log p(token).
    let errors: UnsafeMutablePointer<Float>
  }

  /// "Logits" (sequences, 1): log-probabilities of the choices, up to a softmax over an example's own.
  package func forward(_ x: UnsafeMutablePointer<Float>, _ pass: Pass) -> (
    logits: UnsafeMutablePointer<Float>, tape: Tape
  ) {
    let places = Self.places(pass.batch)
    let (width, vocabulary) = (norm.width, output.outputs)
    let gathered = pass.room(places.count * width)
    for (index, place) in places.enumerated() {
      (gathered + index * width).update(from: x + place.row * width, count: width)
    }
    let (normed, normTape) = norm.forward(gathered, rows: places.count, kept: true, pass)
    let errors = pass.room(places.count * vocabulary)
    output.apply(normed, rows: places.count, into: errors, arena: pass.arena.scratch)
    var sums = [Double](repeating: 0, count: pass.batch.count)
    for (index, place) in places.enumerated() {
      sums[place.sequence] -= crossEntropyGradient(
        errors + index * vocabulary, count: vocabulary, label: Int(pass.batch.tokens[place.row + 1]))
    }
    let logits = pass.room(pass.batch.count)
    for (sequence, sum) in sums.enumerated() { logits[sequence] = Float(sum) }
    return (logits, Tape(norm: normTape, places: places, errors: errors))
  }

  package func backward(_ dLogits: UnsafeMutablePointer<Float>, _ tape: Tape, _ pass: Pass) -> UnsafeMutablePointer<
    Float
  > {
    let (width, vocabulary, count) = (norm.width, output.outputs, tape.places.count)
    for (index, place) in tape.places.enumerated() {
      multiply(tape.errors + index * vocabulary, by: -dLogits[place.sequence], count: vocabulary)
    }
    let dNormed = pass.room(count * width)
    output.applyTransposed(tape.errors, rows: count, into: dNormed, adding: false, arena: pass.arena.scratch)
    let dGathered = norm.backward(dNormed, tape.norm, rows: count, pass)
    let dx = pass.activation(width)
    dx.update(repeating: 0, count: pass.rows * width)
    for (index, place) in tape.places.enumerated() {
      (dx + place.row * width).update(from: dGathered + index * width, count: width)
    }
    return dx
  }

  /// The rows whose next token, in the same sequence, is of segment 1.
  private static func places(_ batch: PackedBatch) -> [(row: Int, sequence: Int)] {
    (0..<batch.count).flatMap { sequence in
      batch.rows(of: sequence).dropLast().filter { batch.segments[$0 + 1] == 1 }.map { ($0, sequence) }
    }
  }
}
