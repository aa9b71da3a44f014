// The start of the chain: question files and a model folder become base and tokens, with a posterior for each
// method.
import Posteriors
import TestSupport
import Testing

extension Workshop {
  /// Makes base and tokens from a model folder and question files: `home.h5` with all splits, the same `damaged.h5`,
  /// and the test sets `near.h5` and, without labels, `blind.h5`.
  static func openFromQuestions(_ body: (Workshop) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let model = try writeTinyModel(in: folder)
      let shop = Workshop(folder: folder, base: folder + "/base.h5", tokens: folder + "/home.h5")
      try shop.run("pretrain-load", ["--model", model, "--output", shop.base])
      try writeQuestions(32, to: shop.path("train.jsonl"), word: "where")
      try writeQuestions(12, to: shop.path("home.jsonl"), word: "when") { $0 % 4 != 2 }
      try writeQuestions(9, to: shop.path("near.jsonl"), word: "whence")
      try writeQuestions(6, to: shop.path("blind.jsonl"), word: "why") { _ in false }
      let tokenize = ["--model", model, "--template", "bare"]
      let home = ["--dataset", "home", "--test", shop.path("home.jsonl")]
      let train = ["--train", shop.path("train.jsonl"), "--calibration-fraction", "0.25"]
      try shop.run("tokenize", tokenize + home + train + ["--output", shop.tokens])
      let damage = ["--corruption", "keyboard-typos", "--severity", "3", "--output", shop.path("damaged.h5")]
      try shop.run("tokenize", tokenize + home + train + damage)
      for name in ["near", "blind"] {
        let questions = ["--dataset", name, "--test", shop.path("\(name).jsonl")]
        try shop.run("tokenize", tokenize + questions + ["--output", shop.path("\(name).h5")])
      }
      try body(shop)
    }
  }

  /// Every trained method with the files it is sampled from, for two members.
  func posteriors() throws -> [(method: Method, files: [String])] {
    var made: Set<String> = []
    return try Catalogue.methods.compactMap { method in
      guard let files = method.files else { return nil }
      let names = files.contains("%") ? ["0", "1"].map { files.replacing("%", with: $0) } : [files]
      for name in names where made.insert(name).inserted { try make(name) }
      return (method, names.map { path(file($0)) })
    }
  }

  /// The file for `name` of a run.
  private func file(_ name: String) -> String {
    (name.hasPrefix("adapters/") ? String(name.dropFirst("adapters/".count)) : name.replacing("/", with: "-")) + ".h5"
  }

  /// Makes a file of a run as the pipeline does, on a small scale.
  private func make(_ name: String) throws {
    let (output, member) = (file(name), String(name.last!))
    let point = path("point-\(member).h5")
    switch name.dropLast(2) {
    case "adapters/point": _ = try fit(output, "--seed", member)
    case "adapters/dropout": _ = try fit(output, "--method", "dropout", "--dropout", "0.2")
    case "adapters/lora-ensemble": _ = try fit(output, "--members", "2")
    case "adapters/full":
      _ = try fit(output, "--parametrisation", "full", "--learning-rate", "1e-4", "--seed", member)
    case "adapters/blob", "adapters/me-lora", "adapters/scalabl", "adapters/rank-1":
      _ = try fit(output, "--variational", String(name.dropFirst("adapters/".count).dropLast(2)))
    case "adapters/batch-ensemble": _ = try fit(output, "--members", "2", "--batch-ensemble")
    case "adapters/repulsive": _ = try fit(output, "--members", "2", "--repulsion", "1")
    case "adapters/snapshots": _ = try fit(output, "--cycles", "2")
    case "adapters/sghmc": _ = try fit(output, "--optimizer", "sghmc", "--cycles", "2", "--cycle-snapshots", "2")
    case "adapters/tickets": _ = try fit(output, "--cycles", "2", "--density", "0.5", "--drop-interval", "1")
    case "adapters/rank-masks": _ = try fit(output, "--parametrisation", "rank-masks", "--mask-prior", "0.7")
    case "adapters/ivon": _ = try fit(output, "--optimizer", "ivon", "--learning-rate", "0.1", "--seed", member)
    case "swag": _ = try collect(output, from: point)
    case "chain":
      _ = try run(
        "collect-chain",
        inputs + [
          "--adapter", point, "--warmup-transitions", "2", "--draws", "3", "--steps", "2", "--output", path(output),
        ])
    case "aswa": _ = try collect(output, from: point, "--accept", "nll")
    case "swad": _ = try fit(output, "--collect-from", "0.5", "--accept", "swad")
    case "dna":
      _ = try fit(
        output, "--collect-from", "0.5", "--accept", "swad", "--diversity", "0.1", "--dropout-draws", "2", "--dropout",
        "0.2")
    case "tfb", "tfb/authors": _ = try bayesianize(output, from: point)
    case "extracted": _ = try extract(output, from: point)
    case "extracted/random": _ = try extract(output, from: point, "--random-gates")
    case "curvature/all": _ = try curvature(output, from: point)
    case "library": _ = try library(output, of: 3)
    case "library/routed": _ = try route(output, path("library-0.h5"), "--epochs", "1")
    case "curvature/last-layer": _ = try curvature(output, from: point, "--parameters", "last-layer")
    case "curvature/exact":
      let core = try fit("core-0.h5", "--parametrisation", "b-lora-xs")
      _ = try curvature(output, from: core, "--parameters", "exact")
    default: Issue.record("no test makes \(name), which the catalogue has a method for")
    }
  }

  /// Makes a library of adapters with other seeds, which were fitted on the workshop's own tokens, and returns its path.
  func library(
    _ name: String, of count: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let adapters = try (0..<count).map { try fit("entry-\($0).h5", "--seed", "\($0)") }
    let texts = adapters.map { _ in tokens }
    try run(
      "index-adapters", inputs + ["--adapters"] + adapters + ["--examples"] + texts + ["--output", path(name)],
      sourceLocation: sourceLocation)
    return path(name)
  }

  /// Trains the router of a library on the workshop's own tokens and returns the path.
  func route(
    _ name: String, _ library: String, _ flags: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    try run(
      "route-adapters",
      inputs + ["--library", library, "--examples", tokens, "--output", path(name)] + flags,
      sourceLocation: sourceLocation)
    return path(name)
  }

  /// Predicts the tokens of `set` with each of `methods`, three draws each, and returns the files in the same order.
  func predictions(of methods: [(method: Method, files: [String])], on set: String) throws -> [String] {
    let there = Workshop(folder: folder, base: base, tokens: path("\(set).h5"))
    return try methods.map { method, files in
      _ = try there.predict("\(method.name)-on-\(set).h5", method.name, files, "--samples", "3")
      return path("\(method.name)-on-\(set).h5")
    }
  }
}
