// The settings that many model types have in common: sizes, and the two usual kinds of blocks.
import Faults
import JSON

/// What a model type calls the sizes of its network.
struct SizeNames: Sendable {
  var hidden = "hidden_size"
  var layers = "num_hidden_layers"
  var heads = "num_attention_heads"
  var intermediate = "intermediate_size"
  var positions = "max_position_embeddings"
}

extension ModelSettings {
  /// An encoder with layer norms behind the parts, learned positions and biases everywhere, as BERT.
  func encoder(
    _ names: TensorNames, targets: [String], sizes: SizeNames = SizeNames(), activation: String = "hidden_act",
    normEpsilon: Double
  ) throws(Fault) -> Architecture {
    try require("position_embedding_type", is: "absolute", else: "absolute")
    try require("is_decoder", is: false)
    try require("add_cross_attention", is: false)
    try require("pruned_heads", isNot: "pruned heads")
    let heads = try size(sizes.heads)
    var result = Architecture(
      hiddenSize: try size(sizes.hidden), layers: try size(sizes.layers), heads: heads, keyValueHeads: heads,
      headSize: try headSize(sizes), intermediateSize: try size(sizes.intermediate),
      vocabularySize: try size("vocab_size"), maximumPositions: try size(sizes.positions), isDecoder: false,
      placement: .post, norm: .layer, normEpsilon: normEpsilon,
      feedForward: .init(activation: try self.activation(activation, else: "gelu")), names: names,
      defaultTargets: targets)
    result.biases = Set(result.modules)
    return result
  }

  /// A decoder with norms in front of the parts, without biases and positions, whose key and value heads may be shared.
  ///
  /// - Parameters:
  ///   - tiesByDefault: whether the output layer is the embedding where the file does not say.
  ///   - intermediateSize, keyValueHeads, maximumPositions: nil to read them from the file.
  func decoder(
    _ names: TensorNames, targets: [String], sizes: SizeNames = SizeNames(), norm: Architecture.NormKind,
    normEpsilon: Double, feedForward: Architecture.FeedForwardKind, tiesByDefault: Bool = false,
    intermediateSize: Int? = nil, keyValueHeads: Int? = nil, maximumPositions: Int? = nil
  ) throws(Fault) -> Architecture {
    let heads = try size(sizes.heads)
    let groups = if let keyValueHeads { keyValueHeads } else { try size("num_key_value_heads", else: heads) }
    let wide = if let intermediateSize { intermediateSize } else { try size(sizes.intermediate) }
    let longest = if let maximumPositions { maximumPositions } else { try size(sizes.positions) }
    guard heads % groups == 0 else {
      throw fault("num_key_value_heads", "\(groups) is not a divisor of \(sizes.heads), \(heads)")
    }
    var result = Architecture(
      hiddenSize: try size(sizes.hidden), layers: try size(sizes.layers), heads: heads, keyValueHeads: groups,
      headSize: try headSize(sizes), intermediateSize: wide,
      vocabularySize: try size("vocab_size"), maximumPositions: longest, isDecoder: true,
      placement: .pre, norm: norm, normEpsilon: normEpsilon, feedForward: feedForward, names: names,
      defaultTargets: targets)
    result.tiedHead = try flag("tie_word_embeddings", else: tiesByDefault)
    return result
  }

  /// The most blocks of a network whose blocks may differ.
  static let mostLayers = 1 << 16

  /// The width of a head: `head_dim`, or the hidden size by the heads.
  private func headSize(_ sizes: SizeNames) throws(Fault) -> Int {
    let (isGiven, hasDefault) = (try optional("head_dim") != nil, try hasDefault("head_dim"))
    if isGiven || hasDefault { return try size("head_dim") }
    let (hidden, heads) = (try size(sizes.hidden), try size(sizes.heads))
    guard hidden % heads == 0 else {
      throw fault(sizes.hidden, "\(hidden) is not a multiple of \(sizes.heads), \(heads)")
    }
    return hidden / heads
  }

  /// Whether the blocks see only near tokens: [layer], empty where no block has a window, or one that hides nothing.
  ///
  /// - Parameters:
  ///   - window: tokens at this distance or more are hidden; nil for no window.
  ///   - isLocal: whether block `layer` has the window, unless `layer_types` says so.
  func windows(
    _ architecture: Architecture, window: Int?, isLocal: (_ layer: Int) -> Bool
  ) throws(Fault) -> [Int?] {
    // Before there is a list with a value for each: a wrong number must not take all memory.
    guard architecture.layers <= Self.mostLayers else {
      throw fault("num_hidden_layers", "\(architecture.layers) is not in 1...\(Self.mostLayers)")
    }
    let kinds = try optional("layer_types")?.array()
    if let kinds, kinds.count != architecture.layers {
      throw fault("layer_types", "found \(kinds.count) types, expected \(architecture.layers), one for each layer")
    }
    var windows: [Int?] = []
    for layer in 0..<architecture.layers {
      var local = isLocal(layer)
      if let kind = kinds?[layer] {
        switch try kind.string() {
        case "full_attention": local = false
        case "sliding_attention": local = true
        case let other:
          throw kind.fault("\"\(other)\" is not supported, expected \"full_attention\" or \"sliding_attention\"")
        }
      }
      if local, window == nil { throw fault("sliding_window", "missing, though layer \(layer) has one") }
      windows.append(local ? window : nil)
    }
    return windows.contains { $0 != nil && $0! < architecture.maximumPositions } ? windows : []
  }
}
