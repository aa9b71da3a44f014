// A linear module with its low-rank adapter: y = W x + b + s B A dropout(x) (Hu et al. 2021, arXiv:2106.09685, eq. 3).
import Arrays

/// Where a low-rank adapter lies in the trained vector: A (rank, inputs) and B (outputs, rank).
package struct LowRankPlace: Equatable, Sendable {
  /// The rank r.
  package var rank: Int
  /// The scale s: alpha / r, or alpha / sqrt(r) for rsLoRA.
  package var scale: Float
  /// The offset of A.
  package var offsetA: Int
  /// The offset of B.
  package var offsetB: Int
  /// The offset of the random change of A (rank, inputs) that a pass with Flipout adds; nil where there is none.
  package var offsetChange: Int?
  package init(rank: Int, scale: Float, offsetA: Int, offsetB: Int, offsetChange: Int? = nil) {
    (self.rank, self.scale, self.offsetA, self.offsetB) = (rank, scale, offsetA, offsetB)
    self.offsetChange = offsetChange
  }
}

/// One linear module.
struct Linear: Sendable {
  let inputs: Int
  let outputs: Int
  /// W (outputs, inputs).
  let weight: Weight
  /// b (outputs), or nil where there is none or a frozen W holds it.
  let bias: Tensor?
  /// Nil where the module is not adapted.
  var adapter: LowRankPlace?
  /// The module's index in `Architecture.linearModules`, which observers are told; or one of `LinearObservation`'s own.
  var number: Int
  /// Selects the random stream of its dropout masks: differs between the blocks that share the module.
  var stream: UInt32

  /// What the backward pass needs of the forward pass.
  struct Tape {
    /// x (rows, inputs).
    let x: Activations
    /// A dropout(x) (rows, rank), where there is one adapter.
    let lowRank: Activations?
    /// What routed adapters need, where there are any.
    var routed: RoutedTape?
  }

  /// Whether anything in the module is trained.
  var isTrained: Bool { adapter != nil || weight.isTrained || bias?.isTrained == true }

  /// Whether the backward pass reads x.
  var needsInput: Bool { adapter != nil || weight.isTrained }

  /// y (rows, outputs) of x (rows, inputs), kept for the backward pass if `kept`.
  func forward(_ x: Activations, rows: Int, kept: Bool, _ pass: Pass) -> (y: Activations, tape: Tape) {
    let y = pass.room(rows * outputs, kept: kept)
    weight.apply(x, rows: rows, into: y, pass)
    if let bias {
      pass.forEachMember(of: rows) { own, block in
        addBias(bias, to: y + block.lowerBound * outputs, rows: block.count, own)
      }
    }
    guard let adapter else { return (y, Tape(x: x, lowRank: nil)) }
    if let router = pass.members.router {
      return (y, Tape(x: x, lowRank: nil, routed: addRouted(adapter, router, x, rows: rows, pass, to: y)))
    }
    let r = adapter.rank
    let lowRank = pass.room(rows * r, kept: true)
    let input = dropped(x, pass)
    pass.forEachMember(of: rows) { own, block in
      let (input, u) = (input + block.lowerBound * inputs, lowRank + block.lowerBound * r)
      GEMM.multiply(
        rows: block.count, columns: r, inner: inputs, input, inputs, .plain, own.parameters + adapter.offsetA, inputs,
        .transposed, into: u, r)
      if let flipout = own.flipout, let change = adapter.offsetChange {
        addChange(flipout, change, of: input, rank: r, to: u, own)
      }
      GEMM.multiply(
        rows: block.count, columns: outputs, inner: r, u, r, .plain, own.parameters + adapter.offsetB, r, .transposed,
        into: y + block.lowerBound * outputs, outputs, scale: adapter.scale * own.weight, adding: true)
    }
    return (y, Tape(x: x, lowRank: lowRank))
  }

  /// Adds the bias to y (rows, outputs), with its adapter's weight.
  private func addBias(_ bias: Tensor, to y: Activations, rows: Int, _ own: Pass) {
    let values = bias.values(own)
    guard own.weight != 1 else { return addRow(values, to: y, rows: rows, width: outputs) }
    precondition(bias.isTrained, "a frozen bias is part of the product with its matrix")
    for row in 0..<rows { addScaled(values, by: own.weight, to: y + row * outputs, count: outputs) }
  }

  /// Adds this module's gradients for dy (rows, outputs) to the pass's. If `dx` (rows, inputs) is given, sets it, or adds
  /// to it if `adding`.
  func backward(_ dy: Activations, _ tape: Tape, rows: Int, _ pass: Pass, into dx: Activations?, adding: Bool) {
    if let dx { weight.applyTransposed(dy, rows: rows, into: dx, adding: adding, pass) }
    weight.accumulateGradient(dy, tape.x, rows: rows, pass)
    if let bias, bias.isTrained {
      pass.forEachMember(of: rows) { own, block in
        guard let gradient = bias.gradient(own) else { return }
        addColumnSums(of: dy + block.lowerBound * outputs, to: gradient, rows: block.count, width: outputs)
      }
    }
    if let adapter, let routed = tape.routed, let router = pass.members.router {
      backwardRouted(adapter, router, dy, tape.x, routed, rows: rows, pass, into: dx)
    } else if let adapter, let lowRank = tape.lowRank, pass.isTraining {
      backward(adapter, dy, tape.x, lowRank, rows: rows, pass, into: dx)
    } else if isTrained {
      show(pass, x: tape.x, dy: dy)
    }
  }

  /// dB += s dyᵀ u, dA += (s dy B)ᵀ dropout(x), dx += dropout((s dy B) A), with u = A dropout(x).
  private func backward(
    _ adapter: LowRankPlace, _ dy: Activations, _ x: Activations, _ u: Activations, rows: Int, _ pass: Pass,
    into dx: Activations?
  ) {
    let (r, s) = (adapter.rank, adapter.scale)
    let du = pass.room(rows * r)
    pass.forEachMember(of: rows) { own, block in
      GEMM.multiply(
        rows: block.count, columns: r, inner: outputs, dy + block.lowerBound * outputs, outputs, .plain,
        own.parameters + adapter.offsetB, r, .plain, into: du + block.lowerBound * r, r, scale: s)
    }
    show(pass, x: x, dy: dy, adapter: .init(u: u, du: du, scale: s))
    let input = dropped(x, pass)
    pass.forEachMember(of: rows) { own, block in
      guard let gradients = own.gradients else { return }
      GEMM.multiply(
        rows: outputs, columns: r, inner: block.count, dy + block.lowerBound * outputs, outputs, .transposed,
        u + block.lowerBound * r, r, .plain, into: gradients + adapter.offsetB, r, scale: s, adding: true)
      GEMM.multiply(
        rows: r, columns: inputs, inner: block.count, du + block.lowerBound * r, r, .transposed,
        input + block.lowerBound * inputs, inputs, .plain, into: gradients + adapter.offsetA, inputs, adding: true)
    }
    if let flipout = pass.flipout, let change = adapter.offsetChange, let gradients = pass.gradients {
      let below = accumulateChange(
        flipout, change, du, of: input, rank: r, pass, gradients, reachesInput: dx != nil)
      if let below, let dx { add(dropped(below, pass), to: dx, count: rows * inputs) }
    }
    guard let dx else { return }
    let below = pass.dropout == nil ? dx : pass.room(rows * inputs)
    pass.forEachMember(of: rows) { own, block in
      GEMM.multiply(
        rows: block.count, columns: inputs, inner: r, du + block.lowerBound * r, r, .plain,
        own.parameters + adapter.offsetA, inputs, .plain, into: below + block.lowerBound * inputs, inputs,
        adding: pass.dropout == nil)
    }
    if pass.dropout != nil { add(dropped(below, pass), to: dx, count: rows * inputs) }
  }

  /// x with dropout, in new memory; x itself without dropout.
  private func dropped(_ x: Activations, _ pass: Pass) -> Activations {
    guard let dropout = pass.dropout else { return x }
    let result = pass.activation(inputs)
    for (index, (rows, start)) in zip(pass.selection.ranges, pass.selection.starts).enumerated() {
      let stream = RandomStream(
        seed: pass.dropoutSeed(dropout, sequence: index), purpose: .dropout,
        place: (pass.batch.identities[index], self.stream))
      let position = pass.batch.cachedTokens[index] + rows.lowerBound - pass.batch.rows(of: index).lowerBound
      applyDropout(
        x + start * inputs, into: result + start * inputs, count: rows.count * inputs,
        keepProbability: dropout.keepProbability, stream: stream, from: position * inputs)
    }
    return result
  }
}
