// Indices that come from a file: tokens are checked against the base's tables, and the base's tensors against its
// architecture. Nothing may be read beyond its end.
import Adapters
import Artifacts
import Faults
import Foundation
import JSON
import TestSupport
import Testing
import Training
import Transformers

@Suite struct TablesTests {
  private func fault(_ body: () throws -> Void) -> Fault? {
    do { try body() } catch { return error as? Fault }
    Issue.record("nothing was refused")
    return nil
  }

  /// What every stage asks of tokens and base, in each kind of scoring.
  @Test(arguments: TokenizedSet.Scoring.allCases) func tokensBeyondTheBaseAreRefused(scoring: TokenizedSet.Scoring)
    throws
  {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: scoring)
      let set = experiment.tokens
      try set.check(on: experiment.architecture)
      var smaller = experiment.architecture
      smaller.vocabularySize = Int(set.tokens.max()!)
      #expect(
        fault { try set.check(on: smaller) }?.message.hasPrefix("token id \(smaller.vocabularySize), but") == true)
      smaller = experiment.architecture
      smaller.maximumPositions = 11
      #expect(fault { try set.check(on: smaller) }?.message.hasPrefix("a sequence of 12 tokens, but the base") == true)
      var other = experiment.architecture
      other.family = scoring.needsDecoder ? .bert : .llama
      let mismatch = fault { try set.check(on: other) }
      #expect(mismatch?.message.hasPrefix("scoring \"\(scoring.rawValue)\" does not go with a base of family") == true)
      let others = scoring.needsDecoder ? "pairs or classes`" : "letters or continuations`"
      #expect(mismatch?.hint.hasSuffix(others) == true)
    }
  }

  /// A letter's row of the output embedding, which no sequence needs to hold.
  @Test func aLetterBeyondTheVocabularyIsRefused() throws {
    try withTemporaryFolder { folder in
      let refusal = fault {
        _ = try tinyScorer(folder, .letters) {
          var set = $0; set.labelTokens[3] = 40; return set
        }
      }
      #expect(refusal?.code == .configuration && refusal?.message.hasPrefix("token id 40, but") == true)
    }
  }

  /// A second text has token type 1, which a base of one type has no row for: as choices and as classes, for the network
  /// and for a prefix.
  @Test(arguments: [TokenizedSet.Scoring.pairs, .classes])
  func aSecondTextNeedsASecondTokenType(scoring: TokenizedSet.Scoring) throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: scoring, tokenTypes: 1)
      _ = try Scorer(
        experiment.base, path: "base.h5", data: experiment.tokens, settings: AdapterSettings(), threads: 1)
      var pairs = experiment.tokens
      pairs.segments[pairs.segments.count - 1] = 1
      for refusal in [
        fault {
          _ = try Scorer(experiment.base, path: "base.h5", data: pairs, settings: AdapterSettings(), threads: 1)
        },
        fault {
          _ = try PrefixRun(
            experiment.base, path: "base.h5", data: pairs, blocks: 1, precision: .float32, threads: 1,
            availableMemory: .max)
        },
      ] {
        #expect(
          refusal?.code == .configuration
            && refusal?.message.contains("token type 1, but the base has only types below 1") == true)
        #expect(refusal?.hint.contains("`template statement`") == true)
      }
    }
  }

  /// A base whose file says another architecture than it has tensors for, or one that contradicts itself.
  @Test(arguments: [
    (#""heads":2"#, #""heads":3"#, "heads is 3, not a multiple of keyValueHeads, 2"),
    (#""heads":2"#, #""heads":4"#, "hiddenSize is 16, expected heads times headSize, 32"),
    (#""keyValueHeads":2"#, #""keyValueHeads":1"#, "keyValueHeads is 1, expected heads, 2"),
    (#""keyValueHeads":2"#, #""keyValueHeads":0"#, "keyValueHeads is 0, expected 1 to"),
    (#""layers":2"#, #""layers":1"#, "tensor encoder.layer.1.attention.output.LayerNorm.bias is no part of"),
    (#""layers":2"#, #""layers":3"#, "tensor encoder.layer.2.attention.self.query.weight is missing"),
    (#""layers":2"#, #""layers":1000000000"#, "tensors, too few for 1000000000 layers"),
    (
      #""intermediateSize":24"#, #""intermediateSize":25"#,
      "intermediate.dense.weight has the shape [24, 16], expected [25"
    ),
    (
      #""vocabularySize":40"#, #""vocabularySize":41"#,
      "word_embeddings.weight has the shape [40, 16], expected [41, 16]"
    ),
    (
      #""maximumPositions":32"#, #""maximumPositions":64"#,
      "position_embeddings.weight has the shape [32, 16], expected"
    ),
    (#""tokenTypes":2"#, #""tokenTypes":3"#, "token_type_embeddings.weight has the shape [2, 16], expected [3, 16]"),
    (#""normEpsilon":1e-05"#, #""normEpsilon":2.0"#, "normEpsilon is 2.0, expected between 0 and 1"),
    (#""attentionBias":true"#, #""attentionBias":false"#, "an encoder has biases"),
  ])
  func tensorsThatAreNotThoseOfTheArchitectureAreRefused(text: String, other: String, message: String) throws {
    try withTemporaryFolder { folder in
      let good = try TinyExperiment(in: folder, scoring: .pairs)
      let architecture = good.base.architecture.replacing(text, with: other)
      try #require(architecture != good.base.architecture, "\(good.base.architecture)")
      try BaseModel.write(
        to: folder + "/forged.h5", architecture: architecture, tokenizerDigest: "", names: good.base.names,
        tensor: { name in
          let (shape, values) = good.base.tensor(name)!
          return .init(name: name, shape: shape, values: .float32(values.floats(count: shape.reduce(1, *))))
        }, provenance: TinyExperiment.provenance)
      let forged = try BaseModel(mapping: folder + "/forged.h5")
      for refusal in [
        fault { _ = try Scorer(forged, path: "f.h5", data: good.tokens, settings: AdapterSettings(), threads: 1) },
        fault {
          _ = try PrefixRun(
            forged, path: "f.h5", data: good.tokens, blocks: 1, precision: .float32, threads: 1, availableMemory: .max)
        },
      ] {
        #expect(refusal?.code == .data && refusal?.subject == "f.h5")
        #expect(refusal?.message.contains(message) == true, "\(refusal as Any)")
      }
    }
  }

  /// The same of decoders, which have more numbers that can contradict each other.
  @Test func aDecoderThatContradictsItselfIsRefused() throws {
    try withTemporaryFolder { folder in
      let good = try TinyExperiment(in: folder, scoring: .letters).architecture
      let changes: [(String, (inout Architecture) -> Void)] = [
        ("headSize is 7, expected an even number", { $0.headSize = 7 }),
        ("tokenTypes is 2, expected 0", { $0.tokenTypes = 2 }), ("rotaryBase is 1", { $0.rotaryBase = 1 }),
        ("hiddenSize is -16, expected 1 to", { $0.hiddenSize = -16 }),
        ("heads is 3, not a multiple of keyValueHeads, 2", { ($0.heads, $0.keyValueHeads) = (3, 2) }),
        (
          "rotaryScaling holds values",
          {
            $0.rotaryScaling = .init(
              factor: 8, lowFrequencyFactor: 4, highFrequencyFactor: 1, originalPositions: 8)
          }
        ),
      ]
      #expect(good.inconsistency == nil)
      for (message, change) in changes {
        var bad = good
        change(&bad)
        let refusal = fault { _ = try Architecture(canonicalJSON: bad.canonicalJSON, subject: "base.h5") }
        #expect(refusal?.code == .data && refusal?.message.contains(message) == true, "\(refusal as Any)")
      }
    }
  }
}
