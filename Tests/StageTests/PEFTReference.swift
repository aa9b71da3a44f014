// The small models and PEFT adapters of Reference, and what transformers and PEFT answer with them.
import Artifacts
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
  static let names =
    [
      "list", "pattern", "all-linear", "ranks", "layers", "excluded", "bare", "list-default", "classifier", "pooler",
      "no-head", "classifier-default", "fused", "heads/modernbert-whole-head",
    ] + heads.flatMap { ["\($0)-classifier", "\($0)-no-head"] }

  /// The bases other than BERT with a head for sequence classification.
  static let heads = [
    "roberta", "xlm-roberta", "camembert", "distilbert", "electra", "mpnet", "albert", "deberta-v2", "modernbert",
  ].map { "heads/\($0)" }

  /// The base of an adapter.
  func base(of adapter: String) throws -> String { try document.object("adapters").object(adapter).string("base") }

  /// [sequence, choice] The log-probabilities with an adapter.
  func answers(of adapter: String) throws -> [[Double]] {
    try rows(document.object("adapters").object(adapter).array("answers"))
  }

  /// [sequence, choice] The log-probabilities of a base's own head.
  func answers(ofHead base: String) throws -> [[Double]] { try rows(document.object("heads").array(base)) }

  private func rows(_ rows: [JSON.Node]) throws -> [[Double]] {
    try rows.map { try $0.array().map { try $0.double() } }
  }

  private func isDecoder(_ base: String) -> Bool { ["llama", "gpt2"].contains(base) }

  /// The sequences for a base as a tokenized set. Decoders answer by letters, encoders by classes.
  func tokens(for base: String, classes: [String] = ["bad", "fair", "good"]) throws -> TokenizedSet {
    var set = TokenizedSet()
    (set.dataset, set.scoring, set.template, set.tokenizerDigest) = ("reference", .letters, "bare", "00")
    (set.vocabularySize, set.maximumLength) = (40, 32)
    let isDecoder = isDecoder(base)
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
        if isDecoder {
          set.choiceTexts += (0..<choices).map { "choice \($0)" }
          set.choiceOffsets.append(Int32(set.choiceTexts.count))
        }
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
      let head = isDecoder(base) ? [] : ["--keep-head"]
      try shop.run(
        "pretrain-load", ["--model", "\(self.folder)/\(base)", "--output", shop.base, "--reproducible"] + head)
      try tokens(for: base, classes: classes).write(to: shop.tokens, provenance: TinyExperiment.provenance)
      try body(shop)
    }
  }
}

extension Workshop {
  /// Imports the PEFT folder and returns the path of the adapter file.
  func imported(_ folder: String) throws -> String {
    let output = path("\(URL(fileURLWithPath: folder).lastPathComponent).h5")
    try run("import-adapter", inputs + ["--adapter", folder, "--output", output])
    return output
  }

  /// [test sequence, choice] The log-probabilities of the adapter file.
  func answers(_ adapter: String, _ flags: String...) throws -> [[Double]] {
    try run(
      "sample-posterior",
      inputs + ["--method", "point", "--posterior", adapter, "--output", path("predictions.h5")] + flags)
    let predictions = try Predictions.read(path("predictions.h5"))
    let rows = predictions.splits.indices.filter { predictions.splits[$0] == .test }
    return rows.map { row in
      (0..<predictions.choices).map { Double(predictions.logProbabilities[row * predictions.choices + $0]) }
    }
  }
}

/// The largest difference between two tables of the same shape.
func largestDifference(_ first: [[Double]], _ second: [[Double]]) -> Double {
  #expect(first.map(\.count) == second.map(\.count))
  return zip(first.joined(), second.joined()).map { abs($0 - $1) }.max() ?? .infinity
}
