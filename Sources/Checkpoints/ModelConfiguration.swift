// config.json: what it says of the network's shape, in the spellings of transformers 4 and 5. Every setting that changes
// numbers is read, or must have the one value that this program computes.
import Faults
import Files
import JSON
import Transformers

/// A config.json, read.
struct ModelConfiguration {
  /// The network's shape, as yet unchecked against any tensor.
  let architecture: Architecture
  /// Numbers that the file does not give, with the values that transformers takes for them.
  let assumedSettings: [String]
  /// Members that are neither read nor known to leave the network's numbers alone.
  let unknownSettings: [String]

  /// Throws `.data` where a setting is missing, of the wrong kind or none that the network computes.
  init(reading path: String) throws {
    let node = try JSON.parse(try readBytes(path), subject: path).node(in: path)
    let type = try node.string("model_type")
    let settings = Settings(node, type: type)
    try settings.require("quantization_config", isNot: "quantized weights")
    switch type {
    case "bert": architecture = try Self.bert(settings)
    case "llama", "mistral", "qwen2": architecture = try Self.llama(settings, type)
    default:
      throw try node.member("model_type").fault("\"\(type)\" is not known, expected bert, llama, mistral or qwen2")
    }
    assumedSettings = try settings.assumed()
    unknownSettings = try node.nodes().map(\.name).filter { !Settings.known.contains($0) }.sorted()
  }

  private static func bert(_ settings: Settings) throws(Fault) -> Architecture {
    try settings.require("hidden_act", is: "gelu", else: "gelu")
    try settings.require("position_embedding_type", is: "absolute", else: "absolute")
    try settings.require("is_decoder", is: false)
    try settings.require("add_cross_attention", is: false)
    try settings.require("pruned_heads", isNot: "pruned heads")
    let (hidden, heads) = (try settings.size("hidden_size"), try settings.size("num_attention_heads"))
    guard hidden % heads == 0 else {
      throw settings.fault("hidden_size", "\(hidden) is no multiple of num_attention_heads, \(heads)")
    }
    return Architecture(
      family: .bert, hiddenSize: hidden, layers: try settings.size("num_hidden_layers"), heads: heads,
      keyValueHeads: heads, headSize: hidden / heads, intermediateSize: try settings.size("intermediate_size"),
      vocabularySize: try settings.size("vocab_size"), maximumPositions: try settings.size("max_position_embeddings"),
      tokenTypes: try settings.size("type_vocab_size"), normEpsilon: try settings.epsilon("layer_norm_eps"),
      attentionBias: true, tiedHead: false)
  }

  private static func llama(_ settings: Settings, _ type: String) throws(Fault) -> Architecture {
    try settings.require("hidden_act", is: "silu", else: "silu")
    // Here the setting would put a bias on the output projection as well, which the network does not have.
    try settings.require("attention_bias", is: false)
    try settings.require("mlp_bias", is: false)
    let (hidden, heads) = (try settings.size("hidden_size"), try settings.size("num_attention_heads"))
    let groups = try settings.size("num_key_value_heads", else: heads)
    guard heads % groups == 0 else {
      throw settings.fault("num_key_value_heads", "\(groups) is no divisor of num_attention_heads, \(heads)")
    }
    guard try settings.node.optional("head_dim") != nil || hidden % heads == 0 else {
      throw settings.fault("hidden_size", "\(hidden) is no multiple of num_attention_heads, \(heads)")
    }
    let headSize = try settings.size("head_dim", else: hidden / heads)
    guard headSize % 2 == 0 else {
      throw settings.fault("head_dim", "\(headSize) is odd; rotary positions turn pairs of numbers")
    }
    let positions = try settings.size("max_position_embeddings")
    try settings.requireFullAttention(type, positions: positions)
    let rotary = try settings.rotary()
    return Architecture(
      family: .llama, hiddenSize: hidden, layers: try settings.size("num_hidden_layers"), heads: heads,
      keyValueHeads: groups, headSize: headSize, intermediateSize: try settings.size("intermediate_size"),
      vocabularySize: try settings.size("vocab_size"), maximumPositions: positions,
      normEpsilon: try settings.epsilon("rms_norm_eps"), rotaryBase: rotary.base, rotaryScaling: rotary.scaling,
      attentionBias: type == "qwen2", tiedHead: try settings.flag("tie_word_embeddings"))
  }
}
