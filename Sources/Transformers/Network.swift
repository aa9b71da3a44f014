// The network: embeddings and blocks, forward and backward, over packed sequences. It is immutable and shared by all
// threads; what a pass needs besides is in its arena and in the trained vector.
import Arrays
import Faults

/// A transformer whose frozen numbers lie in the base and whose trained numbers come with every pass.
package final class Network: Sendable {
  /// Its shape.
  package let architecture: Architecture
  /// The numbers of its frozen products.
  package let precision: Precision
  let input: Input
  let blocks: [any Block]

  /// A network of the given shape.
  ///
  /// - Parameters:
  ///   - frozen: the numbers of a tensor that is not trained, by its Hugging Face name.
  ///   - precision: the numbers of the frozen products. `.bfloat16` needs `PackedMatrix.isAvailable`.
  ///   - positions: tokens of the longest sequence that it will see; nil for as many as the base knows.
  ///   - layers: the blocks that it has; nil for all.
  ///   - states: what the blocks below them make of the batches' tokens; nil where there are none below.
  ///   - trained: where the fully trained tensors begin in the vector, by name.
  ///   - adapters: the low-rank adapters, by the linear module's name.
  /// - Precondition: every adapter belongs to a linear module.
  package init(
    _ architecture: Architecture, frozen: @escaping (String) throws -> StoredNumbers,
    precision: Precision = .float32, positions: Int? = nil, layers: Range<Int>? = nil, states: HiddenStates? = nil,
    trained: [String: Int] = [:], adapters: [String: LowRankPlace] = [:]
  ) throws {
    let layers = layers ?? 0..<architecture.layers
    precondition(layers.lowerBound == 0 || states != nil, "blocks \(layers) without what is below them")
    let builder = NetworkBuilder(
      architecture: architecture, frozen: frozen, precision: precision, trained: trained, adapters: adapters)
    precondition(
      Set(adapters.keys).isSubset(of: architecture.linearModules.map(\.name)), "adapters of unknown modules")
    (self.architecture, self.precision) = (architecture, precision)
    input = try states.map(Input.states) ?? .embeddings(builder.embeddings())
    let rotary =
      architecture.family.positions == .rotary
      ? RotaryPositions(architecture, positions: positions ?? architecture.maximumPositions) : nil
    blocks = try layers.map { try builder.block($0, rotary) }
  }

  /// The logits that `head` makes of the batch. They lie in the arena, above where it stood.
  ///
  /// - Precondition: with several members the batch holds the same sequences for each, in turn, and none of the base's
  ///   own tensors is trained.
  package func logits<H: Head>(
    _ batch: PackedBatch, head: H, parameters: UnsafePointer<Float>, members: Members = .one,
    dropout: Dropout? = nil, arena: Arena
  ) -> UnsafeMutablePointer<Float> {
    precondition(members.count == 1 || !input.isTrained, "members with a base of their own")
    let pass = Pass(
      parameters: parameters, gradients: nil, arena: arena, batch: batch, members: members, dropout: dropout)
    let read = head.rowsRead(batch).map(pass.on)
    return head.forward(hidden(pass, read: read), read ?? pass).logits
  }

  /// The last block's output (rows, hidden) for the batch, or what the blocks begin at where there are none. It lies in the arena, above where it stood.
  package func hidden(
    _ batch: PackedBatch, parameters: UnsafePointer<Float>, flipout: Flipout? = nil, arena: Arena
  ) -> UnsafeMutablePointer<Float> {
    hidden(
      Pass(parameters: parameters, gradients: nil, arena: arena, batch: batch, dropout: nil, flipout: flipout),
      read: nil)
  }

  /// The last block's output (rows, hidden), in the arena. Each layer's own numbers are given back as soon as it is done.
  ///
  /// - Parameter read: on the rows that are asked for; nil for all.
  private func hidden(_ pass: Pass, read: Pass?) -> UnsafeMutablePointer<Float> {
    let stream = pass.arena.allocate(pass.rows * architecture.hiddenSize)
    replace(stream, pass) { input.forward(pass).x }
    for block in blocks.dropLast() { replace(stream, pass) { block.output(stream, pass, allRows: nil) } }
    guard let last = blocks.last else { return stream }
    let top = read ?? pass
    replace(stream, top) { last.output(stream, top, allRows: read.map { _ in pass }) }
    return stream
  }

  /// Sets `stream` (rows, hidden) to what a layer makes, and gives back the layer's scratch numbers.
  private func replace(_ stream: Numbers, _ pass: Pass, by layer: () -> Numbers) {
    let mark = pass.arena.scratch.mark()
    stream.update(from: layer(), count: pass.rows * architecture.hiddenSize)
    pass.arena.scratch.reset(to: mark)
  }

  /// Forward and backward: sums into `gradients` (parameter) what `lossGradient` says of the logits.
  ///
  /// - Parameters:
  ///   - observer: looks at each trained linear module on the way back.
  ///   - lossGradient: turns the logits into the loss's gradient, in place.
  package func accumulateGradient<H: Head>(
    _ batch: PackedBatch, head: H, parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
    members: Members = .one, dropout: Dropout? = nil, flipout: Flipout? = nil, arena: Arena,
    observer: LinearObserver? = nil, lossGradient: (UnsafeMutablePointer<Float>) -> Void
  ) {
    precondition(members.count == 1 || !input.isTrained, "members with a base of their own")
    var pass = Pass(
      parameters: parameters, gradients: gradients, arena: arena, batch: batch, members: members, dropout: dropout,
      flipout: flipout)
    pass.observer = observer
    let mark = arena.scratch.mark()
    let (embedded, inputTape) = input.forward(pass)
    var stream = embedded
    var pullbacks: [Pullback] = []
    let read = head.rowsRead(batch).map(pass.on)
    for (index, block) in blocks.enumerated() {
      // The last block computes only those rows of its output that the head reads.
      let isLast = index == blocks.count - 1
      let (y, pullback) = block.outputAndPullback(
        stream, isLast ? read ?? pass : pass, allRows: isLast ? read.map { _ in pass } : nil)
      pullbacks.append(pullback)
      stream = y
      arena.scratch.reset(to: mark)
    }
    let gradient = arena.allocate(pass.rows * architecture.hiddenSize)
    replace(gradient, read ?? pass) {
      let (logits, tape) = head.forward(stream, read ?? pass)
      lossGradient(logits)
      return head.backward(logits, tape, read ?? pass)
    }
    // Below the lowest trained tensor no gradient is read, so none is computed.
    let lowest = input.isTrained ? 0 : blocks.firstIndex(where: \.isTrained) ?? blocks.count
    for index in blocks.indices.reversed() where index > lowest || input.isTrained {
      replace(gradient, pass) { pullbacks[index](gradient, true)! }
    }
    if input.isTrained {
      input.backward(gradient, inputTape, pass)
    } else if lowest < blocks.count {
      _ = pullbacks[lowest](gradient, false)
    }
  }
}
