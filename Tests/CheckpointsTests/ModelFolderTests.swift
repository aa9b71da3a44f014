// Model folders as a whole: every tensor used or named, in the spellings that real folders have.
import Checkpoints
import Faults
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Transformers

private let tinyQwen = tinyLlama.changing([
  "model_type": "qwen2", "tie_word_embeddings": true, "rope_theta": 1_000_000.0,
])
private let stretched = tinyLlama.changing([
  "rope_scaling": [
    "rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
    "original_max_position_embeddings": 8,
  ]
])

@Test(arguments: [tinyLlama, tinyQwen, stretched, tinyBert])
func aWrittenFolderReadsBackTheSame(architecture: Architecture) throws {
  try withModel(architecture) { path in
    let folder = try ModelFolder(path)
    #expect(folder.architecture == architecture)
    #expect(folder.tensorNames == architecture.tensors.map(\.name))
    #expect(folder.unusedTensors == [] && folder.unknownSettings == [] && folder.tokenizerFiles.isEmpty)
    #expect(folder.tokenizerDigest == "")
    for (name, shape) in architecture.tensors.map({ ($0.name, $0.shape) }) {
      #expect(try folder.tensor(name) == numbers(name, count: shape.reduce(1, *)))
    }
  }
}

@Test(arguments: [FloatFormat.bfloat16, .float16])
func aFolderInAShortFormatReadsBackTheSame(format: FloatFormat) throws {
  try withTemporaryFolder { path in
    let counts = Dictionary(uniqueKeysWithValues: tinyLlama.tensors.map { ($0.name, $0.shape.reduce(1, *)) })
    try ModelFolder.write(to: path, architecture: tinyLlama, dtype: format, bosTokenID: 1, eosTokenID: 2) {
      numbers($0, count: counts[$0]!)
    }
    let config = try JSON.parse(try readBytes(path + "/config.json"), subject: "config.json")
    #expect(config["torch_dtype"] == .string(format.torchName))
    #expect(config["bos_token_id"] == 1 && config["eos_token_id"] == 2)
    for name in tinyLlama.tensors.map(\.name) {
      #expect(try ModelFolder(path).tensor(name) == numbers(name, count: counts[name]!))
    }
  }
}

@Test(arguments: ["llama", "llama-scaled", "qwen2", "bert"])
func foldersOfTransformersAreRead(name: String) throws {
  let folder = try ModelFolder(reference(name))
  #expect(folder.architecture.isDecoder == (name != "bert"))
  #expect(folder.unusedTensors == [] && folder.unknownSettings == [])
  #expect((folder.architecture.rotary?.scaling != nil) == (name == "llama-scaled"))
  #expect(folder.architecture.biases.contains(.query) == ["qwen2", "bert"].contains(name))
  #expect(folder.architecture.tiedHead == (name == "qwen2"))
  #expect(folder.architecture.headSize == ["qwen2": 16, "bert": 12][name, default: 8])
}

@Test func theArchitectureReadsBackFromItsText() throws {
  for architecture in [tinyLlama, tinyQwen, stretched, tinyBert] {
    let text = architecture.canonicalJSON
    #expect(try Architecture(canonicalJSON: text, subject: "base.h5") == architecture)
    let longer = text.dropLast() + ",\"slidingWindow\":4}"
    #expect(fault { _ = try Architecture(canonicalJSON: String(longer), subject: "base.h5") }?.subject == "base.h5")
  }
}

@Test func prefixesAndOldNamesAreUnderstood() throws {
  try withModel(tinyBert) { path in
    try rewrite(path) { tensors in
      for index in tensors.indices {
        var name = "bert." + tensors[index].name
        if name.hasSuffix("LayerNorm.weight") { name = name.dropLast(6) + "gamma" }
        if name.hasSuffix("LayerNorm.bias") { name = name.dropLast(4) + "beta" }
        tensors[index].name = name
      }
      tensors.append(("bert.pooler.dense.weight", [8, 8], numbers("p", count: 64)))
      tensors.append(("cls.predictions.bias", [10], numbers("c", count: 10)))
      tensors.append(("bert.embeddings.position_ids", [1, 16], numbers("i", count: 16)))
    }
    let folder = try ModelFolder(path)
    #expect(
      folder.unusedTensors == ["bert.embeddings.position_ids", "bert.pooler.dense.weight", "cls.predictions.bias"])
    let name = "encoder.layer.1.output.LayerNorm.bias"
    #expect(try folder.tensor(name) == numbers(name, count: 8))
  }
  try withModel(tinyLlama.changing(["tie_word_embeddings": true])) { path in
    try rewrite(path) { tensors in
      for index in tensors.indices { tensors[index].name = String(tensors[index].name.dropFirst("model.".count)) }
      tensors.append(("layers.0.self_attn.rotary_emb.inv_freq", [2], [1, 0.01]))
    }
    let folder = try ModelFolder(path)
    #expect(folder.unusedTensors == ["layers.0.self_attn.rotary_emb.inv_freq"])
    #expect(try folder.tensor("model.norm.weight") == numbers("model.norm.weight", count: 8))
  }
}

@Test func aTensorMayStandThereOnlyOnce() throws {
  try withModel(tinyBert) { path in
    try rewrite(path) { $0.append(("bert.encoder.layer.0.output.dense.bias", [8], [Float](repeating: 0, count: 8))) }
    let fault = fault { _ = try ModelFolder(path) }
    #expect(fault?.message.contains("are both encoder.layer.0.output.dense.bias") == true)
  }
}

@Test func aHeadThatIsMissingAndNotTiedIsRefused() throws {
  try withModel(tinyLlama) { path in
    try rewrite(path) { $0.removeAll { $0.name == "lm_head.weight" } }
    let fault = fault { _ = try ModelFolder(path) }
    #expect(fault?.message.hasPrefix("lm_head.weight is missing") == true)
    // The setting would make the folder run with other numbers, and no hint may lead there.
    #expect(fault?.hint.contains("AutoModelForCausalLM") == true && fault?.hint.contains("tie_word") == false)
    try edit(path, [("tie_word_embeddings", true)])
    #expect(try ModelFolder(path).architecture.tiedHead)
  }
}

@Test func aTiedHeadThatDiffersIsRefused() throws {
  try withModel(tinyLlama) { path in
    try edit(path, [("tie_word_embeddings", true)])
    let fault = fault { _ = try ModelFolder(path) }
    #expect(fault?.message.hasPrefix("lm_head.weight differs from model.embed_tokens.weight") == true)
    try rewrite(path) { tensors in
      let embedding = tensors.first { $0.name == "model.embed_tokens.weight" }!.values
      tensors[tensors.firstIndex { $0.name == "lm_head.weight" }!].values = embedding
    }
    let folder = try ModelFolder(path)
    #expect(folder.unusedTensors == ["lm_head.weight"])
    #expect(!folder.tensorNames.contains("lm_head.weight"))
  }
}

@Test func missingTensorsAreRefusedWithTheFirstFive() throws {
  try withModel(tinyLlama) { path in
    try rewrite(path) { $0.removeAll { $0.name.contains("self_attn") } }
    #expect(
      fault { _ = try ModelFolder(path) }?.message
        == "8 tensors are missing: model.layers.0.self_attn.q_proj.weight, model.layers.0.self_attn.k_proj.weight, "
        + "model.layers.0.self_attn.v_proj.weight, model.layers.0.self_attn.o_proj.weight, "
        + "model.layers.1.self_attn.q_proj.weight, ...")
  }
}

@Test func tensorsThatOnlyAnotherNetworkReadsAreRefused() throws {
  try withModel(tinyLlama) { path in
    // A third layer, which a configuration of two would leave out without a word; and a bias that would be dropped.
    try edit(path, [("num_hidden_layers", 1)])
    #expect(fault { _ = try ModelFolder(path) }?.message.contains("9 tensors are part of the network, but not") == true)
  }
  try withModel(tinyQwen) { path in
    try edit(path, [("model_type", "llama")])
    #expect(
      fault { _ = try ModelFolder(path) }?.message.contains("model.layers.0.self_attn.k_proj.bias") == true)
  }
}

@Test func aTensorOfAnotherTypeIsRefusedAtTheDoor() throws {
  try withModel(tinyLlama) { path in
    var file = try readBytes(path + "/model.safetensors")
    let place = try #require(file.firstRange(of: Array("\"model.norm.weight\":{\"dtype\":\"F32".utf8)))
    file[place.upperBound - 3] = UInt8(ascii: "I")
    try AtomicFile.write(file, to: path + "/model.safetensors")
    #expect(
      fault { _ = try ModelFolder(path) }?.message
        == "1 tensor is none of F32, F16 and BF16: model.norm.weight is I32")
  }
}

@Test(arguments: [
  ("pytorch_model.bin", Fault.Code.data, "is a pickle"), ("model.pt", .data, "is a pickle"),
  ("consolidated.00.pth", .data, "is a pickle"), ("notes.txt", .noInput, "has neither model.safetensors nor"),
])
func whatIsNoSafetensorsFileIsNeverOpened(name: String, code: Fault.Code, message: String) throws {
  try withModel(tinyLlama) { path in
    try FileManager.default.moveItem(atPath: path + "/model.safetensors", toPath: path + "/" + name)
    let fault = fault { _ = try ModelFolder(path) }
    #expect(fault?.code == code)
    #expect(fault?.message.contains(message) == true)
    #expect(fault?.hint.isEmpty == false)
  }
}

/// The digest of a tokenizer.json is that of the file; without one, each file of the tokenizer changes it.
@Test func everyFileOfTheTokenizerIsInItsDigest() throws {
  try withModel(tinyLlama) { path in
    var digests: Set<String> = []
    for name in ["vocab.txt", "merges.txt", "added_tokens.json", "tokenizer_config.json"] {
      try AtomicFile.write("{}", to: path + "/" + name)
      let folder = try ModelFolder(path)
      #expect(folder.tokenizerFiles.contains { $0.path == path + "/" + name } && folder.tokenizerDigest.count == 64)
      digests.insert(folder.tokenizerDigest)
    }
    #expect(digests.count == 4)
    try AtomicFile.write("{}", to: path + "/tokenizer.json")
    let folder = try ModelFolder(path)
    #expect(folder.tokenizerFiles.map(\.path) == [path + "/tokenizer.json"])
    #expect(folder.tokenizerDigest == (try SHA256.hexDigest(ofFile: path + "/tokenizer.json")))
  }
}

@Test(.enabled(if: RealModel.miniLM.folder != nil, "needs MINILM, a folder from pipeline/models/fetch.py"))
func theRealMiniLMIsRead() throws {
  let folder = try ModelFolder(try #require(RealModel.miniLM.folder))
  #expect(folder.architecture.hiddenSize == 384 && folder.architecture.layers == 6)
  #expect(folder.architecture.vocabularySize == 30_522 && folder.architecture.normEpsilon == 1e-12)
  #expect(folder.tensorNames.count == 101 && folder.unknownSettings == [])
  #expect(folder.unusedTensors == ["embeddings.position_ids", "pooler.dense.bias", "pooler.dense.weight"])
  #expect(folder.tokenizerDigest.count == 64)
  let count = try folder.tensorNames.reduce(0) { $0 + (try folder.tensor($1).count) }
  #expect(count == folder.architecture.tensors.reduce(0) { $0 + $1.shape.reduce(1, *) })
}
