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
    Issue.record("nothing was rejected")
    return nil
  }

  /// What every stage asks of tokens and base, in each kind of scoring.
  @Test(arguments: TokenizedSet.Scoring.allCases) func tokensBeyondTheBaseAreRejected(scoring: TokenizedSet.Scoring)
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
      other.isDecoder = !scoring.needsDecoder
      let mismatch = fault { try set.check(on: other) }
      #expect(mismatch?.message.hasPrefix("scoring \"\(scoring.rawValue)\" does not fit a") == true)
      let others = scoring.needsDecoder ? "pairs or classes or labels`" : "letters or continuations or answers`"
      #expect(mismatch?.hint.hasSuffix(others) == true)
    }
  }

  /// A letter's row of the output embedding, which no sequence needs to hold.
  @Test func aLetterBeyondTheVocabularyIsRejected() throws {
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
    (
      #""num_attention_heads":2"#, #""num_attention_heads":3"#,
      "hidden_size: 16 is not a multiple of num_attention_heads"
    ),
    (
      #""num_hidden_layers":2"#, #""num_hidden_layers":1"#,
      "tensor encoder.layer.1.attention.output.LayerNorm.bias is not part of"
    ),
    (
      #""num_hidden_layers":2"#, #""num_hidden_layers":3"#,
      "tensor encoder.layer.2.attention.self.query.weight is missing"
    ),
    (#""num_hidden_layers":2"#, #""num_hidden_layers":1000000000"#, "tensors, too few for 1000000000 layers"),
    (
      #""intermediate_size":24"#, #""intermediate_size":25"#,
      "intermediate.dense.weight has the shape [24, 16], expected [25"
    ),
    (
      #""vocab_size":40"#, #""vocab_size":41"#,
      "word_embeddings.weight has the shape [40, 16], expected [41, 16]"
    ),
    (
      #""max_position_embeddings":32"#, #""max_position_embeddings":64"#,
      "position_embeddings.weight has the shape [32, 16], expected"
    ),
    (
      #""type_vocab_size":2"#, #""type_vocab_size":3"#,
      "token_type_embeddings.weight has the shape [2, 16], expected [3, 16]"
    ),
    (#""layer_norm_eps":1e-05"#, #""layer_norm_eps":2.0"#, "layer_norm_eps: 2.0 is not between 0 and 1"),
    (#""model_type":"bert""#, #""model_type":"other""#, "model_type: \"other\" is not known"),
    (#""hidden_act":"gelu""#, #""hidden_act":"gelu","x":1"#, "the architecture is not in canonical form"),
  ])
  func tensorsThatDoNotMatchTheArchitectureAreRejected(text: String, other: String, message: String) throws {
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

  /// The same of decoders, which have more settings that can contradict each other.
  @Test(
    arguments: [
      ("head_dim", 7, "rotary positions rotate pairs of values, and 7 are rotated"),
      ("rope_theta", 1, "rope_theta: 1.0 is not above 1"), ("hidden_size", -16, "hidden_size: -16 is not in 1..."),
      ("num_key_value_heads", 3, "num_key_value_heads: 3 is not a divisor of num_attention_heads, 2"),
      (
        "rope_scaling",
        [
          "rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 1,
          "original_max_position_embeddings": 8,
        ], "the rotary scaling's values do not make one"
      ),
    ] as [(String, JSON, String)])
  func aDecoderWithInconsistentSizesIsRejected(name: String, value: JSON, message: String) throws {
    try withTemporaryFolder { folder in
      var bad = try TinyExperiment(in: folder, scoring: .letters).architecture
      bad.configuration[name] = value
      let refusal = fault { _ = try Architecture(canonicalJSON: bad.canonicalJSON, subject: "base.h5") }
      #expect(refusal?.code == .data && refusal?.message.contains(message) == true, "\(refusal as Any)")
    }
  }

  /// A base of version 1 has the architecture in another spelling.
  @Test func theArchitectureOfVersion1IsRead() throws {
    let llama =
      #"{"family":"llama","hiddenSize":16,"layers":2,"heads":2,"keyValueHeads":1,"headSize":8,"#
      + #""intermediateSize":24,"vocabularySize":40,"maximumPositions":32,"tokenTypes":0,"normEpsilon":1e-05,"#
      + #""rotaryBase":10000.0,"rotaryScaling":null,"attentionBias":false,"tiedHead":true}"#
    let bert =
      #"{"family":"bert","hiddenSize":16,"layers":2,"heads":2,"keyValueHeads":2,"headSize":8,"#
      + #""intermediateSize":24,"vocabularySize":40,"maximumPositions":32,"tokenTypes":2,"normEpsilon":1e-05,"#
      + #""rotaryBase":0.0,"rotaryScaling":null,"attentionBias":true,"tiedHead":false}"#
    for (text, scoring) in [(llama, TokenizedSet.Scoring.letters), (bert, .pairs)] {
      try withTemporaryFolder { folder in
        let experiment = try TinyExperiment(in: folder, scoring: scoring)
        let read = try Architecture(canonicalJSON: text, subject: "base.h5")
        #expect(read.network == experiment.architecture.network)
      }
    }
    #expect(fault { _ = try Architecture(canonicalJSON: bert.replacing("bert", with: "t5"), subject: "x") } != nil)
  }
}
