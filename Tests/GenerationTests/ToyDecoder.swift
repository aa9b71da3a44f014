// A random decoder of six tokens, small enough that all its short texts can be listed.
import Adapters
import Artifacts
import Generation
import Posteriors
import TestSupport
import Training
import Transformers

/// A base of six tokens, and prompts for it.
struct ToyDecoder {
  let experiment: TinyExperiment
  let tokens: TokenizedSet

  /// The token that ends a text.
  static let end: Int32 = 5

  init(in folder: String, prompts: [[Int32]], positions: Int = 16) throws {
    experiment = try TinyExperiment(
      in: folder, scoring: .letters,
      architecture: .llama(
        hiddenSize: 16, layers: 2, heads: 2, keyValueHeads: 1, headSize: 8, intermediateSize: 24, vocabularySize: 6,
        maximumPositions: positions, tiedHead: false))
    var set = TokenizedSet()
    (set.dataset, set.vocabularySize, set.maximumLength, set.labelTokens) = ("toy", 6, positions, [1, 2])
    for (index, prompt) in prompts.enumerated() {
      set.rowIDs.append("row-\(index)")
      set.splits.append(.test)
      set.labels.append(index % 2 == 0 ? 1 : -1)
      set.choiceTexts += ["b", "c"]
      set.choiceOffsets.append(Int32(set.choiceTexts.count))
      set.tokens += prompt
      set.segments += prompt.map { _ in 0 }
      set.tokenOffsets.append(Int64(set.tokens.count))
      set.sequenceOffsets.append(Int32(set.tokenOffsets.count - 1))
    }
    tokens = set
  }

  func scorer(threads: Int = 1) throws -> Scorer {
    try Scorer(
      experiment.architecture, base: experiment.base, data: tokens, settings: .tiny(batchSize: 1, epochs: 1),
      threads: threads, positions: experiment.architecture.maximumPositions)
  }

  /// A run on the tokens as letters: a is token 0, and so on.
  func run(
    _ posterior: any Posterior, texts: Int = 1, mixes: Bool = false, threads: Int = 1,
    _ change: (inout Answers.Law) -> Void = { _ in }
  ) throws -> WritingRun {
    var law = Answers.Law()
    law.maximumNewTokens = 3
    change(&law)
    return try WritingRun(
      scorer(threads: threads), posterior, WritingRun.Settings(texts: texts, mixes: mixes), law, Self.decoder)
  }

  /// The answers of a run.
  func answers(
    _ posterior: any Posterior, texts: Int = 1, mixes: Bool = false, threads: Int = 1,
    _ change: (inout Answers.Law) -> Void = { _ in }
  ) throws -> Answers {
    var run = try run(posterior, texts: texts, mixes: mixes, threads: threads, change)
    try run.finish()
    return try run.answers()
  }

  static let decoder = TextDecoder(endToken: end) { ids in
    String(ids.filter { $0 != end }.map { Array("abcde")[Int($0)] })
  }

  /// Vectors that differ from the base, each by other numbers.
  func members(_ count: Int, dropout: Bool = false) throws -> Members {
    let start = try scorer().layout.scattered
    return Members(
      vectors: (0..<count).map { member in start.map { $0 * (1 + Float(member)) } }, hasDropout: dropout)
  }

  /// Fixed vectors, one group each, with two samples where there is dropout.
  struct Members: Posterior {
    let vectors: [[Float]]
    var hasDropout = false
    var groups: Int { vectors.count }
    var samples: Int { hasDropout ? 2 : 1 }
    var storedParameters: Int { vectors.joined().count }
    func draw(group: Int, sample: Int) -> Draw {
      Draw(
        values: vectors[group], dropout: hasDropout ? Dropout(keepProbability: 0.8, seed: UInt64(sample)) : nil)
    }
  }
}
