// The network: embeddings and blocks, forward and backward, over packed sequences. It is immutable and shared by all
// threads; a pass keeps its activations in its own arena and reads the trained parameters from a vector.
import Arrays
import Faults

/// A transformer whose frozen parameters lie in the base and whose trained parameters come with every pass.
package final class Network: Sendable {
  /// What it computes, and its sizes.
  package let architecture: Architecture
  /// The precision of products with frozen matrices.
  package let precision: Precision
  let input: Input
  let blocks: [any Block]
  /// The norm behind an encoder's last block; nil where it has none.
  let finalNorm: Norm?

  /// A network of the given architecture.
  ///
  /// - Parameters:
  ///   - frozen: the values of a tensor that is not trained, by its Hugging Face name.
  ///   - precision: of products with frozen matrices. `.bfloat16` needs `PackedMatrix.isAvailable`.
  ///   - positions: the length of the longest sequence; nil for the most that the base supports.
  ///   - layers: the blocks to build; nil for all.
  ///   - states: the cached outputs of the blocks below them; nil where the network begins at the embeddings.
  ///   - trained: the offsets of the fully trained tensors in the vector, by name.
  ///   - adapters: the low-rank adapters, by the linear module's name.
  /// - Precondition: every adapter belongs to a linear module.
  package init(
    _ architecture: Architecture, frozen: @escaping (String) throws -> StoredNumbers,
    precision: Precision = .float32, positions: Int? = nil, layers: Range<Int>? = nil, states: HiddenStates? = nil,
    trained: [String: Int] = [:], adapters: [String: LowRankPlace] = [:]
  ) throws {
    let layers = layers ?? 0..<architecture.layers
    precondition(layers.lowerBound == 0 || states != nil, "blocks \(layers) without the hidden states below them")
    let builder = NetworkBuilder(
      architecture: architecture, frozen: frozen, precision: precision, trained: trained, adapters: adapters)
    precondition(
      Set(adapters.keys).isSubset(of: architecture.linearModules.map(\.name)), "adapters of unknown modules")
    (self.architecture, self.precision) = (architecture, precision)
    input = try states.map(Input.states) ?? .embeddings(builder.embeddings())
    blocks = try builder.blocks(layers, positions: positions ?? architecture.maximumPositions)
    // A decoder's head reads its final norm.
    let endsHere = !architecture.isDecoder && layers.upperBound == architecture.layers
    finalNorm = endsHere ? try architecture.names.finalNorm.map { try builder.norm($0) } : nil
  }

  /// The logits of `head` for the batch. They are allocated in the arena.
  ///
  /// - Precondition: with several members the batch holds the same sequences for each, in turn, and none of the base's
  ///   own tensors is trained.
  package func logits<H: Head>(
    _ batch: PackedBatch, head: H, parameters: UnsafePointer<Float>, members: Members = .one,
    dropout: Dropout? = nil, arena: Arena
  ) -> UnsafeMutablePointer<Float> {
    precondition(members.count == 1 || !input.isTrained, "several members, and a trained base")
    let pass = Pass(
      parameters: parameters, gradients: nil, arena: arena, batch: batch, members: members, dropout: dropout)
    let read = head.rowsRead(batch).map(pass.on)
    return head.forward(hidden(pass, read: read), read ?? pass).logits
  }

  /// The last block's output (rows, hidden) for the batch, or the embeddings where there are no blocks. It is allocated
  /// in the arena.
  package func hidden(
    _ batch: PackedBatch, parameters: UnsafePointer<Float>, flipout: Flipout? = nil, arena: Arena
  ) -> UnsafeMutablePointer<Float> {
    hidden(
      Pass(parameters: parameters, gradients: nil, arena: arena, batch: batch, dropout: nil, flipout: flipout),
      read: nil)
  }

  /// The last block's output (rows, hidden), in the arena. The scratch memory of a layer is released as
  /// soon as the layer is done.
  ///
  /// - Parameter read: the pass over the rows that the head reads; nil for all.
  func hidden(_ pass: Pass, read: Pass?) -> UnsafeMutablePointer<Float> {
    let stream = pass.arena.allocate(pass.rows * architecture.hiddenSize)
    replace(stream, pass) { input.forward(pass).x }
    for block in blocks.dropLast() { replace(stream, pass) { block.output(stream, pass, allRows: nil) } }
    guard let last = blocks.last else { return stream }
    let top = read ?? pass
    replace(stream, top) { last.output(stream, top, allRows: read.map { _ in pass }) }
    if let finalNorm { replace(stream, top) { finalNorm.forward(stream, rows: top.rows, kept: false, top).y } }
    return stream
  }

  /// Sets `stream` (rows, hidden) to the output of a layer, and releases the layer's scratch memory.
  private func replace(_ stream: Activations, _ pass: Pass, by layer: () -> Activations) {
    let mark = pass.arena.scratch.mark()
    stream.update(from: layer(), count: pass.rows * architecture.hiddenSize)
    pass.arena.scratch.reset(to: mark)
  }

  /// Forward and backward pass: adds the gradient of the loss to `gradients` (parameter).
  ///
  /// - Parameters:
  ///   - observer: is called for each trained linear module in the backward pass.
  ///   - lossGradient: turns the logits into the loss's gradient, in place.
  package func accumulateGradient<H: Head>(
    _ batch: PackedBatch, head: H, parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
    members: Members = .one, dropout: Dropout? = nil, flipout: Flipout? = nil, arena: Arena,
    observer: LinearObserver? = nil, lossGradient: (UnsafeMutablePointer<Float>) -> Void
  ) {
    let (logits, backward) = forward(
      batch, head: head, parameters: parameters, gradients: gradients, members: members, dropout: dropout,
      flipout: flipout, arena: arena, observer: observer)
    lossGradient(logits)
    backward()
  }

  /// The forward pass of a training step, and its backward pass as a function to be called later, for losses that need
  /// the logits of other passes too.
  ///
  /// - Parameters: as for `accumulateGradient`. Until the backward pass is over, they must stay valid, and the arena must
  ///   not be used otherwise.
  /// - Returns: the logits, in the arena. Once they are overwritten by the gradient of the loss with respect to them,
  ///   `backward` adds the gradient with respect to the parameters to `gradients`. It is called at most once.
  package func forward<H: Head>(
    _ batch: PackedBatch, head: H, parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
    members: Members = .one, dropout: Dropout? = nil, flipout: Flipout? = nil, arena: Arena,
    observer: LinearObserver? = nil
  ) -> (logits: UnsafeMutablePointer<Float>, backward: () -> Void) {
    precondition(members.count == 1 || !input.isTrained, "several members, and a trained base")
    var pass = Pass(
      parameters: parameters, gradients: gradients, arena: arena, batch: batch, members: members, dropout: dropout,
      flipout: flipout)
    pass.observer = observer
    let mark = arena.scratch.mark()
    let (embedded, inputTape) = input.forward(pass)
    var stream = embedded
    var pullbacks: [Pullback] = []
    // The last block computes only those rows of its output that the head reads.
    let read = head.rowsRead(batch).map(pass.on)
    let top = read ?? pass
    for (index, block) in blocks.enumerated() {
      let isLast = index == blocks.count - 1
      let (y, pullback) = block.outputAndPullback(
        stream, isLast ? top : pass, allRows: isLast ? read.map { _ in pass } : nil)
      pullbacks.append(pullback)
      stream = y
      arena.scratch.reset(to: mark)
    }
    let gradient = arena.allocate(pass.rows * architecture.hiddenSize)
    let count = top.rows * architecture.hiddenSize
    let (normed, normTape) = normalised(stream, finalNorm, count: count, kept: true, top)
    let (logits, tape) = head.forward(normed, top)
    return (
      logits,
      { [self, pass, pullbacks] in
        replace(gradient, top) {
          Transformers.gradient(head.backward(logits, tape, top), finalNorm, normTape, count: count, top)
        }
        arena.scratch.reset(to: mark)
        backward(gradient, pullbacks, inputTape, pass)
      }
    )
  }

  /// The backward pass below the head, for the gradient with respect to the last block's output.
  private func backward(_ gradient: Activations, _ pullbacks: [Pullback], _ inputTape: Embeddings.Tape, _ pass: Pass) {
    // Below the lowest trained tensor no gradient is needed.
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
