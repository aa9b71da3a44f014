// Wrong architectures: one property changed at a time, as a mistake in a model type would have it.
import Testing
import Transformers

/// A change of one property.
struct ArchitectureChange: Sendable, CustomTestStringConvertible {
  let name: String
  /// Changes the architecture or the values of its tensors; leaves both alone where it does not apply.
  let apply: @Sendable (inout Architecture, inout [String: [Float]]) -> Void
  var testDescription: String { name }

  init(_ name: String, values apply: @escaping @Sendable (inout Architecture, inout [String: [Float]]) -> Void) {
    (self.name, self.apply) = (name, apply)
  }

  init(_ name: String, _ change: @escaping @Sendable (inout Architecture) -> Void) {
    self.init(name, values: { architecture, _ in change(&architecture) })
  }

  static let all = blocks + attention + positions + ends + storage

  /// Norms, feed-forward parts and residual connections.
  private static let blocks = [
    Self("a block less") { $0.layers -= 1 },
    Self("norms behind the parts") { if $0.placement == .pre && $0.hasAllNorms { $0.placement = .post } },
    Self("norms in front of the parts") { if $0.placement == .post { $0.placement = .pre } },
    Self("no second norm of a part") {
      guard $0.placement == .sandwich else { return }
      $0.placement = .pre
      ($0.names.attentionOutputNorm, $0.names.feedForwardOutputNorm) = (nil, nil)
    },
    Self("parts one after the other") { if $0.placement == .parallel && $0.hasAllNorms { $0.placement = .pre } },
    Self("parts side by side") { if $0.placement == .pre && $0.hasAllNorms { $0.placement = .parallel } },
    Self("layer norm for RMS norm") { if $0.norm == .rms { $0.norm = .layerWithoutShift } },
    Self("RMS norm for layer norm") { if $0.norm == .layerWithoutShift { $0.norm = .rms } },
    Self("no shift of the norms") { if $0.norm == .layer { $0.norm = .layerWithoutShift } },
    Self("epsilon") { $0.normEpsilon = 0.1 },
    Self("GELU by tanh") { if $0.feedForward.activation == .gelu { $0.feedForward.activation = .geluTanh } },
    Self("GELU") { if $0.feedForward.activation != .gelu { $0.feedForward.activation = .gelu } },
    Self("no gate") { if !$0.feedForward.isFused { $0.feedForward.isGated = false } },
    Self("residual scale") { if $0.placement == .pre { $0.residualScale = $0.residualScale == 1 ? 1.1 : 1 } },
    Self("no biases of attention") { $0.biases.subtract([.query, .value, .queryKeyValue]) },
    Self("no bias of keys") { if $0.rotary != nil { $0.biases.remove(.key) } },
    Self("no bias of attention's output") { $0.biases.remove(.output) },
    Self("no biases of the feed-forward part") { $0.biases.subtract([.gate, .up, .gateUp, .down]) },
  ]

  /// Scores.
  private static let attention = [
    Self("scale of the scores") { $0.attention.scale = 1.1 * ($0.attention.scale ?? $0.usualScale) },
    Self("usual scale of the scores") { if $0.attention.scale != $0.usualScale { $0.attention.scale = nil } },
    Self("cap on the scores") { $0.attention.scoreCap = $0.attention.scoreCap == nil ? 2 : nil },
    Self("no norms of queries and keys") {
      ($0.attention.queryKeyNorm, $0.names.queryNorm, $0.names.keyNorm) = (nil, nil, nil)
    },
    Self("norms of queries and keys head by head") {
      if $0.attention.queryKeyNorm == .wholeWidth { $0.attention.queryKeyNorm = .perHead }
    },
    Self("q, k and v after each other") {
      if $0.attention.fusion == .heads && $0.keyValueHeads > 1 { $0.attention.fusion = .rows }
    },
    Self("q, k and v head by head") {
      if $0.attention.fusion == .rows && $0.keyValueHeads > 1 { $0.attention.fusion = .heads }
    },
    Self("no windows") { $0.windows = [] },
    Self("wider windows") { $0.windows = $0.windows.map { $0.map { $0 + 1 } } },
    Self("narrower windows") { $0.windows = $0.windows.map { $0.map { $0 - 1 } } },
    Self("windows in all blocks") {
      if let window = $0.windows.lazy.compactMap(\.self).first {
        $0.windows = .init(repeating: window, count: $0.layers)
      }
    },
  ]

  /// How the network knows a token's place.
  private static let positions = [
    Self("no learned positions") { $0.names.positions = nil },
    Self("no token types") { $0.tokenTypes = 0 },
    // A single pair turns with the position, whatever the base.
    Self("rotary base") { if $0.rotary?.width != 2 { $0.rotary?.base *= 1.5 } },
    Self("rotary base of blocks with a window") { $0.windowRotary = nil },
    Self("rotary width") { if let width = $0.rotary?.width, width > 2 { $0.rotary?.width -= 2 } },
    Self("whole heads rotated") { $0.rotary?.width = $0.headSize },
    Self("rotary pairs") {
      guard $0.rotary?.width != 2 else { return }
      let isHalves = $0.rotary?.pairing == .halves
      $0.rotary?.pairing = isHalves ? .neighbours : .halves
    },
    Self("no rotary scaling") { $0.rotary?.scaling = nil },
    Self("no rotary positions") { ($0.rotary, $0.windowRotary) = (nil, nil) },
    Self("rotary positions in all blocks") { $0.blocksWithoutRotary = [] },
    Self("no position bias") { $0.positionBias = nil },
    Self("the table of distances") {
      switch $0.positionBias {
      case .buckets(let count, let distance):
        $0.positionBias = .buckets(count: count, maximumDistance: 2 * distance)
      case .disentangled(let span, let distance, let toPosition, let toContent):
        $0.positionBias = .disentangled(
          span: span, maximumDistance: 2 * distance, contentToPosition: toPosition, positionToContent: toContent)
      case .alibi, nil: break
      }
    },
    Self("no content to position") {
      if case .disentangled(let span, let distance, _, let toContent) = $0.positionBias {
        $0.positionBias = .disentangled(
          span: span, maximumDistance: distance, contentToPosition: false, positionToContent: toContent)
      }
    },
    Self("no position to content") {
      if case .disentangled(let span, let distance, let toPosition, _) = $0.positionBias {
        $0.positionBias = .disentangled(
          span: span, maximumDistance: distance, contentToPosition: toPosition, positionToContent: false)
      }
    },
    Self("no norm of distances") { $0.names.distanceNorm = nil },
  ]

  /// Embeddings and output.
  private static let ends = [
    Self("embedding scale") {
      // A norm right behind the words' embeddings hides their scale.
      guard $0.names.embeddingNorm == nil || $0.names.positions != nil else { return }
      $0.embeddingScale = $0.embeddingScale == 1 ? 1.1 : 1
    },
    Self("no norm of embeddings") { $0.names.embeddingNorm = nil },
    Self("no final norm") { if !$0.isDecoder { $0.names.finalNorm = nil } },
    Self("logit scale") { if $0.isDecoder { $0.logitScale = $0.logitScale == 1 ? 1.1 : 1 } },
    Self("cap on the logits") { if $0.isDecoder { $0.logitCap = $0.logitCap == nil ? 2 : nil } },
    Self("no bias of the output") { $0.outputBias = false },
  ]

  /// How a checkpoint stores the tensors.
  private static let storage = [
    Self(
      "norms without their offset",
      values: { architecture, values in
        for tensor in architecture.tensors where tensor.addend != 0 {
          values[tensor.name] = values[tensor.name]!.map { $0 - tensor.addend }
        }
      }),
    Self(
      "matrices not transposed",
      values: { architecture, values in
        for tensor in architecture.tensors where tensor.storage == .transposed {
          let (rows, columns, old) = (tensor.shape[0], tensor.shape[1], values[tensor.name]!)
          values[tensor.name] = (0..<old.count).map { old[$0 % rows * columns + $0 / rows] }
        }
      }),
    Self(
      "positions of the next row",
      values: { architecture, values in
        guard let name = architecture.names.positions.map({ "\($0).weight" }), let old = values[name] else { return }
        let width = architecture.embeddingWidth
        values[name] = Array(old.dropFirst(width) + old.prefix(width))
      }),
  ]
}

extension Architecture {
  /// Whether each block has a norm for each of its parts.
  fileprivate var hasAllNorms: Bool { names.feedForwardNorm != nil && names.blockWithoutAttentionNorm == nil }
  fileprivate var usualScale: Double { 1 / Double(headSize).squareRoot() }
}
