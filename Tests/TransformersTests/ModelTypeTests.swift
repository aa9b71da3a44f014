// Every row of the list of model types: its tensors, its gradient, its folder and what it refuses. A new row is tested
// without a line here.
import Checkpoints
import Faults
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Transformers

extension ModelType: CustomTestStringConvertible {
  package var testDescription: String { name }

  /// The small network of its first fixture.
  var small: Architecture {
    do {
      let fixture = try ModelFixture.all.first { try $0.modelType == name }
      return try #require(fixture, "\(name) has no fixture").architecture
    } catch { fatalError("\(error)") }
  }
}

@Suite struct ModelTypeTests {
  /// Copies the folder of the type's first fixture with its own settings, changed, and passes its path.
  private func withFolder(_ type: ModelType, _ change: (inout [String: JSON]) -> Void, _ body: (String) throws -> Void)
    throws
  {
    let fixture = try #require(try ModelFixture.all.first { try $0.modelType == type.name })
    try withTemporaryFolder { folder in
      try FileManager.default.copyItem(
        atPath: try fixture.reference.path + "/model.safetensors", toPath: folder + "/model.safetensors")
      var members = type.small.configuration
      change(&members)
      let text = try JSON.object(.init(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })).encode()
      try AtomicFile.write(text, to: folder + "/config.json")
      try body(folder)
    }
  }

  @Test(arguments: ModelType.all) func theSmallNetworkIsConsistent(type: ModelType) throws {
    #expect(type.small.inconsistency == nil)
    let text = type.small.canonicalJSON
    #expect(try Architecture(canonicalJSON: text, subject: "test") == type.small)
  }

  /// The settings that were read are enough to read the folder again.
  @Test(arguments: ModelType.all) func aFolderIsReadFromItsOwnSettings(type: ModelType) throws {
    try withFolder(type, { _ in }) { path in
      let folder = try ModelFolder(path)
      #expect(folder.architecture == type.small)
      #expect(folder.unusedTensors.isEmpty && folder.unknownSettings.isEmpty)
    }
  }

  @Test(arguments: ModelType.all) func anUnsupportedSettingIsRefused(type: ModelType) throws {
    let names = ["hidden_act", "hidden_activation", "activation_function", "activation"]
    for name in names where type.small.configuration[name] != nil {
      try withFolder(type, { $0[name] = "no_such_function" }) { path in
        let fault = #expect(throws: Fault.self) { try ModelFolder(path) }
        #expect(fault?.code == .data && fault?.message.contains("no_such_function") == true)
      }
    }
    try withFolder(type, { $0["no_such_setting"] = 1 }) { path in
      let folder = try ModelFolder(path)
      #expect(folder.unknownSettings == ["no_such_setting"])
    }
  }

  /// Numbers at which the network would stop with a trap or compute NaN.
  @Test(
    arguments: [
      ("roberta", "pad_token_id", .integer(.max), "pad_token_id: 9223372036854775807, expected less than"),
      ("deberta-v2", "position_buckets", .integer(.max), "the number of buckets of distances is 9223372036854775807"),
      ("deberta-v2", "position_buckets", 1, "1 buckets of distances do not fit"),
      ("deberta-v2", "max_relative_positions", 5, "8 buckets of distances do not fit a largest distance of 4"),
      ("mpnet", "relative_attention_num_buckets", 3, "3 buckets of distances do not fit"),
      ("mpnet", "relative_attention_num_buckets", 512, "512 buckets of distances do not fit a largest distance of 128"),
      ("gemma2", "attn_logit_softcapping", 1e300, "a factor is 1e+300, expected a float32"),
      ("gemma2", "final_logit_softcapping", 1e-300, "a factor is 1e-300, expected a float32"),
    ] as [(String, String, JSON, String)])
  func aNumberThatCannotBeComputedIsRefused(type: String, name: String, value: JSON, message: String) throws {
    try withFolder(try #require(ModelType.all.first { $0.name == type }), { $0[name] = value }) { path in
      let found = #expect(throws: Fault.self) { try ModelFolder(path) }
      #expect(found?.code == .data && found?.message.contains(message) == true, "\(found?.description ?? "-")")
    }
  }

  @Test(arguments: ModelType.all) func aTensorIsFoundWithThePrefixAndWithoutIt(type: ModelType) {
    let (names, tensors) = (type.small.names, type.small.tensors)
    #expect(Set(tensors.map(\.name)).count == tensors.count)
    for tensor in tensors where tensor.role != .outputLayer {
      #expect(names.isInside(tensor.name) && !names.isBuffer(tensor.name), "\(tensor.name)")
      #expect(names.spellings(tensor.name).map(names.canonical) == [tensor.name, tensor.name], "\(tensor.name)")
    }
  }

  /// Two matrices of a block add to the residual stream, and their outputs are as wide as it.
  @Test(arguments: ModelType.all) func twoWeightsOfABlockWriteToTheResidualStream(type: ModelType) {
    let small = type.small
    let writing = small.tensors.filter(\.role.writesToResidual)
    #expect(writing.count == 2 * small.distinctBlocks.count)
    #expect(writing.allSatisfy { $0.shape[0] == small.hiddenSize && $0.shape.count == 2 })
    #expect(small.tensors.contains { $0.role == .outputLayer } == (small.isDecoder && !small.tiedHead))
    if small.isDecoder { #expect(small.tensors.contains { $0.name == small.outputLayer }) }
    for module in small.linearModules {
      #expect(module.name.contains(".\(module.layer)."), "\(module.name)")
      #expect(small.tensors.contains { $0.name == "\(module.name).weight" && $0.role == .weight(module.module) })
    }
  }

  @Test func theTensorsOfLlamaThatWriteToTheResidualStream() {
    let names = ModelType.all.first { $0.name == "llama" }!.small.tensors.filter(\.role.writesToResidual).map(\.name)
    #expect(names.prefix(2) == ["model.layers.0.self_attn.o_proj.weight", "model.layers.0.mlp.down_proj.weight"])
  }
}
