// Adapters of PEFT become adapter files whose answers are those of transformers and PEFT, in every form that PEFT saves.
import Artifacts
import Checkpoints
import Files
import Foundation
import JSON
import TestSupport
import Testing

/// What Reference/write_reference.py has written.
struct PEFTReference {
  let folder = "\(projectRoot)/Tests/StageTests/Reference"
  private let document: JSON.Node

  init() throws {
    let path = folder + "/reference.json"
    document = try JSON.parse(try readBytes(path), subject: path).node(in: path)
  }

  /// The adapters' names.
  static let names = [
    "list", "pattern", "all-linear", "ranks", "layers", "excluded", "bare", "list-default", "classifier", "pooler",
    "no-head", "classifier-default",
  ]

  /// The base of an adapter: llama or bert.
  func base(of adapter: String) throws -> String { try document.object("adapters").object(adapter).string("base") }

  /// [sequence, choice] The log-probabilities with an adapter.
  func answers(of adapter: String) throws -> [[Double]] {
    try document.object("adapters").object(adapter).array("answers").map { try $0.array().map { try $0.double() } }
  }

  /// The sequences for a base as a tokenized set. Decoders answer by letters, encoders by classes.
  func tokens(for base: String, classes: [String] = ["bad", "fair", "good"]) throws -> TokenizedSet {
    var set = TokenizedSet()
    (set.dataset, set.scoring, set.template, set.tokenizerDigest) = ("reference", .letters, "bare", "00")
    (set.vocabularySize, set.maximumLength) = (40, 32)
    let isDecoder = base == "llama"
    if isDecoder {
      set.labelTokens = try document.array("letters").map { Int32(try $0.int()) }
    } else {
      (set.scoring, set.classNames) = (.classes, classes)
    }
    let choices = isDecoder ? set.labelTokens.count : classes.count
    // Twice: the second time to train on.
    for split in [TokenizedSet.Split.test, .train, .calibration] {
      for (index, node) in try document.object("sequences").array(base).enumerated() {
        let ids = try node.array().map { Int32(try $0.int()) }
        set.rowIDs.append("\(split)-\(index)")
        set.splits.append(split)
        set.labels.append(Int32(index % choices))
        set.choiceTexts += (0..<choices).map { isDecoder ? "choice \($0)" : classes[$0] }
        set.choiceOffsets.append(Int32(set.choiceTexts.count))
        set.tokens += ids
        set.segments += [UInt8](repeating: 0, count: ids.count)
        set.tokenOffsets.append(Int64(set.tokens.count))
        set.sequenceOffsets.append(Int32(set.tokenOffsets.count - 1))
      }
    }
    return set
  }

  /// Opens a workshop with a base of the reference, its head kept where it has one, and calls `body`.
  func workshop(_ base: String, classes: [String] = ["bad", "fair", "good"], _ body: (Workshop) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: folder + "/base.h5", tokens: folder + "/tokens.h5")
      let head = base == "bert" ? ["--keep-head"] : []
      try shop.run(
        "pretrain-load", ["--model", "\(self.folder)/\(base)", "--output", shop.base, "--reproducible"] + head)
      try tokens(for: base, classes: classes).write(to: shop.tokens, provenance: TinyExperiment.provenance)
      try body(shop)
    }
  }
}

@Suite struct ImportedAdapters {
  private let reference: PEFTReference
  init() throws { reference = try PEFTReference() }

  private func imported(_ shop: Workshop, _ folder: String, _ flags: String...) throws -> String {
    let output = shop.path("\(URL(fileURLWithPath: folder).lastPathComponent).h5")
    try shop.run("import-adapter", shop.inputs + ["--adapter", folder, "--output", output] + flags)
    return output
  }

  /// [test sequence, choice] The log-probabilities of the adapter file.
  private func answers(_ shop: Workshop, _ adapter: String, _ flags: String...) throws -> [[Double]] {
    try shop.run(
      "sample-posterior",
      shop.inputs + ["--method", "point", "--posterior", adapter, "--output", shop.path("predictions.h5")] + flags)
    let predictions = try Predictions.read(shop.path("predictions.h5"))
    let rows = predictions.splits.indices.filter { predictions.splits[$0] == .test }
    return rows.map { row in
      (0..<predictions.choices).map { Double(predictions.logProbabilities[row * predictions.choices + $0]) }
    }
  }

  private func difference(_ first: [[Double]], _ second: [[Double]]) -> Double {
    #expect(first.map(\.count) == second.map(\.count))
    return zip(first.joined(), second.joined()).map { abs($0 - $1) }.max() ?? .infinity
  }

  @Test(arguments: PEFTReference.names)
  func answersAreThoseOfPEFT(name: String) throws {
    try reference.workshop(reference.base(of: name)) { shop in
      let adapter = try imported(shop, "\(reference.folder)/\(name)")
      let found = try answers(shop, adapter, "--export-peft", shop.path("peft"))
      #expect(difference(found, try reference.answers(of: name)) < 1e-5)
      // What leaves comes back as the same adapter.
      let again = try imported(shop, shop.path("peft/sample-000"))
      #expect(try Adapter.read(again).values == Adapter.read(adapter).values)
      #expect(try Adapter.read(again).settings == Adapter.read(adapter).settings)
    }
  }

  @Test(arguments: ["ranks", "classifier", "pooler"])
  func everyPosteriorIsMadeAroundIt(name: String) throws {
    try reference.workshop(reference.base(of: name)) { shop in
      let folder = "\(reference.folder)/\(name)"
      let adapter = try imported(shop, folder)
      _ = try shop.predict("l.h5", "laplace", [shop.curvature("curvature.h5", from: adapter)])
      _ = try shop.predict("t.h5", "tfb", [shop.bayesianize("tfb.h5", from: adapter)])
      _ = try shop.predict(
        "s.h5", "swag", [shop.collect("swag.h5", from: adapter, "--epochs", "4", "--collections", "4")])
      try shop.run(
        "import-adapter",
        shop.inputs + ["--adapter", folder, "--seed", "1", "--output", shop.path("other.h5")])
      let soup = try shop.predict("soup.h5", "soup", [adapter, shop.path("other.h5")])
      let point = try shop.predict("point.h5", "point", [adapter])
      for (x, y) in zip(soup.logProbabilities, point.logProbabilities) { #expect(abs(x - y) < 1e-4) }
    }
  }

  /// The base's labels say which output is which class, in whatever order the questions name them.
  @Test func outputsFollowTheLabelsOfTheBase() throws {
    var expected: [[Double]] = []
    try reference.workshop("bert") { shop in
      expected = try answers(shop, imported(shop, "\(reference.folder)/classifier"))
    }
    try reference.workshop("bert", classes: ["Good", "bad", "fair"]) { shop in
      let found = try answers(shop, imported(shop, "\(reference.folder)/classifier"))
      #expect(difference(found, expected.map { [$0[2], $0[0], $0[1]] }) < 1e-6)
    }
    try reference.workshop("bert", classes: ["a", "b", "c"]) { shop in
      try shop.expectFault(
        78, "import-adapter", shop.inputs + ["--adapter", "\(reference.folder)/classifier"],
        says: ["a, b, c", "bad, fair, good"], hint: "keep-head")
    }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    try reference.workshop("bert") { shop in
      let list = "\(reference.folder)/list"
      try shop.expectFault(
        65, "import-adapter", shop.inputs + ["--adapter", list],
        says: ["self_attn.q_proj", "encoder.layer.0.attention.self.query"], hint: "the adapter was trained on")
      try shop.expectFault(
        66, "import-adapter", shop.inputs + ["--adapter", reference.folder + "/bert"],
        says: ["adapter_config.json"], hint: "model folder")
      let two = try shop.tokens("two.h5") { set in
        set.classNames = ["bad", "good"]
        (set.choiceTexts, set.choiceOffsets) = ([], [0])
        for _ in 0..<set.count {
          set.choiceTexts += set.classNames
          set.choiceOffsets.append(Int32(set.choiceTexts.count))
        }
        set.labels = set.labels.map { min($0, 1) }
      }
      try shop.expectFault(
        65, "import-adapter",
        ["--base", shop.base, "--tokens", two, "--adapter", "\(reference.folder)/classifier"],
        says: ["3 outputs", "need 2: bad, good"])
    }
    try reference.workshop("llama") { shop in
      let plain = shop.path("plain.h5")
      try shop.run("pretrain-load", ["--model", "\(reference.folder)/bert", "--output", plain])
      try reference.tokens(for: "bert").write(to: shop.path("classes.h5"), provenance: TinyExperiment.provenance)
      let inputs = ["--base", plain, "--tokens", shop.path("classes.h5"), "--adapter"]
      try shop.expectFault(
        78, "import-adapter", inputs + ["\(reference.folder)/classifier"], says: ["dense layer"], hint: "keep-head")
      try shop.expectFault(
        65, "import-adapter", inputs + ["\(reference.folder)/no-head"], says: ["no output layer"], hint: "keep-head")
    }
  }
}
