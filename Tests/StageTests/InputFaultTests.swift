// Inputs that are missing, damaged, or of the wrong origin: each is named in one line, with the exit code that tells a
// script which of these it was.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct WrongInputs {
  /// Valid files of every kind, and a command of each long stage that reads them.
  private struct Inputs {
    let shop: Workshop
    let adapter: String
    let moments: String
    let curvature: String

    init(_ shop: Workshop) throws {
      self.shop = shop
      adapter = try shop.fit("adapter.h5")
      moments = try shop.collect("moments.h5", from: adapter)
      curvature = try shop.curvature("curvature.h5", from: adapter)
    }

    /// Commands in which each input occurs once, with its flag.
    var commands: [(stage: String, flag: String, command: [String])] {
      let (fit, collect) = (shop.inputs, shop.inputs + ["--adapter", adapter])
      let sample = shop.inputs + ["--method", "swag", "--posterior", moments]
      let linearize = shop.inputs + ["--method", "laplace", "--posterior", curvature]
      return [
        ("fit-adapters", "--base", fit), ("fit-adapters", "--tokens", fit), ("collect-swag", "--base", collect),
        ("collect-swag", "--tokens", collect), ("collect-swag", "--adapter", collect),
        ("sample-posterior", "--base", sample), ("sample-posterior", "--tokens", sample),
        ("sample-posterior", "--posterior", sample), ("collect-curvature", "--base", collect),
        ("collect-curvature", "--tokens", collect), ("collect-curvature", "--adapter", collect),
        ("sample-posterior", "--posterior", linearize),
      ]
    }

    /// `command` with `file` behind `flag`.
    func command(_ command: [String], _ flag: String, _ file: String) -> [String] {
      var words = command
      words[command.firstIndex(of: flag)! + 1] = file
      return words
    }
  }

  @Test func aMissingFileIs66() throws {
    try Workshop.open { shop in
      let inputs = try Inputs(shop)
      for (stage, flag, command) in inputs.commands {
        let missing = inputs.command(command, flag, shop.path("nowhere.h5"))
        try shop.expectFault(66, stage, missing, says: ["\(shop.path("nowhere.h5")): there is no such file"])
      }
      try shop.expectFault(
        66, "fit-adapters", inputs.command(shop.inputs, "--tokens", shop.folder), says: ["is a directory"])
    }
  }

  /// A base that was changed and sealed again: the stages that read it first compare its content with its digest.
  @Test func aBaseOfOtherContentThanItsDigestIs65() throws {
    try Workshop.open { shop in
      let prefix = ["--base", shop.base, "--tokens", shop.tokens, "--blocks", "1"]
      try shop.run("compute-prefix", prefix + ["--output", shop.path("prefix.h5")])
      let base = try BaseModel(mapping: shop.base)
      let numbers = try #require(base.tensor(base.names[0])).values.floats(count: 4)
      try reseal(shop.base) { bytes in
        let place = try #require(bytes.firstRange(of: numbers.withUnsafeBytes { Array($0) }))
        bytes[place.lowerBound] ^= 1
      }
      for (stage, command) in [
        ("fit-adapters", shop.inputs), ("compute-prefix", prefix),
        ("sample-posterior", shop.inputs + ["--method", "base"]),
      ] {
        try shop.expectFault(65, stage, command, says: ["\(shop.base): its content does not match its digest"])
      }
    }
  }

  @Test func aFileOfTheWrongKindIs65WithBothKinds() throws {
    try Workshop.open { shop in
      let inputs = try Inputs(shop)
      for (stage, flag, command) in inputs.commands {
        let isBaseOrTokens = ["--base", "--tokens"].contains(flag)
        let (file, kind) = isBaseOrTokens ? (inputs.adapter, "adapter") : (shop.tokens, "tokenized-set")
        let wrong = inputs.command(command, flag, file)
        try shop.expectFault(65, stage, wrong, says: ["\(file): is a file of kind \(kind), expected "])
      }
    }
  }

  @Test func aForeignFileIs65() throws {
    try Workshop.open { shop in
      let inputs = try Inputs(shop)
      let file = shop.path("foreign.h5")
      for content in ["", "not one of ours", String(repeating: "nothing that any stage has written\n", count: 100)] {
        try Data(content.utf8).write(to: URL(fileURLWithPath: file))
        for (stage, flag, command) in inputs.commands {
          try shop.expectFault(65, stage, inputs.command(command, flag, file), says: ["\(file): is "])
        }
      }
    }
  }

  @Test(arguments: [true, false]) func aDamagedFileIs74AndNeverUsed(isTruncated: Bool) throws {
    try Workshop.open { shop in
      let inputs = try Inputs(shop)
      for (stage, flag, command) in inputs.commands {
        let damaged = shop.path("damaged.h5")
        try? FileManager.default.removeItem(atPath: damaged)
        try FileManager.default.copyItem(atPath: command[command.firstIndex(of: flag)! + 1], toPath: damaged)
        try shop.damage(damaged, truncating: isTruncated)
        try shop.expectFault(
          74, stage, inputs.command(command, flag, damaged), says: [damaged], hint: "remove it and run make again")
      }
    }
  }

  @Test func anAdapterOfAnotherBaseIs78() throws {
    try Workshop.open { shop in
      let inputs = try Inputs(shop)
      let other = try TinyExperiment(in: shop.folder, scoring: .pairs, seed: 7).basePath
      for (stage, flag, command) in inputs.commands where ["--adapter", "--posterior"].contains(flag) {
        let file = command[command.firstIndex(of: flag)! + 1]
        try shop.expectFault(
          78, stage, inputs.command(command, "--base", other), says: [file, "another base"], hint: "--base")
      }
    }
  }

  @Test func tokensOtherThanTheAdaptersAre78() throws {
    try Workshop.open { shop in
      let inputs = try Inputs(shop)
      let other = try shop.tokens("other.h5") { $0.tokens[0] = ($0.tokens[0] + 1) % 40 }
      let command = shop.inputs + ["--adapter", inputs.adapter]
      for stage in ["collect-swag", "collect-curvature", "extract-ensemble"] {
        try shop.expectFault(
          78, stage, inputs.command(command, "--tokens", other), says: [inputs.adapter, "other tokens"],
          hint: "--tokens")
      }
    }
  }

  @Test func tokensThatTheBaseCannotReadAre78() throws {
    try Workshop.open { shop in
      let letters = try TinyExperiment(in: shop.folder, scoring: .letters)
      let tokens = shop.path("letters.h5")
      try letters.tokens.write(to: tokens, provenance: TinyExperiment.provenance)
      let command = ["--base", shop.base, "--tokens"]
      try shop.expectFault(78, "fit-adapters", command + [tokens], says: ["letters", "an encoder"], hint: "--model")
      let foreign = try shop.tokens("foreign.h5") { set in
        (set.vocabularySize, set.tokens[0]) = (50, 45)
      }
      try shop.expectFault(78, "fit-adapters", command + [foreign], says: ["token id 45"], hint: "tokenizer")
    }
  }

  @Test func membersOfDifferentExperimentsAre78() throws {
    try Workshop.open { shop in
      let first = try shop.fit("0.h5", "--seed", "0")
      func expect(_ second: String, says: String) throws {
        let command = shop.inputs + ["--method", "ensemble", "--posterior", first, second]
        try shop.expectFault(78, "sample-posterior", command, says: [second, says])
      }
      try expect(try shop.fit("same.h5", "--seed", "0", "--learning-rate", "0.002"), says: "same seed, 0, as \(first)")
      try expect(try shop.fit("wide.h5", "--seed", "1", "--rank", "4"), says: "other rank, targets or head")
      try expect(try shop.fit("fast.h5", "--seed", "1", "--learning-rate", "0.002"), says: "settings or tokens differ")
    }
  }

  @Test func oneSnapshotHasAMeanButNoCovariance() throws {
    try Workshop.open { shop in
      let moments = try shop.collect("one.h5", from: shop.fit("adapter.h5"), "--collections", "1")
      for method in ["swag", "swag-diagonal", "multiswag"] {
        let command = shop.inputs + ["--method", method, "--posterior", moments]
        try shop.expectFault(65, "sample-posterior", command, says: [moments, "1 snapshots"], hint: "--collections")
      }
      #expect(try shop.predict("swa.h5", "swa", [moments]).warnings == ["one snapshot: no average"])
    }
  }

  @Test func aSetWithoutTheSplitThatIsNeededIs65() throws {
    try Workshop.open { shop in
      let rows = try TokenizedSet.read(shop.tokens)
      func expect(_ split: TokenizedSet.Split, says: String) throws {
        let other = shop.path("without.h5")
        try rows.selecting(rows.splits.indices.filter { rows.splits[$0] != split })
          .write(to: other, provenance: TinyExperiment.provenance)
        try shop.expectFault(65, "fit-adapters", ["--base", shop.base, "--tokens", other], says: ["tiny-pairs", says])
      }
      try expect(.train, says: "no training examples")
      try expect(.calibration, says: "no calibration split")
    }
  }

  /// tokenize rejects such rows, but a file made elsewhere may contain them.
  @Test func aTrainingExampleWithoutLabelIs65() throws {
    try Workshop.open { shop in
      let other = try shop.tokens("unlabelled.h5") { $0.labels[5] = -1 }
      try shop.expectFault(65, "fit-adapters", ["--base", shop.base, "--tokens", other], says: ["row-5", "label"])
    }
  }
}
