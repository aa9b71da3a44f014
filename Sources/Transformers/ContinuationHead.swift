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
    /// p - [token] (rows, vocabulary): the gradient of -log p(token).
    let errors: UnsafeMutablePointer<Float>
  }

  /// The rows whose next token, in the same sequence, is of segment 1.
  package func rowsRead(_ batch: PackedBatch) -> RowSelection? {
    RowSelection(
      (0..<batch.count).map { sequence in
        let rows = batch.rows(of: sequence)
        let first = rows.first { batch.segments[$0] == 1 } ?? rows.upperBound
        return max(first, rows.lowerBound + 1) - 1..<rows.upperBound - 1
      })
  }

  /// "Logits" (sequences, 1): log-probabilities of the choices, up to a softmax over an example's own.
  package func forward(_ x: UnsafeMutablePointer<Float>, _ pass: Pass) -> (
    logits: UnsafeMutablePointer<Float>, tape: Tape
  ) {
    let (rows, vocabulary) = (pass.rows, output.outputs)
    let (normed, normTape) = norm.forward(x, rows: rows, kept: true, pass)
    let errors = pass.room(rows * vocabulary)
    output.apply(normed, rows: rows, into: errors, arena: pass.arena.scratch)
    let logits = pass.room(pass.batch.count)
    forEachSequence(pass) { sequence, range, start in
      var sum = 0.0
      for (index, row) in range.enumerated() {
        sum -= crossEntropyGradient(
          errors + (start + index) * vocabulary, count: vocabulary, label: Int(pass.batch.tokens[row + 1]))
      }
      logits[sequence] = Float(sum)
    }
    return (logits, Tape(norm: normTape, errors: errors))
  }

  package func backward(_ dLogits: UnsafeMutablePointer<Float>, _ tape: Tape, _ pass: Pass) -> UnsafeMutablePointer<
    Float
  > {
    let (rows, vocabulary) = (pass.rows, output.outputs)
    forEachSequence(pass) { sequence, range, start in
      multiply(tape.errors + start * vocabulary, by: -dLogits[sequence], count: range.count * vocabulary)
    }
    let dNormed = pass.activation(norm.width)
    output.applyTransposed(tape.errors, rows: rows, into: dNormed, adding: false, arena: pass.arena.scratch)
    return norm.backward(dNormed, tape.norm, rows: rows, pass)
  }

  /// Each sequence with its rows in the batch, and where they begin among those that are read.
  private func forEachSequence(_ pass: Pass, _ body: (_ sequence: Int, _ rows: Range<Int>, _ start: Int) -> Void) {
    for (sequence, (rows, start)) in zip(pass.selection.ranges, pass.selection.starts).enumerated() {
      body(sequence, rows, start)
    }
  }
}
