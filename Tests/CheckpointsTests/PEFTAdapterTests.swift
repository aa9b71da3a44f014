// PEFT folders: written and read back with the same bytes; every setting that changes the computation is supported or
// rejected.
import Artifacts
import Checkpoints
import Faults
import Files
import Foundation
import JSON
import TestSupport
import Testing

/// An adapter of rank 2 on two modules, and a head.
private func tinyAdapter(head: Bool = true) -> PEFTAdapter {
  var table = ParameterTable()
  for module in ["encoder.layer.0.attention.self.value", "encoder.layer.0.output.dense"] {
    table.append("base_model.model.\(module).lora_A.weight", shape: [2, 3])
    table.append("base_model.model.\(module).lora_B.weight", shape: [4, 2])
  }
  if head {
    table.append("score.weight", shape: [1, 4])
    table.append("score.bias", shape: [1])
  }
  var settings = PEFTSettings(
    rank: 2, alpha: 16, dropout: 0.1, targetModules: ["value", "output.dense"], baseModelName: "models/a \"b\"")
  settings.modulesToSave = head ? ["score"] : []
  return PEFTAdapter(
    settings: settings, parameters: table, values: (0..<table.count).map { Float($0) / 10 - 2 })
}

/// Writes the tiny adapter and calls `body` with its folder.
private func withAdapter(head: Bool = true, _ body: (String) throws -> Void) throws {
  try withTemporaryFolder { folder in
    try tinyAdapter(head: head).write(to: folder + "/adapter", note: "Trained on nothing.")
    try body(folder + "/adapter")
  }
}

private func editSettings(_ folder: String, _ name: String, _ value: JSON?) throws {
  let path = folder + "/adapter_config.json"
  guard case .object(var object) = try JSON.parse(try readBytes(path), subject: path) else { return }
  object[name] = value
  try AtomicFile.write(try JSON.object(object).encode(), to: path)
}

private func rewriteAdapter(
  _ folder: String, _ change: (inout [(name: String, shape: [Int], values: [Float])]) -> Void
) throws {
  let path = folder + "/adapter_model.safetensors"
  let file = try SafetensorsFile(mapping: path)
  var tensors = try file.entries.map { (name: $0.name, shape: $0.shape, values: try file.values($0.name)) }
  change(&tensors)
  try write(tensors, to: path)
}

@Test func anAdapterIsReadBackUnchanged() throws {
  let adapter = tinyAdapter()
  try withAdapter { folder in
    let read = try PEFTAdapter.read(folder)
    #expect(read.settings == adapter.settings)
    #expect(read.parameters.entries.map(\.name) == read.parameters.entries.map(\.name).sorted())
    #expect(try read.values(for: adapter.parameters, subject: folder) == adapter.values)
    try read.write(to: folder + "/again", note: "Trained on nothing.")
    for file in ["adapter_model.safetensors", "adapter_config.json", "README.md"] {
      #expect(try readBytes(folder + "/" + file) == readBytes(folder + "/again/" + file), "\(file)")
    }
  }
}

@Test(arguments: ["llama/adapter", "bert/adapter"])
func anAdapterOfPEFTIsWrittenBackWithTheSameBytes(name: String) throws {
  let adapter = try PEFTAdapter.read(reference(name))
  #expect(adapter.settings.rank == 4 && adapter.settings.scaling(of: "") == 2)
  try withTemporaryFolder { folder in
    try adapter.write(to: folder)
    let file = "/adapter_model.safetensors"
    #expect(try readBytes(folder + file) == readBytes(reference(name) + file))
    #expect(try PEFTAdapter.read(folder) == adapter)
  }
}

@Test func headsGoIntoModulesToSave() throws {
  try withAdapter { folder in
    let config = try JSON.parse(try readBytes(folder + "/adapter_config.json"), subject: "adapter_config.json")
    #expect(config["modules_to_save"] == ["score"])
    let file = try SafetensorsFile(mapping: folder + "/adapter_model.safetensors")
    #expect(file["base_model.model.score.weight"]?.shape == [1, 4])
    #expect(try PEFTAdapter.read(folder).parameters["score.bias"]?.shape == [1])
  }
}

@Test func scalingFollowsTheRank() {
  var settings = PEFTSettings(rank: 16, alpha: 8, targetModules: ["query"])
  #expect(settings.scaling(of: "query") == 0.5)
  settings.useRSLoRA = true
  #expect(settings.scaling(of: "query") == 2)
}

@Test func theCardNamesTheBase() throws {
  try withAdapter { folder in
    let card = String(decoding: try readBytes(folder + "/README.md"), as: UTF8.self)
    #expect(card.hasPrefix("---\nbase_model: \"models/a \\\"b\\\"\"\nlibrary_name: peft\n"))
    #expect(card.contains("Rank 2, alpha 16.0, scaling 8.0, on `value`, `output.dense` of `models/a \"b\"`: 33"))
    #expect(card.hasSuffix("\nTrained on nothing.\n"))
  }
}

@Test(
  arguments: [
    ("peft_type", "IA3", "peft_type: \"IA3\" is not supported"), ("peft_type", nil, "peft_type: missing"),
    ("r", nil, "r: missing"), ("r", 0, "r: found 0, expected a rank from 1 to 1073741824"),
    ("r", 3, "is [2, 3], expected [3, inputs]"),
    ("lora_alpha", nil, "lora_alpha: missing"), ("lora_alpha", "16", "lora_alpha: found a string"),
    ("use_dora", true, "use_dora: changes the computation and is not supported (DoRA)"),
    ("rank_pattern", ["value": 4], "is [2, 3], expected [4, inputs]"),
    ("rank_pattern", ["(value": 4], "rank_pattern: a group without"),
    ("rank_pattern", ["value": 0], "found 0, expected a rank"),
    ("r", 1_000_000_000_000_000, "r: found 1000000000000000, expected a rank from 1 to 1073741824"),
    ("alpha_pattern", ["value": 4], nil), ("alpha_pattern", ["value": "4"], "alpha_pattern.value: found a string"),
    ("bias", "all", "bias: changes the computation"),
    ("fan_in_fan_out", true, nil), ("lora_alpha", 0, "expected a float32 above 0"),
    ("lora_alpha", 1e300, "found 1e+300, expected a float32 above 0"),
    ("lora_bias", true, "lora_bias: changes the computation"),
    ("layer_replication", [[0, 2]], "layer_replication: changes the computation"),
    ("a_new_setting", 1, "a_new_setting: changes the computation"),
    ("init_lora_weights", "pissa_niter_4", "this initialization changes the base"),
    ("init_lora_weights", "loftq", "this initialization changes the base"),
    ("target_modules", ["value"], "encoder.layer.0.output.dense has tensors, but is not among the target modules"),
    ("target_modules", ["value", "dense"], nil),
    ("target_modules", ["value", "dense", "qeury"], "target module \"qeury\" has no tensors"),
    ("target_modules", ["value", "put.dense"], "target module \"put.dense\" has no tensors"),
    ("target_modules", #"encoder\.layer\.\d+\..*(value|output\.dense)"#, nil),
    ("target_modules", #".*\.value"#, "encoder.layer.0.output.dense has tensors, but is not among the target modules"),
    ("target_modules", "(value", "target_modules: a group without"),
    ("exclude_modules", ["value"], "attention.self.value has tensors, but is not among the target modules"),
    ("layers_to_transform", [1], "has tensors, but is not among the target modules"),
    ("trainable_token_indices", [1], "(trained tokens)"),
    ("target_modules", "all-linear", nil), ("target_modules", .null, nil), ("target_modules", nil, nil),
    ("modules_to_save", .null, "tensor \"base_model.model.score.bias\" belongs neither to a LoRA pair"),
    // PEFT saves every module whose path ends in the word.
    ("modules_to_save", ["core"], nil),
    ("modules_to_save", ["scor"], "tensor \"base_model.model.score.bias\" belongs neither to a LoRA pair"),
    ("rank_pattern", [:], nil), ("use_dora", false, nil), ("loftq_config", [:], nil), ("init_lora_weights", "eva", nil),
    ("megatron_core", "megatron.core", nil), ("lora_alpha", 16.5, nil), ("layers_to_transform", [0], nil),
  ] as [(String, JSON?, String?)])
func aSettingIsSupportedOrRejected(_ name: String, _ value: JSON?, _ message: String?) throws {
  try withAdapter { folder in
    try editSettings(folder, name, value)
    guard let message else {
      let read = try PEFTAdapter.read(folder)
      #expect(read.parameters.count == 33)
      #expect(read.modulePaths == ["encoder.layer.0.attention.self.value", "encoder.layer.0.output.dense"])
      return
    }
    let fault = fault { _ = try PEFTAdapter.read(folder) }
    #expect(fault?.code == .data)
    #expect(fault?.message.contains(message) == true, "\(fault?.description ?? "-")")
  }
}

@Test(arguments: [
  ("an A alone", "encoder.layer.0.output.dense has lora_A, but not lora_B"),
  ("another rank", "is [3, 3], expected [2, inputs]"), ("another prefix", "does not begin with base_model.model."),
  ("DoRA", "belongs to DoRA"), ("an embedding", "belongs neither to a LoRA pair nor to modules_to_save"),
  ("only a head", "has no low-rank tensors"),
])
func aTensorIsKnownOrRejected(_ name: String, _ message: String) throws {
  try withAdapter { folder in
    try rewriteAdapter(folder) { tensors in
      let module = "base_model.model.encoder.layer.0.output.dense"
      let a = tensors.firstIndex { $0.name == module + ".lora_A.weight" }!
      switch name {
      case "an A alone": tensors.removeAll { $0.name == module + ".lora_B.weight" }
      case "another rank": (tensors[a].shape, tensors[a].values) = ([3, 3], [Float](repeating: 1, count: 9))
      case "another prefix": tensors[a].name = "model." + tensors[a].name
      case "DoRA": tensors.append((module + ".lora_magnitude_vector", [1], [1]))
      case "an embedding": tensors.append(("base_model.model.embeddings.lora_embedding_A", [1], [1]))
      default: tensors.removeAll { $0.name.contains("lora") }
      }
    }
    let fault = fault { _ = try PEFTAdapter.read(folder) }
    #expect(fault?.message.contains(message) == true, "\(fault?.description ?? "-")")
  }
}

@Test func anAdapterThatDoesNotFitIsRejected() throws {
  let adapter = tinyAdapter(head: false)
  let name = "base_model.model.encoder.layer.0.output.dense.lora_A.weight"
  for (change, message) in [("missing", "\(name) is missing"), ("shape", "\(name) is [2, 3], expected [2, 4]")] {
    var other = ParameterTable()
    for entry in adapter.parameters.entries where change == "shape" || entry.name != name {
      other.append(entry.name, shape: change == "shape" && entry.name == name ? [2, 4] : entry.shape)
    }
    if change == "missing" {
      // The adapter has one tensor more than the network, then one less.
      #expect(fault { _ = try adapter.values(for: other, subject: "a") }?.message.contains("is unknown") == true)
      let small = PEFTAdapter(
        settings: adapter.settings, parameters: other, values: [Float](repeating: 0, count: other.count))
      #expect(
        fault { _ = try small.values(for: adapter.parameters, subject: "a") }?.message.contains(message) == true)
    } else {
      #expect(fault { _ = try adapter.values(for: other, subject: "a") }?.message.contains(message) == true)
    }
  }
}

@Test func aFolderWithoutAnAdapterIsReported() throws {
  try withAdapter { folder in
    let weights = folder + "/adapter_model.safetensors"
    try FileManager.default.moveItem(atPath: weights, toPath: folder + "/adapter_model.bin")
    #expect(fault { _ = try PEFTAdapter.read(folder) }?.message.hasPrefix("is a pickle") == true)
    try FileManager.default.removeItem(atPath: folder + "/adapter_model.bin")
    #expect(fault { _ = try PEFTAdapter.read(folder) }?.subject == weights)
    try FileManager.default.removeItem(atPath: folder + "/adapter_config.json")
    #expect(fault { _ = try PEFTAdapter.read(folder) }?.subject == folder + "/adapter_config.json")
  }
}

@Test func aValueThatIsNotFiniteIsNotExported() throws {
  var adapter = tinyAdapter()
  adapter.values[3] = .nan
  try withTemporaryFolder { folder in
    #expect(fault { try adapter.write(to: folder) }?.code == .internalError)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(left.isEmpty)
  }
}

@Test(arguments: [
  (1, "A text of more than 256 tokens was read by windows that overlap: give each of them as a text, and"),
  (2, "A pair of more than 256 tokens was read by windows of its longer text that overlap: give each of them with"),
])
func anExportSaysHowLongTextsWereRead(texts: Int, says: String) {
  var set = TokenizedSet()
  (set.classNames, set.maximumLength, set.textsPerExample) = (["x", "y"], 256, texts)
  #expect(!AdapterUsage(.classifier, of: set).text.contains("windows"))
  set.longTexts = LongTextRule(cut: .windows)
  #expect(AdapterUsage(.classifier, of: set).text.contains(says))
}
