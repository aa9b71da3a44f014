// Models that are stored for other programs: each is named, with the folder to give instead.
import Checkpoints
import Faults
import Files
import Foundation
import JSON
import TestSupport
import Testing

@Suite struct ForeignModels {
  /// The fault of a folder with these files; a model card, if there is one, says what the model was made from.
  private func fault(_ files: [(name: String, text: String)], path: String = "") throws -> Fault {
    try withTemporaryFolder { folder in
      for (name, text) in files {
        let file = URL(fileURLWithPath: folder + "/" + name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      var fault = try #require(throws: Fault.self) { _ = try ModelFolder(folder + path) }
      (fault.subject, fault.hint) = (
        fault.subject.replacing(folder, with: "F"), fault.hint.replacing(folder, with: "F")
      )
      return fault
    }
  }

  /// The text of the committed config.json of a Llama with further members.
  private func configuration(_ members: [(String, JSON)] = []) throws -> String {
    let path = reference("llama/config.json")
    guard case .object(var object) = try JSON.parse(try readBytes(path), subject: path) else { return "" }
    for (name, value) in members { object[name] = value }
    return try JSON.object(object).encode()
  }

  @Test(arguments: [
    ("model.Q4_K_M.gguf", "is a GGUF file"), ("onnx/model.onnx", "is an ONNX graph"),
    ("model.onnx", "is an ONNX graph"),
    ("flax_model.msgpack", "has the weights for Flax"), ("tf_model.h5", "has the weights for TensorFlow"),
  ])
  func otherContainersOfWeightsAreNamed(file: String, says: String) throws {
    for files in [[(file, "")], [(file, ""), ("config.json", try configuration())]] {
      let fault = try fault(files)
      #expect(fault.code == .data && fault.subject == "F/\(file)")
      #expect(fault.message.hasPrefix(says) && fault.message.hasSuffix("only safetensors are read"))
      #expect(fault.hint.hasPrefix("give the folder from which it was made, with safetensors"))
    }
  }

  @Test func aFileIsNotAFolder() throws {
    let packed = try fault([("a.gguf", "")], path: "/a.gguf")
    #expect(packed.code == .data && packed.subject == "F/a.gguf" && packed.message.hasPrefix("is a GGUF file"))
    let weights = try fault([("model.safetensors", "")], path: "/model.safetensors")
    #expect(weights.code == .noInput && weights.hint == "give its folder: F")
  }

  @Test(arguments: ["base_model: BAAI/bge-small-en-v1.5", "base_model:\n- \"BAAI/bge-small-en-v1.5\"\n- x/y"])
  func theModelCardTellsWhichFolderToGive(line: String) throws {
    let fault = try fault([("model.onnx", ""), ("README.md", "---\nlicense: mit\n\(line)\n---\n# About\n")])
    #expect(fault.hint == "give the folder of BAAI/bge-small-en-v1.5, from which this one was made")
  }

  @Test(arguments: ["# About\nbase_model: a/b\n", "---\nbase_model:\n---\n", "---\nbase_model: $(reboot)/x y\n---\n"])
  func anotherTextInTheModelCardTellsNothing(card: String) throws {
    let fault = try fault([("model.onnx", ""), ("README.md", card)])
    #expect(fault.hint.hasPrefix("give the folder from which it was made"))
  }

  static let quantized: [(setting: JSON, says: String)] = [
    (["quant_method": "gptq", "bits": 4], "quantized by GPTQ to 4 bits"),
    (["quant_method": "awq", "bits": 4], "quantized by AWQ to 4 bits"),
    (["quant_method": "bitsandbytes", "load_in_8bit": true], "quantized by bitsandbytes"),
  ]

  @Test(arguments: quantized)
  func theMethodOfQuantizationIsNamed(setting: JSON, says: String) throws {
    let fault = try fault([("config.json", try configuration([("quantization_config", setting)]))])
    #expect(fault.code == .data && fault.subject == "F/config.json")
    #expect(fault.message == "quantization_config: weights that are \(says) are not supported")
    #expect(fault.hint.hasPrefix("give the folder from which it was made"))
  }

  @Test func quantizedWeightsOfMLXAreNamed() throws {
    let setting: JSON = ["bits": 4, "group_size": 64]
    let fault = try fault([
      ("config.json", try configuration([("quantization", setting), ("quantization_config", setting)]))
    ])
    #expect(fault.message == "quantization: weights that are quantized by MLX to 4 bits are not supported")
  }

  /// As the first versions of GPTQ's and AWQ's programs wrote them: nothing in config.json tells.
  @Test func quantizedWeightsAreKnownByTheirNamesToo() throws {
    try withModel(tinyLlama) { path in
      try rewrite(path) { tensors in
        for index in tensors.indices where tensors[index].name.hasSuffix("proj.weight") {
          tensors[index].name = tensors[index].name.dropLast("weight".count) + "qweight"
        }
      }
      let fault = try #require(throws: Fault.self) { _ = try ModelFolder(path) }
      #expect(fault.code == .data && fault.message.hasPrefix("has weights that are quantized by GPTQ or AWQ"))
    }
  }

  @Test func anAdapterNamesItsBase() throws {
    let settings = (name: "adapter_config.json", text: #"{"base_model_name_or_path": "Qwen/Qwen2.5-0.5B"}"#)
    for files in [[settings], [settings, ("config.json", try configuration())]] {
      let fault = try fault(files)
      #expect(fault.code == .data && fault.subject == "F")
      #expect(fault.message == "is an adapter of PEFT without its base, which is Qwen/Qwen2.5-0.5B")
      #expect(fault.hint == "give the folder of Qwen/Qwen2.5-0.5B; import-adapter reads the adapter")
    }
    let unnamed = try fault([("adapter_config.json", "{}")])
    #expect(unnamed.hint == "give the folder of its base; import-adapter reads the adapter")
  }

  /// As in the cache of the Hugging Face hub.
  @Test func theFolderInsideIsNamed() throws {
    let fault = try fault([("snapshots/0a1b/config.json", try configuration()), ("refs/main", "0a1b")])
    #expect(fault.code == .noInput && fault.subject == "F/config.json")
    #expect(fault.hint == "give F/snapshots/0a1b, which has one")
  }

  @Test func aModelOfAnotherTypeGetsTwoThatCanBeUsed() throws {
    let fault = try fault([("config.json", try configuration([("model_type", "mamba")]))])
    #expect(fault.message.hasPrefix("model_type: \"mamba\" is not known, expected bert, "))
    #expect(fault.hint.contains("encoder sentence-transformers/all-MiniLM-L6-v2 (23 million parameters)"))
    #expect(fault.hint.contains("decoder HuggingFaceTB/SmolLM2-135M-Instruct (135 million)"))
  }
}
