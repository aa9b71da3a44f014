// Writing a Hugging Face model folder, so that a base of the project's own opens in transformers too.
import Faults
import Files
import Foundation
import JSON
import Transformers

extension ModelFolder {
  /// Makes `folder` where it is missing, and finds out whether it can be written, before hours go into what it will hold.
  ///
  /// Throws `.cannotCreate` as `write` would.
  package static func checkTarget(_ folder: String) throws {
    try makeFolder(folder)
    try AtomicFile.checkTarget(folder + "/model.safetensors")
  }

  /// Writes config.json and model.safetensors into `folder`, which is made where it is missing. The tokenizer's files
  /// are the caller's to add.
  ///
  /// The weights come first: a folder that a kill has left without its config.json is no model folder yet.
  ///
  /// - Parameters:
  ///   - dtype: the format of the numbers; bfloat16 and float16 are rounded to the nearest.
  ///   - bosTokenID: the token that texts begin with, if there is one.
  ///   - eosTokenID: the token that texts end with, if there is one.
  ///   - tensor: the numbers of a tensor of `architecture.tensors`, row-major.
  ///
  /// Throws `.cannotCreate` or `.inputOutput` from the file system, `.internalError` where a number is not finite.
  package static func write(
    to folder: String, architecture: Architecture, dtype: FloatFormat = .float32, bosTokenID: Int? = nil,
    eosTokenID: Int? = nil, tensor: (String) throws -> [Float]
  ) throws {
    try makeFolder(folder)
    try SafetensorsFile.write(
      to: folder + "/model.safetensors", tensors: architecture.tensors.sorted { $0.name < $1.name }, format: dtype,
      values: tensor)
    var members = architecture.configuration
    members["torch_dtype"] = .string(dtype.torchName)
    members["bos_token_id"] = bosTokenID.map { .integer($0) } ?? .null
    members["eos_token_id"] = eosTokenID.map { .integer($0) } ?? .null
    let sorted = JSON.object(.init(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    try AtomicFile.write(try sorted.encode(pretty: true) + "\n", to: folder + "/config.json")
  }
}

/// Makes `folder` and the folders above it, where they are missing. Throws `.cannotCreate`.
func makeFolder(_ folder: String) throws(Fault) {
  do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
    throw Fault(.cannotCreate, folder, "cannot make this folder: \(error.localizedDescription)")
  }
}

extension Architecture {
  /// The members of config.json that say this shape, in transformers 4's spelling, which version 5 reads as well.
  fileprivate var configuration: [String: JSON] {
    var members: [String: JSON] = [
      "hidden_size": .integer(hiddenSize), "num_hidden_layers": .integer(layers),
      "num_attention_heads": .integer(heads), "intermediate_size": .integer(intermediateSize),
      "vocab_size": .integer(vocabularySize), "max_position_embeddings": .integer(maximumPositions),
    ]
    switch family {
    case .bert:
      members["model_type"] = "bert"
      members["architectures"] = ["BertModel"]
      members["hidden_act"] = "gelu"
      members["position_embedding_type"] = "absolute"
      members["type_vocab_size"] = .integer(tokenTypes)
      members["layer_norm_eps"] = .number(normEpsilon)
    case .llama:
      // Qwen 2 is Llama with biases on q, k and v; Llama's own attention_bias would put a fourth on the output.
      members["model_type"] = attentionBias ? "qwen2" : "llama"
      members["architectures"] = [attentionBias ? "Qwen2ForCausalLM" : "LlamaForCausalLM"]
      members["hidden_act"] = "silu"
      members["num_key_value_heads"] = .integer(keyValueHeads)
      members["head_dim"] = .integer(headSize)
      members["rms_norm_eps"] = .number(normEpsilon)
      members["tie_word_embeddings"] = .bool(tiedHead)
      members["rope_theta"] = .number(rotaryBase)
      members["rope_scaling"] = rotaryScaling.map(rotary) ?? .null
    }
    return members
  }

  private func rotary(_ scaling: RotaryScaling) -> JSON {
    [
      "rope_type": "llama3", "factor": .number(scaling.factor),
      "low_freq_factor": .number(scaling.lowFrequencyFactor),
      "high_freq_factor": .number(scaling.highFrequencyFactor),
      "original_max_position_embeddings": .integer(scaling.originalPositions),
    ]
  }
}
