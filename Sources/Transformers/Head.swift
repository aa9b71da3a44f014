// Heads: what turns rows of the last block's output into logits.
import Arrays

/// A network's output layer.
package protocol Head: Sendable {
  /// What the backward pass needs of the forward pass.
  associatedtype Tape
  /// The rows of the last block's output that it reads; nil for all.
  func rowsRead(_ batch: PackedBatch) -> RowSelection?
  /// Logits of the last block's output x (rows, hidden); the pass is on the rows that are read.
  func forward(_ x: UnsafeMutablePointer<Float>, _ pass: Pass) -> (logits: UnsafeMutablePointer<Float>, tape: Tape)
  /// The gradient of x (rows, hidden) for that of the logits.
  func backward(_ dLogits: UnsafeMutablePointer<Float>, _ tape: Tape, _ pass: Pass) -> UnsafeMutablePointer<Float>
}

extension Head {
  /// How many rows of the batch it reads.
  package func countOfRowsRead(_ batch: PackedBatch) -> Int { rowsRead(batch)?.count ?? batch.tokens.count }
}

/// Reads the logits of a few tokens at each sequence's last position: a decoder's answer letters. Nothing else of the
/// vocabulary is computed.
package struct LetterHead: Head {
  /// How many letters there are.
  package let letters: Int
  let norm: Norm
  /// (letters, hidden): the letters' rows of the output layer.
  let rows: [Float]
  /// (letters): their biases; empty without.
  let biases: [Float]
  let function: LogitFunction

  package struct Tape {
    let norm: Norm.Tape
    let slopes: Activations?
  }

  /// Each sequence's last.
  package func rowsRead(_ batch: PackedBatch) -> RowSelection? {
    RowSelection((0..<batch.count).map { batch.rows(of: $0).suffix(1) })
  }

  /// Logits (sequences, letters).
  package func forward(_ x: UnsafeMutablePointer<Float>, _ pass: Pass) -> (
    logits: UnsafeMutablePointer<Float>, tape: Tape
  ) {
    let (width, count) = (norm.width, pass.rows)
    let (normed, tape) = norm.forward(x, rows: count, kept: true, pass)
    let logits = pass.room(count * letters)
    GEMM.multiply(
      rows: count, columns: letters, inner: width, normed, width, .plain, rows, width, .transposed, into: logits,
      letters)
    if !biases.isEmpty { addRow(biases, to: logits, rows: count, width: letters) }
    function.apply(to: logits, count: count * letters)
    return (logits, Tape(norm: tape, slopes: function.slopes(logits, count: count * letters, pass)))
  }

  package func backward(_ dLogits: UnsafeMutablePointer<Float>, _ tape: Tape, _ pass: Pass) -> UnsafeMutablePointer<
    Float
  > {
    let (width, count) = (norm.width, pass.rows)
    function.backward(dLogits, slopes: tape.slopes, count: count * letters)
    let dNormed = pass.room(count * width)
    GEMM.multiply(
      rows: count, columns: width, inner: letters, dLogits, letters, .plain, rows, width, .plain, into: dNormed, width)
    return norm.backward(dNormed, tape.norm, rows: count, pass)
  }
}

/// Pools each sequence into one vector and applies a trained linear layer to it, behind a dense layer where there is one:
/// an encoder's scores or classes.
package struct PooledHead: Head {
  /// How a sequence becomes one vector.
  package enum Pooling: String, Codable, Sendable, CaseIterable {
    /// The mean over its tokens.
    case mean
    /// Its first token.
    case first
    /// Its last token.
    case last
  }

  let pooling: Pooling
  let dense: DenseLayer?
  let linear: Linear

  package struct Tape {
    let dense: DenseLayer.Tape?
    let linear: Linear.Tape
  }

  /// A layer of `outputs` logits, with its weight (outputs, hidden) and bias (outputs) at the given offsets of the vector.
  package init(
    pooling: Pooling, dense: DenseLayer? = nil, hidden: Int, outputs: Int, weightOffset: Int, biasOffset: Int
  ) {
    (self.pooling, self.dense) = (pooling, dense)
    linear = Linear(
      inputs: hidden, outputs: outputs, weight: .trained(offset: weightOffset, inputs: hidden, outputs: outputs),
      bias: .trained(offset: biasOffset), adapter: nil, number: LinearObservation.head, stream: .max)
  }

  /// Each sequence's first or last, or all.
  package func rowsRead(_ batch: PackedBatch) -> RowSelection? {
    switch pooling {
    case .mean: nil
    case .first: RowSelection((0..<batch.count).map { batch.rows(of: $0).prefix(1) })
    case .last: RowSelection((0..<batch.count).map { batch.rows(of: $0).suffix(1) })
    }
  }

  /// Logits (texts, outputs).
  package func forward(_ x: UnsafeMutablePointer<Float>, _ pass: Pass) -> (
    logits: UnsafeMutablePointer<Float>, tape: Tape
  ) {
    let (width, count) = (linear.inputs, pass.batch.count)
    let pooled = pass.room(count * width)
    pooled.update(repeating: 0, count: count * width)
    forEachPooledRow(pass) { sequence, row, share in
      addScaled(x + row * width, by: share, to: pooled + sequence * width, count: width)
    }
    let behind = dense?.forward(pooled, rows: count, pass)
    // The output layer is linear, so the mean of its logits is that of its inputs.
    let vectors = pass.meanOfWindows(behind?.y ?? pooled, width: width)
    let (logits, tape) = linear.forward(vectors, rows: pass.batch.textWindows.count, kept: true, pass)
    return (logits, Tape(dense: behind?.tape, linear: tape))
  }

  package func backward(_ dLogits: UnsafeMutablePointer<Float>, _ tape: Tape, _ pass: Pass) -> UnsafeMutablePointer<
    Float
  > {
    let (width, count) = (linear.inputs, pass.batch.count)
    let texts = pass.batch.textWindows.count
    let dVectors = pass.room(texts * width)
    linear.backward(dLogits, tape.linear, rows: texts, pass, into: dVectors, adding: false)
    var dPooled = pass.gradientOfWindows(dVectors, width: width)
    if let dense, let tape = tape.dense { dPooled = dense.backward(dPooled, tape, rows: count, pass) }
    let dx = pass.activation(width)
    dx.update(repeating: 0, count: pass.rows * width)
    forEachPooledRow(pass) { sequence, row, share in
      addScaled(dPooled + sequence * width, by: share, to: dx + row * width, count: width)
    }
    return dx
  }

  private func forEachPooledRow(_ pass: Pass, _ body: (_ sequence: Int, _ row: Int, _ share: Float) -> Void) {
    let starts = pass.selection.starts
    for sequence in 0..<pass.batch.count {
      let rows = starts[sequence]..<starts[sequence + 1]
      for row in rows { body(sequence, row, 1 / Float(rows.count)) }
    }
  }
}

/// The logits of the whole vocabulary at every position, for pretraining.
package struct LanguageModelHead: Head {
  let norm: Norm
  let output: Linear
  let function: LogitFunction

  package struct Tape {
    let norm: Norm.Tape
    let output: Linear.Tape
    let slopes: Activations?
  }

  /// All.
  package func rowsRead(_ batch: PackedBatch) -> RowSelection? { nil }

  /// Logits (rows, vocabulary).
  package func forward(_ x: UnsafeMutablePointer<Float>, _ pass: Pass) -> (
    logits: UnsafeMutablePointer<Float>, tape: Tape
  ) {
    let (normed, normTape) = norm.forward(x, rows: pass.rows, kept: true, pass)
    let (logits, outputTape) = output.forward(normed, rows: pass.rows, kept: true, pass)
    let count = pass.rows * output.outputs
    function.apply(to: logits, count: count)
    return (logits, Tape(norm: normTape, output: outputTape, slopes: function.slopes(logits, count: count, pass)))
  }

  package func backward(_ dLogits: UnsafeMutablePointer<Float>, _ tape: Tape, _ pass: Pass) -> UnsafeMutablePointer<
    Float
  > {
    function.backward(dLogits, slopes: tape.slopes, count: pass.rows * output.outputs)
    let dNormed = pass.activation(norm.width)
    output.backward(dLogits, tape.output, rows: pass.rows, pass, into: dNormed, adding: false)
    return norm.backward(dNormed, tape.norm, rows: pass.rows, pass)
  }
}
