// Adapters of PEFT become adapter files whose answers are those of transformers and PEFT, in every form that PEFT saves.
import Artifacts
import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite struct ImportedAdapters {
  private let reference: PEFTReference
  init() throws { reference = try PEFTReference() }

  @Test(arguments: PEFTReference.names)
  func answersAreThoseOfPEFT(name: String) throws {
    try reference.workshop(reference.base(of: name)) { shop in
      let adapter = try shop.imported("\(reference.folder)/\(name)")
      let found = try shop.answers(adapter, "--export-peft", shop.path("peft"))
      let difference = largestDifference(found, try reference.answers(of: name))
      // Float32 sums in another order than PyTorch's differ by up to 1.1e-5.
      #expect(difference < 2e-5, "\(difference)")
      // What leaves comes back as the same adapter.
      let again = try shop.imported(shop.path("peft/sample-000"))
      #expect(try Adapter.read(again).values == Adapter.read(adapter).values)
      #expect(try Adapter.read(again).settings == Adapter.read(adapter).settings)
    }
  }

  @Test(arguments: ["ranks", "classifier", "pooler", "heads/roberta-classifier"])
  func everyPosteriorIsMadeAroundIt(name: String) throws {
    try reference.workshop(reference.base(of: name)) { shop in
      let folder = "\(reference.folder)/\(name)"
      let adapter = try shop.imported(folder)
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
      expected = try shop.answers(shop.imported("\(reference.folder)/classifier"))
    }
    try reference.workshop("bert", classes: ["Good", "bad", "fair"]) { shop in
      let found = try shop.answers(shop.imported("\(reference.folder)/classifier"))
      #expect(largestDifference(found, expected.map { [$0[2], $0[0], $0[1]] }) < 1e-6)
    }
    try reference.workshop("bert", classes: ["a", "b", "c"]) { shop in
      try shop.expectFault(
        78, "import-adapter", shop.inputs + ["--adapter", "\(reference.folder)/classifier"],
        says: ["a, b, c", "bad, fair, good"], hint: "HEAD=linear")
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
      try shop.expectFault(
        65, "pretrain-load", ["--model", list], says: ["adapter of PEFT"], hint: "ADAPTER=")
      let two = try shop.tokens("two.h5") { set in
        set.classNames = ["bad", "good"]
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
      var classifier = try PEFTAdapter.read("\(reference.folder)/list")
      classifier.settings.modulesToSave = ["score"]
      classifier.parameters.append("score.weight", shape: [3, 16])
      classifier.values += [Float](repeating: 0, count: 48)
      try classifier.write(to: shop.path("score"))
      try shop.expectFault(
        65, "import-adapter", shop.inputs + ["--adapter", shop.path("score")], says: ["has a trained head"],
        hint: "CAUSAL_LM")
      let inputs = ["--base", plain, "--tokens", shop.path("classes.h5"), "--adapter"]
      try shop.expectFault(
        78, "import-adapter", inputs + ["\(reference.folder)/classifier"], says: ["bert.pooler.dense"],
        hint: "HEAD=classifier")
      try shop.expectFault(
        65, "import-adapter", inputs + ["\(reference.folder)/no-head"], says: ["no output layer"],
        hint: "HEAD=classifier")
    }
  }
}
