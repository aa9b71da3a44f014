// The network: embeddings and blocks, forward and backward, over packed sequences. It is immutable and shared by all
// threads; what a pass needs besides is in its arena and in the trained vector.
import Arrays
import Faults

/// A transformer whose frozen numbers lie in the base and whose trained numbers come with every pass.
public final class Network: Sendable {
  /// Its shape.
  public let architecture: Architecture
  let embeddings: Embeddings
  let blocks: [Block]

  /// A block of either family.
  enum Block: Sendable {
    case encoder(EncoderBlock)
    case decoder(DecoderBlock)

    var isTrained: Bool {
      switch self {
      case .encoder(let block): block.isTrained
      case .decoder(let block): block.isTrained
      }
    }
  }

  /// What the backward pass needs of a block's forward pass.
  private enum BlockTape {
    case encoder(EncoderBlock.Tape)
    case decoder(DecoderBlock.Tape)
  }

  /// A network of the given shape.
  ///
  /// - Parameters:
  ///   - frozen: the numbers of a tensor that is not trained, by its Hugging Face name.
  ///   - trained: where the fully trained tensors begin in the vector, by name.
  ///   - adapters: the low-rank adapters, by the linear module's name.
  /// - Precondition: every adapter belongs to a linear module.
  public init(
    _ architecture: Architecture, frozen: @escaping (String) throws -> UnsafePointer<Float>,
    trained: [String: Int] = [:],
    adapters: [String: LowRankPlace] = [:]
  ) throws {
    let builder = NetworkBuilder(architecture: architecture, frozen: frozen, trained: trained, adapters: adapters)
    precondition(
      Set(adapters.keys).isSubset(of: architecture.linearModules.map(\.name)), "adapters of unknown modules")
    self.architecture = architecture
    embeddings = try builder.embeddings()
    let rotary = architecture.family == .llama ? RotaryPositions(architecture) : nil
    blocks = try (0..<architecture.layers).map { layer in
      if let rotary { return .decoder(try builder.decoderBlock(layer, rotary)) }
      return .encoder(try builder.encoderBlock(layer))
    }
  }

  /// The logits that `head` makes of the batch. They lie in the arena, above where it stood.
  package func logits<H: Head>(
    _ batch: PackedBatch, head: H, parameters: UnsafePointer<Float>, dropout: Dropout? = nil, arena: Arena
  ) -> UnsafeMutablePointer<Float> {
    let pass = Pass(parameters: parameters, gradients: nil, arena: arena, batch: batch, dropout: dropout)
    let stream = hidden(pass)
    return head.forward(stream, pass).logits
  }

  /// The last block's output (rows, hidden) for the batch. It lies in the arena, above where it stood.
  package func hidden(
    _ batch: PackedBatch, parameters: UnsafePointer<Float>, arena: Arena
  ) -> UnsafeMutablePointer<Float> {
    hidden(Pass(parameters: parameters, gradients: nil, arena: arena, batch: batch, dropout: nil))
  }

  /// The last block's output (rows, hidden), in the arena. Each block's own numbers are given back as soon as it is done.
  private func hidden(_ pass: Pass) -> UnsafeMutablePointer<Float> {
    let count = pass.rows * architecture.hiddenSize
    let stream = pass.arena.allocate(count)
    let mark = pass.arena.mark()
    stream.update(from: embeddings.forward(pass).x, count: count)
    pass.arena.reset(to: mark)
    for block in blocks {
      stream.update(from: forward(block, stream, pass).y, count: count)
      pass.arena.reset(to: mark)
    }
    return stream
  }

  /// Forward and backward: sums into `gradients` (parameter) what `lossGradient` says of the logits.
  ///
  /// - Parameter lossGradient: turns the logits into the loss's gradient, in place.
  package func accumulateGradient<H: Head>(
    _ batch: PackedBatch, head: H, parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
    dropout: Dropout? = nil, arena: Arena, lossGradient: (UnsafeMutablePointer<Float>) -> Void
  ) {
    let pass = Pass(parameters: parameters, gradients: gradients, arena: arena, batch: batch, dropout: dropout)
    let (embedded, embeddingTape) = embeddings.forward(pass)
    var stream = embedded
    var tapes: [BlockTape] = []
    for block in blocks {
      let (y, tape) = forward(block, stream, pass)
      tapes.append(tape)
      stream = y
    }
    let (logits, headTape) = head.forward(stream, pass)
    lossGradient(logits)
    var gradient = head.backward(logits, headTape, pass)
    // Below the lowest trained tensor no gradient is read, so none is computed.
    let lowest = embeddings.isTrained ? 0 : blocks.firstIndex(where: \.isTrained) ?? blocks.count
    for index in blocks.indices.reversed() where index >= lowest {
      let reaches = index > lowest || embeddings.isTrained
      guard let below = backward(blocks[index], gradient, tapes[index], pass, reachesInput: reaches) else { return }
      gradient = below
    }
    if embeddings.isTrained { embeddings.backward(gradient, embeddingTape, pass) }
  }

  private func forward(_ block: Block, _ x: Numbers, _ pass: Pass) -> (y: Numbers, tape: BlockTape) {
    switch block {
    case .encoder(let block):
      let (y, tape) = block.forward(x, pass)
      return (y, .encoder(tape))
    case .decoder(let block):
      let (y, tape) = block.forward(x, pass)
      return (y, .decoder(tape))
    }
  }

  private func backward(
    _ block: Block, _ dy: Numbers, _ tape: BlockTape, _ pass: Pass, reachesInput: Bool
  ) -> Numbers? {
    let mark = pass.arena.mark()
    defer { pass.arena.reset(to: mark) }
    let count = pass.rows * architecture.hiddenSize
    let below: Numbers?
    switch (block, tape) {
    case (.encoder(let block), .encoder(let tape)):
      below = block.backward(dy, tape, pass, reachesInput: reachesInput)
    case (.decoder(let block), .decoder(let tape)):
      below = block.backward(dy, tape, pass, reachesInput: reachesInput)
    default: preconditionFailure("a tape of the other family")
    }
    guard let below else { return nil }
    // dy has been read to its end: its room takes the result, so that the block's own room can be given back.
    dy.update(from: below, count: count)
    return dy
  }
}
