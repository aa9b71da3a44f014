// The start of the whole chain: question files and a model folder in, base and tokens out, and a posterior for each
// method.
import TestSupport
import Testing

extension Workshop {
  /// Lays out base and tokens from a model folder and question files: `home.h5` with all splits, the same `damaged.h5`,
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

  /// Two members with their moments and a dropout adapter, and the files of each method by its name.
  func posteriors() throws -> KeyValuePairs<String, [String]> {
    let members = try ["0", "1"].map { try fit("point-\($0).h5", "--seed", $0) }
    let moments = try ["0", "1"].map { try collect("swag-\($0).h5", from: members[Int($0)!]) }
    let accepted = try collect("aswa-0.h5", from: members[0], "--accept", "nll")
    let together = try fit("lora-ensemble-0.h5", "--members", "2")
    let bayesian = try bayesianize("tfb-0.h5", from: members[0])
    let dropout = try fit("dropout-0.h5", "--method", "dropout", "--dropout", "0.2")
    let curvature = try curvature("curvature.h5", from: members[0])
    let lastLayer = try self.curvature("last-layer.h5", from: members[0], "--parameters", "last-layer")
    return [
      "laplace": [curvature], "laplace-last-layer": [lastLayer], "laplace-probit": [curvature],
      "laplace-sampled": [curvature],
      "point": [members[0]], "dropout": [dropout], "ensemble": members, "soup": members,
      "lora-ensemble": [together],
      "swa": [moments[0]], "aswa": [accepted],
      "swag-diagonal": [moments[0]], "swag": [moments[0]], "multiswa": moments, "multiswag": moments,
      "tfb": [bayesian],
    ]
  }

  /// Predicts the tokens of `set` with each of `methods`, three draws each, and gives the files in the methods' order.
  func predictions(of methods: KeyValuePairs<String, [String]>, on set: String) throws -> [String] {
    let there = Workshop(folder: folder, base: base, tokens: path("\(set).h5"))
    return try methods.map { method, files in
      _ = try there.predict("\(method)-on-\(set).h5", method, files, "--samples", "3")
      return path("\(method)-on-\(set).h5")
    }
  }
}
