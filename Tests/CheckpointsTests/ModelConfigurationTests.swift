// config.json: the spellings that mean the same, and the settings that would change numbers without being computed.
import Checkpoints
import Faults
import Files
import JSON
import TestSupport
import Testing
import Transformers

struct Edit: Sendable, CustomTestStringConvertible {
  let architecture: Architecture
  let members: [(String, JSON?)]
  let message: String
  var testDescription: String {
    members.map { "\($0): \((try? $1?.encode()) ?? "removed")" }.joined(separator: ", ")
  }

  static func llama(_ message: String, _ members: (String, JSON?)...) -> Edit {
    .init(architecture: tinyLlama, members: members, message: message)
  }
  static func bert(_ message: String, _ members: (String, JSON?)...) -> Edit {
    .init(architecture: tinyBert, members: members, message: message)
  }
}

private let llama3: JSON = [
  "rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
  "original_max_position_embeddings": 8,
]

@Test(arguments: [
  Edit.llama("model_type: missing", ("model_type", nil)),
  .llama("model_type: \"t5\" is not known", ("model_type", "t5")),
  .llama("model_type: found the number 1", ("model_type", 1)),
  .llama("hidden_act: \"quick_gelu\" is not supported, expected one of gelu, gelu_fast", ("hidden_act", "quick_gelu")),
  .llama("3 tensors are missing: model.layers.0.mlp.gate_proj.bias", ("mlp_bias", true), ("num_hidden_layers", 1)),
  .llama("mlp_bias: found the number 1, expected a boolean", ("mlp_bias", 1)),
  .llama("quantization_config: weights that are quantized to 4 bits are not", ("quantization_config", ["bits": 4])),
  .llama("hidden_size: missing", ("hidden_size", nil)),
  .llama("hidden_size: found a string", ("hidden_size", "8")),
  .llama("hidden_size: found the number 8.5", ("hidden_size", 8.5)),
  .llama("hidden_size: 0 is not in 1...1073741824", ("hidden_size", 0)),
  .llama("vocab_size: 4398046511105 is not in", ("vocab_size", 4_398_046_511_105)),
  .llama("config.json says 1048576 layers, there are", ("num_hidden_layers", 1_048_576)),
  .llama(
    "num_hidden_layers: 1048576 is not in 1...65536", ("model_type", "mistral"), ("num_hidden_layers", 1_048_576)),
  .llama("num_hidden_layers: -1 is not in", ("num_hidden_layers", -1)),
  .llama("model.embed_tokens.weight is [10, 8], expected [11, 8]", ("vocab_size", 11)),
  .llama("q_proj.weight is [16, 8], expected [8, 8]", ("head_dim", nil)),
  .llama("k_proj.weight is [8, 8], expected [16, 8]", ("num_key_value_heads", nil)),
  .llama("k_proj.weight is [8, 8], expected [16, 8]", ("num_key_value_heads", .null)),
  // transformers' own numbers for these types, 8 and 32, and not as many as there are query heads.
  .llama("num_key_value_heads: 8 is not a divisor", ("model_type", "mistral"), ("num_key_value_heads", nil)),
  .llama("num_key_value_heads: 32 is not a divisor", ("model_type", "qwen2"), ("num_key_value_heads", nil)),
  .llama("num_key_value_heads: 3 is not a divisor", ("num_key_value_heads", 3)),
  .llama("head_dim: rotary positions rotate pairs of values, and 3 are rotated", ("head_dim", 3)),
  .llama("hidden_size: 8 is not a multiple", ("num_attention_heads", 3), ("num_key_value_heads", 1), ("head_dim", nil)),
  .llama("rms_norm_eps: 0.0 is not between", ("rms_norm_eps", 0.0)),
  .llama("rope_theta: 0.0 is not above 1", ("rope_theta", 0)),
  .llama("rope_scaling: rope_type \"other\" is not supported", ("rope_scaling", ["type": "other", "factor": 2])),
  .llama("rope_scaling.factor: missing", ("rope_scaling", ["type": "linear"])),
  .llama("the rotary scaling's values", ("rope_scaling", ["rope_type": "yarn", "factor": 0.5])),
  .llama("rope_scaling.factor: has no meaning", ("rope_scaling", ["rope_type": "default", "factor": 2])),
  .llama("rope_scaling.factor: missing", ("rope_scaling", ["rope_type": "llama3"])),
  .llama("rope_parameters.attention_factor: has no", ("rope_parameters", ["attention_factor": 1.5])),
  .llama(
    "rope_parameters.rope_theta: contradicts rope_theta",
    ("rope_parameters", ["rope_type": "default", "rope_theta": 5e5])),
  .llama(
    "rope_scaling: contradicts rope_parameters", ("rope_scaling", llama3),
    ("rope_parameters", ["rope_type": "default"])),
  .llama(
    "rope_scaling: contradicts rope_parameters", ("model_type", "gemma"), ("hidden_act", "gelu_pytorch_tanh"),
    ("rope_scaling", ["rope_type": "linear", "factor": 2]), ("rope_parameters", ["rope_type": "default"])),
  .llama("partial_rotary_factor: 1.5 is not above 0 and at most 1", ("partial_rotary_factor", 1.5)),
  .llama("sliding_window: 0 is not in 1...", ("model_type", "mistral"), ("sliding_window", 0)),
  .llama(
    "layer_types[1]: \"linear_attention\" is not supported", ("model_type", "mistral"),
    ("layer_types", ["full_attention", "linear_attention"])),
  .bert("position_embedding_type: \"relative_key\"", ("position_embedding_type", "relative_key")),
  .bert("is_decoder: true is not supported", ("is_decoder", true)),
  .bert("pruned_heads: pruned heads are not", ("pruned_heads", ["1": [0]])),
  .bert("hidden_size: 8 is not a multiple of num_attention_heads, 3", ("num_attention_heads", 3)),
  .bert("position_embeddings.weight is [16, 8], expected [32, 8]", ("max_position_embeddings", 32)),
  .bert("token_type_embeddings.weight is [2, 8], expected [1, 8]", ("type_vocab_size", 1)),
  .bert("position_embeddings.weight is [16, 8], expected [512, 8]", ("max_position_embeddings", nil)),
  .bert("layer_norm_eps: found null", ("layer_norm_eps", .null)),
])
func aSettingThatIsNotComputedIsRefused(edit change: Edit) throws {
  try withModel(change.architecture) { path in
    try edit(path, change.members)
    let fault = fault { _ = try ModelFolder(path) }
    #expect(fault?.code == .data)
    #expect(fault?.message.contains(change.message) == true, "\(fault?.description ?? "-")")
  }
}

@Test(arguments: [
  Edit.llama("", ("torch_dtype", nil), ("dtype", "float32")),
  .llama("", ("rope_theta", nil), ("rope_scaling", nil)),
  .llama("", ("rope_theta", nil), ("rope_parameters", ["rope_type": "default", "rope_theta": 10_000.0])),
  .llama("", ("rope_theta", 10_000), ("rope_parameters", ["rope_theta": 10_000.0])),
  .llama("", ("rope_scaling", ["type": "default"])),
  .llama("", ("tie_word_embeddings", nil), ("attention_bias", nil), ("hidden_act", nil)),
  .llama("", ("model_type", "mistral"), ("sliding_window", .null)),
  .llama("", ("model_type", "mistral"), ("sliding_window", 16)),
  .llama("", ("model_type", "mistral")),
  .llama("", ("partial_rotary_factor", 1.0)),
  .llama("", ("rope_scaling", ["type": "dynamic", "factor": 4])),
  .bert("", ("hidden_act", nil), ("position_embedding_type", nil), ("pruned_heads", [:])),
  .bert("", ("quantization_config", .null), ("is_decoder", false), ("tie_word_embeddings", true)),
])
func otherSpellingsMeanTheSame(edit change: Edit) throws {
  try withModel(change.architecture) { path in
    try edit(path, change.members)
    let folder = try ModelFolder(path)
    #expect(folder.architecture.network == change.architecture.network)
    #expect(folder.unknownSettings == [])
  }
}

/// What old files do not give has the value of transformers 5.24, and is named.
@Test(arguments: [
  ("bert", "layer_norm_eps", "layer_norm_eps 1e-12"), ("bert", "type_vocab_size", "type_vocab_size 2"),
  ("llama", "rms_norm_eps", "rms_norm_eps 1e-06"), ("mistral", "rms_norm_eps", "rms_norm_eps 1e-06"),
  ("llama", "max_position_embeddings", "max_position_embeddings 2048"),
  ("qwen2", "max_position_embeddings", "max_position_embeddings 32768"),
])
func numbersThatOldFilesLackAreThoseOfTransformers(type: String, name: String, assumed: String) throws {
  let value: JSON? =
    switch (type, name) {
    case (_, "rms_norm_eps"): 1e-6
    case ("llama", "max_position_embeddings"): 2048
    case ("qwen2", "max_position_embeddings"): 32_768
    default: nil
    }
  var shape = type == "bert" ? tinyBert : tinyLlama.changing(["model_type": .string(type), "sliding_window": .null])
  if let value { shape = shape.changing([name: value]) }
  try withModel(shape) { path in
    #expect(try ModelFolder(path).remark == nil)
    try edit(path, [("model_type", .string(type)), (name, nil)])
    let folder = try ModelFolder(path)
    #expect(folder.architecture.network == shape.network)
    #expect(folder.assumedSettings == [assumed])
    #expect(folder.remark?.hasSuffix("not given, and taken as transformers takes them: \(assumed)") == true)
  }
}

@Test func scalingIsReadFromTheOldAndTheNewPlace() throws {
  try withModel(tinyLlama) { path in
    try edit(path, [("rope_scaling", llama3)])
    let old = try ModelFolder(path).architecture
    #expect(
      old.rotary?.scaling
        == .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 8))
    guard case .object(var members) = llama3 else { return }
    members["rope_theta"] = 10_000.0
    try edit(path, [("rope_scaling", nil), ("rope_theta", nil), ("rope_parameters", .object(members))])
    #expect(try ModelFolder(path).architecture.network == old.network)
  }
}

@Test func settingsWithoutAKnownMeaningAreNamed() throws {
  try withModel(tinyLlama) { path in
    try edit(path, [("logit_scale", 0.5), ("bos_token_id", 3), ("a_new_setting", true)])
    #expect(try ModelFolder(path).unknownSettings == ["a_new_setting", "logit_scale"])
  }
}

@Test func aConfigurationIsReadStrictly() throws {
  try withModel(tinyLlama) { path in
    let config = String(decoding: try readBytes(path + "/config.json"), as: UTF8.self)
    try AtomicFile.write("{\"hidden_size\": 8," + config.dropFirst(), to: path + "/config.json")
    #expect(fault { _ = try ModelFolder(path) }?.message.contains("hidden_size") == true)
  }
  let missing = fault { _ = try ModelFolder("/nowhere") }
  #expect(missing?.code == .noInput && missing?.subject == "/nowhere")
}
