// Every stage that reads an adapter reads a PEFT folder as well, with the result of the detour through import-adapter.
import Artifacts
import Files
import Foundation
import TestSupport
import Testing

@Suite struct PEFTFolderTests {
  private let reference: PEFTReference
  init() throws { reference = try PEFTReference() }
  private var folder: String { "\(reference.folder)/classifier" }

  /// A stage, and a command of it that reads an adapter.
  enum Reader: String, CaseIterable, CustomTestStringConvertible {
    case fit = "fit-adapters"
    case swag = "collect-swag"
    case curvature = "collect-curvature"
    case tfb = "bayesianize-adapter"
    case extract = "extract-ensemble"
    case sample = "sample-posterior"
    case index = "index-adapters"
    case share = "share-adapter"
    case exchange = "exchange-adapters"

    var testDescription: String { rawValue }

    /// The command, without an output. `sent` is the adapter as it is sent to others.
    func command(_ shop: Workshop, _ adapter: String, sent: String) -> [String] {
      let start = shop.inputs + ["--adapter", adapter]
      return switch self {
      case .fit: shop.inputs + ["--steps", "2", "--from", adapter]
      case .swag: start + ["--epochs", "4", "--collections", "4"]
      case .curvature: start
      case .tfb: start + ["--samples", "2", "--iterations", "3"]
      case .extract: start + ["--members", "2", "--steps", "3"]
      case .sample: shop.inputs + ["--method", "point", "--posterior", adapter]
      case .index: shop.inputs + ["--adapters", adapter, "--examples", shop.tokens]
      case .share: start
      case .exchange:
        start + ["--client", "ann", "--trust", "validation", "--clients", "ann", "ben", "--adapters", adapter, sent]
      }
    }
  }

  @Test(arguments: Reader.allCases) func aFolderGivesWhatItsFileGives(reader: Reader) throws {
    try reference.workshop("bert") { shop in
      let (file, sent, output) = (try shop.imported(folder), shop.path("sent.h5"), shop.path("output.h5"))
      try shop.run("share-adapter", ["--adapter", file, "--tokens", shop.tokens, "--output", sent])
      let digests = try [(file, sent), (folder, folder)].map { adapter, sent in
        try shop.run(reader.rawValue, reader.command(shop, adapter, sent: sent) + ["--output", output])
        return try ArtifactFile(output).digest
      }
      #expect(digests[0] == digests[1])
      // Of what is sent to others, nobody learns from which files it was made.
      guard reader != .share else { return }
      let inputs = try ArtifactSummary(of: output).attributes.first { $0.name == "inputs" }
      for file in ["adapter_config.json", "adapter_model.safetensors"] {
        #expect(inputs?.value.contains(try SHA256.hexDigest(ofFile: "\(folder)/\(file)")) == true)
      }
    }
  }

  /// Each folder has its place as its seed, as make gives it to the folders of ADAPTER.
  @Test func severalFoldersAreMembers() throws {
    try reference.workshop("bert") { shop in
      let files = try ["0", "1"].map { seed in
        let output = shop.path("\(seed).h5")
        try shop.run("import-adapter", shop.inputs + ["--adapter", folder, "--seed", seed, "--output", output])
        return output
      }
      let (byFiles, byFolders) = try (
        shop.predict("files.h5", "ensemble", files), shop.predict("folders.h5", "ensemble", [folder, folder])
      )
      #expect(byFiles == byFolders && byFolders.groups == 2)
    }
  }

  @Test func adaptersOfUnknownStartAreAveragedByTheirProducts() throws {
    try reference.workshop("bert") { shop in
      let command = Reader.exchange.command(shop, folder, sent: folder)
      try shop.run("exchange-adapters", command + ["--trust", "average", "--output", shop.path("round.h5")])
      #expect(try Adapter.read(shop.path("round.h5")).exchange?.mean == "products")
    }
  }

  /// As clients with START do: their factors began at the folder's.
  @Test func fitsThatGoOnFromOneFolderAreAveragedByTheirFactors() throws {
    try reference.workshop("bert") { shop in
      let fits = try ["ann", "ben"].enumerated().map { seed, name in
        let output = shop.path("\(name).h5")
        try shop.run(
          "fit-adapters", shop.inputs + ["--steps", "2", "--from", folder, "--seed", "\(seed)", "--output", output])
        return output
      }
      let sent = shop.path("sent.h5")
      try shop.run("share-adapter", ["--adapter", fits[1], "--tokens", shop.tokens, "--output", sent])
      func mean(_ adapter: String, _ sent: String) throws -> String? {
        let command = Reader.exchange.command(shop, adapter, sent: sent)
        try shop.run("exchange-adapters", command + ["--trust", "average", "--output", shop.path("round.h5")])
        return try Adapter.read(shop.path("round.h5")).exchange?.mean
      }
      #expect(try mean(fits[0], sent) == "factors")
      #expect(try mean(fits[0], folder) == "products")
    }
  }

  @Test func whatAFolderDoesNotHaveIsSaid() throws {
    try reference.workshop("bert") { shop in
      try shop.expectFault(
        64, "fit-adapters", shop.inputs + ["--from", folder, "--moments", "keep"],
        says: ["--moments", "has no moments of AdamW"], hint: "begin at zero")
      let fit = try shop.run(
        "fit-adapters", shop.inputs + ["--steps", "1", "--from", folder, "--output", shop.path("fit.h5")])
      #expect(fit.errors.contains("\(folder) has no moments of AdamW: they begin at zero"))
      try shop.expectFault(
        64, "share-adapter", ["--adapter", folder, "--tokens", shop.tokens], says: ["--base", "is a PEFT folder"])
      _ = try shop.predict("point.h5", "point", [folder])
      let predictions = ["--predictions", shop.path("point.h5")]
      try shop.expectFault(
        65, "evaluate", predictions + ["--histories", folder], says: [folder, "no training history"],
        hint: "a file of a stage")
      try shop.expectFault(
        65, "compare-clients", predictions + ["--rounds", "1", "--adapters", folder],
        says: [folder, "no record of an exchange"], hint: "a file of a stage")
      try shop.expectFault(
        65, "collect-swag", shop.inputs + ["--adapter", "\(reference.folder)/list"], says: ["self_attn.q_proj"],
        hint: "the adapter was trained on")
    }
  }

  /// A folder of another client that cannot be read is left out as a file would be.
  @Test func aDamagedFolderOfAnotherClientIsLeftOut() throws {
    try reference.workshop("bert") { shop in
      let damaged = shop.path("damaged")
      try FileManager.default.copyItem(atPath: folder, toPath: damaged)
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: damaged + "/adapter_model.safetensors"))
      let command = Reader.exchange.command(shop, folder, sent: damaged)
      let run = try shop.run("exchange-adapters", command + ["--output", shop.path("round.h5")])
      #expect(run.errors.contains("ben is left out: \(damaged)/adapter_model.safetensors"))
      #expect(try Adapter.read(shop.path("round.h5")).exchange?.trust == [1, 0])
    }
  }

  @Test func showPrintsTheShapeOfAFolder() throws {
    let run = try RunningProgram("show", [folder, "--quiet"])
    #expect(run.exitCode() == 0)
    #expect(run.output.hasPrefix("\(folder): a PEFT adapter\nRank 3, alpha "))
    #expect(run.output.contains("lora_A.weight  [3, 16]\n"))
  }
}
