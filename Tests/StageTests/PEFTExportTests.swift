// Samples as PEFT folders: one for each draw, with the values of that draw.
import Artifacts
import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite struct SamplesAsAdapters {
  /// Exports the samples of `method` and reads them back, in the order of their folders' names.
  private func export(
    _ shop: Workshop, _ method: String, _ files: [String], to name: String, samples: Int = 3
  ) throws -> [PEFTAdapter] {
    let folder = shop.path(name)
    _ = try shop.predict(
      "\(name).h5", method, files, "--samples", "\(samples)", "--export-peft", folder, "--base-name", "tiny/base")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names == names.indices.map { String(format: "sample-%03d", $0) })
    for name in names {
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)").sorted()
      #expect(files == ["README.md", "adapter_config.json", "adapter_model.safetensors"])
    }
    return try names.map { try PEFTAdapter.read("\(folder)/\($0)") }
  }

  @Test(arguments: [TokenizedSet.Scoring.pairs, .classes, .letters])
  func thePointEstimateIsExportedExactly(scoring: TokenizedSet.Scoring) throws {
    try Workshop.open(scoring) { shop in
      let path = try shop.fit("adapter.h5", "--rank", "3", "--alpha", "5", "--rs-lora")
      let adapter = try Adapter.read(path)
      let folders = try export(shop, "point", [path], to: "peft")
      #expect(folders.count == 1)
      let folder = try #require(folders.first)
      #expect(try folder.values(for: adapter.parameters, subject: "peft") == adapter.values)
      #expect((folder.settings.rank, folder.settings.alpha, folder.settings.useRSLoRA) == (3, 5, true))
      #expect(folder.settings.baseModelName == "tiny/base")
      #expect(folder.settings.taskType == (scoring == .letters ? "CAUSAL_LM" : nil))
    }
  }

  /// An adapter that writes answers is one of a causal language model, with the words of Python that write.
  @Test func anAdapterThatWritesIsExportedByTheStageThatWrites() throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: folder + "/base.h5", tokens: folder + "/home.h5")
      try shop.makeDecoder()
      let questions = ["--train", shop.path("train.jsonl"), "--test", shop.path("home.jsonl")]
      try shop.run(
        "tokenize",
        ["--model", shop.path("model"), "--template", "open", "--dataset", "home", "--output", shop.tokens] + questions)
      let moments = try shop.collect("moments.h5", from: shop.fit("adapter.h5"))
      let written =
        shop.inputs + [
          "--model", shop.path("model"), "--method", "swa", "--posterior", moments, "--max-new-tokens", "3",
          "--output", shop.path("texts.h5"), "--export-peft", shop.path("peft"), "--base-name", "tiny/base",
        ]
      try shop.run("generate-answers", written)
      let exported = try PEFTAdapter.read(shop.path("peft/sample-000"))
      let mean = try SwagMoments.read(moments)
      #expect(try exported.values(for: mean.parameters, subject: "peft") == mean.mean)
      #expect(exported.settings.taskType == "CAUSAL_LM" && exported.settings.baseModelName == "tiny/base")
      let readme = try String(contentsOfFile: shop.path("peft/sample-000/README.md"), encoding: .utf8)
      let end = try #require(try TokenizedSet.read(shop.tokens).endToken)
      #expect(readme.contains("AutoModelForCausalLM") && readme.contains("eos_token_id=\(end))"))
    }
  }

  @Test func samplesOfDifferentExportsAreNotMixed() throws {
    try Workshop.open { shop in
      let adapters = try [shop.fit("0.h5", "--seed", "0"), shop.fit("1.h5", "--seed", "1")]
      _ = try export(shop, "ensemble", adapters, to: "peft")
      let point = ["--method", "point", "--posterior", adapters[0], "--export-peft", shop.path("peft")]
      try shop.expectFault(
        73, "sample-posterior", shop.inputs + point, says: ["peft/sample-001", "another export"], hint: "remove it")
      let onFile = ["--method", "point", "--posterior", adapters[0], "--export-peft", adapters[1]]
      try shop.expectFault(73, "sample-posterior", shop.inputs + onFile, says: [adapters[1], "not a directory"])
      // The same export once more is no other.
      _ = try export(shop, "ensemble", adapters, to: "peft")
    }
  }

  @Test func everyMemberOfAnEnsembleIsAFolder() throws {
    try Workshop.open { shop in
      let members = try ["0", "1", "2"].map { try shop.fit("\($0).h5", "--seed", $0) }
      let folders = try export(shop, "ensemble", members, to: "peft")
      #expect(folders.count == 3)
      for (folder, member) in zip(folders, members) {
        let adapter = try Adapter.read(member)
        #expect(try folder.values(for: adapter.parameters, subject: "peft") == adapter.values)
      }
    }
  }

  @Test func everySampleOfSwagIsAFolderAndTheMeanIsSWA() throws {
    try Workshop.open { shop in
      let path = try shop.collect("moments.h5", from: shop.fit("adapter.h5"))
      let moments = try SwagMoments.read(path)
      let mean = try export(shop, "swa", [path], to: "mean")
      #expect(try mean.map { try $0.values(for: moments.parameters, subject: "mean") } == [moments.mean])
      let samples = try export(shop, "swag", [path], to: "samples")
      #expect(samples.count == 3)
      #expect(Set(samples.map(\.values)).count == 3)
      // A sample does not depend on the number of samples.
      #expect(try export(shop, "swag", [path], to: "fewer", samples: 2) == Array(samples.prefix(2)))
      let other = try shop.collect("other.h5", from: shop.fit("other-adapter.h5", "--seed", "1"))
      let both = try export(shop, "multiswag", [path, other], to: "both", samples: 2)
      #expect(both.count == 4)
      #expect(Array(both.prefix(2)) == Array(samples.prefix(2)))
    }
  }

  @Test func aParametrisationIsExportedAsItsFactors() throws {
    try Workshop.open { shop in
      for (form, rank) in [("nola", 2), ("tt-lora", 2), ("b-lora-xs", 2), ("olora", 4)] {
        let path = try shop.fit("\(form).h5", "--rank", "2", "--alpha", "3", "--parametrisation", form)
        let folder = try #require(try export(shop, "point", [path], to: "peft-\(form)").first)
        #expect(folder.settings.rank == rank && folder.settings.scaling(of: "") == 1.5)
        let names = folder.parameters.entries.map(\.name)
        #expect(
          names.filter { $0.hasSuffix("lora_A.weight") }.count == names.filter { $0.hasSuffix("lora_B.weight") }.count)
        #expect(names.contains { $0.hasSuffix("lora_A.weight") })
      }
      let whole = try shop.fit("whole.h5", "--parametrisation", "full")
      try shop.expectFault(
        64, "sample-posterior",
        shop.inputs + ["--method", "full", "--posterior", whole, "--export-peft", shop.path("peft")],
        says: ["--export-peft"])
    }
  }

  /// A mask depends on the text, so that no runtime could load it.
  @Test func dropoutHasNoSamplesToExport() throws {
    try Workshop.open { shop in
      let adapter = try shop.fit("adapter.h5", "--dropout", "0.1")
      try shop.expectFault(
        64, "sample-posterior",
        shop.inputs + ["--method", "dropout", "--posterior", adapter, "--export-peft", shop.path("peft")],
        says: ["--export-peft"])
    }
  }
}
