// Scores a choice by its own words: the sum of the log-probabilities of the tokens that follow the question. This asks a
// decoder in the form in which it was trained, which a small base needs.
import Arrays

/// Reads, for each sequence, the log-probability of its segment 1 given the tokens before it, or of each
/// branch where the sequence has branches.
package struct ContinuationHead: Head {
  let norm: Norm
  /// W (vocabulary, hidden): the output layer, with its bias.
  let output: FrozenMatrix
  let function: LogitFunction

  package struct Tape {
    let norm: Norm.Tape
    /// p - [token] (rows, vocabulary), for the first token that each row predicts: the gradient of -log p(token).
    let errors: UnsafeMutablePointer<Float>
    /// (rows, vocabulary), as `LogitFunction` has them.
    let slopes: Activations?
    /// [row]
    let asked: [[Token]]
  }

  /// A token that a row predicts, and the text that it belongs to.
  package struct Token: Sendable {
    let id: Int
    let text: Int
  }

  /// From the row that predicts the first token of segment 1 to the one before the last.
  package func rowsRead(_ batch: PackedBatch) -> RowSelection? {
    RowSelection(
      (0..<batch.count).map { sequence in
        let rows = batch.rows(of: sequence)
        let first = rows.first { batch.segments[$0] == 1 } ?? rows.upperBound
        return max(first, rows.lowerBound + 1) - 1..<rows.upperBound - 1
      })
  }

  /// Logits (rows, vocabulary) of the token after each row of x (rows, hidden).
  func vocabularyLogits(_ x: Activations, _ pass: Pass) -> (logits: Activations, norm: Norm.Tape) {
    let (rows, vocabulary) = (pass.rows, output.outputs)
    let (normed, normTape) = norm.forward(x, rows: rows, kept: true, pass)
    let logits = pass.room(rows * vocabulary)
    output.apply(normed, rows: rows, into: logits, arena: pass.arena.scratch)
    function.apply(to: logits, count: rows * vocabulary)
    return (logits, normTape)
  }

  /// "Logits" (texts, 1): log-probabilities of the choices, up to a softmax over an example's own.
  package func forward(_ x: UnsafeMutablePointer<Float>, _ pass: Pass) -> (
    logits: UnsafeMutablePointer<Float>, tape: Tape
  ) {
    let (rows, vocabulary) = (pass.rows, output.outputs)
    let (errors, normTape) = vocabularyLogits(x, pass)
    let slopes = function.slopes(errors, count: rows * vocabulary, pass)
    let (asked, texts) = asked(pass)
    var sums = [Double](repeating: 0, count: texts)
    for (row, tokens) in asked.enumerated() {
      guard let first = tokens.first else { continue }
      let logits = errors + row * vocabulary
      // The differences to the first logit, read before the logits are overwritten.
      let above = tokens.map { Double(logits[$0.id]) - Double(logits[first.id]) }
      let loss = crossEntropyGradient(logits, count: vocabulary, label: first.id)
      for (token, above) in zip(tokens, above) { sums[token.text] += above - loss }
    }
    let logits = pass.room(texts)
    for (text, sum) in sums.enumerated() { logits[text] = Float(sum) }
    return (logits, Tape(norm: normTape, errors: errors, slopes: slopes, asked: asked))
  }

  package func backward(_ dLogits: UnsafeMutablePointer<Float>, _ tape: Tape, _ pass: Pass) -> UnsafeMutablePointer<
    Float
  > {
    let (rows, vocabulary) = (pass.rows, output.outputs)
    for (row, tokens) in tape.asked.enumerated() {
      // Σ w (p - [token]) over the row's tokens, of which `errors` has p - [first].
      let errors = tape.errors + row * vocabulary
      let whole = -tokens.reduce(0) { $0 + dLogits[$1.text] }
      if tokens.count > 1 { errors[tokens[0].id] += 1 }
      multiply(errors, by: whole, count: vocabulary)
      if tokens.count > 1 { for token in tokens { errors[token.id] += dLogits[token.text] } }
    }
    function.backward(tape.errors, slopes: tape.slopes, count: rows * vocabulary)
    let dNormed = pass.activation(norm.width)
    output.applyTransposed(tape.errors, rows: rows, into: dNormed, adding: false, arena: pass.arena.scratch)
    return norm.backward(dNormed, tape.norm, rows: rows, pass)
  }

  /// The tokens that each selected row predicts, and the number of texts.
  private func asked(_ pass: Pass) -> (asked: [[Token]], texts: Int) {
    let batch = pass.batch
    var (asked, texts) = ([[Token]](repeating: [], count: pass.rows), 0)
    for (sequence, (range, start)) in zip(pass.selection.ranges, pass.selection.starts).enumerated() {
      func ask(_ row: Int, before next: Int) {
        asked[start + row - range.lowerBound].append(Token(id: Int(batch.tokens[next]), text: texts))
      }
      for branch in batch.branches[sequence] {
        ask(range.lowerBound, before: branch.lowerBound)
        for row in branch.dropLast() { ask(row, before: row + 1) }
        texts += 1
      }
      if batch.branches[sequence].isEmpty {
        for row in range { ask(row, before: row + 1) }
        texts += 1
      }
    }
    return (asked, texts)
  }
}
