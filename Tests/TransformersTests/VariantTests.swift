// Small networks that differ from Llama and BERT in what one part computes.
import Arrays
import Testing
import Transformers

/// A network, and what is special about it.
struct Variant: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let architecture: Architecture

  init(_ name: String, _ base: Architecture, _ change: (inout Architecture) -> Void) {
    var architecture = base
    change(&architecture)
    (testDescription, self.architecture) = (name, architecture)
  }

  static let decoders = [
    Variant("a cap on scores, and a scale of its own", RandomNetwork.llama) {
      ($0.attention.scoreCap, $0.attention.scale) = (0.3, 0.7)
    },
    Variant("windows within and beyond a block of queries", RandomNetwork.llama) { $0.windows = [3, 40] },
    Variant("ALiBi with a number of heads that is no power of two", RandomNetwork.llama) {
      ($0.heads, $0.keyValueHeads, $0.positionBias, $0.rotary) = (6, 3, .alibi(isScaled: false), nil)
    },
    Variant("ALiBi in front of the scale, a cap and a window", RandomNetwork.llama) {
      ($0.positionBias, $0.rotary, $0.attention.scoreCap, $0.windows) = (.alibi(isScaled: true), nil, 0.3, [4, nil])
    },
    Variant("half of the head rotated, neighbours paired, YaRN", RandomNetwork.llama) {
      ($0.rotary!.base, $0.rotary!.width, $0.rotary!.pairing) = (100, 4, .neighbours)
      $0.rotary!.scaling = .yarn(
        factor: 4, betaFast: 8, betaSlow: 1, originalPositions: 24, attentionFactor: 1.2, truncates: true)
    },
    Variant("gate and up in one module", RandomNetwork.llama) {
      $0.feedForward.isFused = true
      $0.names.modules[.gateUp] = "mlp.gate_up_proj"
    },
    Variant("a gate with GELU's tanh", RandomNetwork.llama) { $0.feedForward.activation = .geluTanh },
  ]

  static let encoders = [
    Variant("windows to both sides", RandomNetwork.bert) { $0.windows = [3, 40] },
    Variant("buckets of distances", RandomNetwork.bert) {
      $0.positionBias = .buckets(count: 8, maximumDistance: 20)
      $0.names.distances = "encoder.relative_attention_bias"
    },
    Variant("disentangled distances", RandomNetwork.bert) {
      $0.positionBias = .disentangled(span: 8, maximumDistance: 40, contentToPosition: true, positionToContent: true)
      ($0.names.distances, $0.names.distanceNorm) = ("encoder.rel_embeddings", "encoder.LayerNorm")
    },
    Variant("distances that only queries see", RandomNetwork.bert) {
      $0.positionBias = .disentangled(span: 8, maximumDistance: 40, contentToPosition: true, positionToContent: false)
      $0.names.distances = "encoder.rel_embeddings"
    },
    Variant("distances that only keys see", RandomNetwork.bert) {
      $0.positionBias = .disentangled(span: 8, maximumDistance: 40, contentToPosition: false, positionToContent: true)
      $0.names.distances = "encoder.rel_embeddings"
    },
    Variant("GELU's tanh", RandomNetwork.bert) { $0.feedForward.activation = .geluTanh },
    Variant("ReLU, layer norm without shift", RandomNetwork.bert) {
      ($0.feedForward.activation, $0.norm) = (.relu, .layerWithoutShift)
    },
    Variant("SiLU, layer norm without parameters", RandomNetwork.bert) {
      ($0.feedForward.activation, $0.norm) = (.silu, .layerWithoutParameters)
    },
  ]
}

@Suite struct VariantTests {
  private func fixture(_ variant: Variant) throws -> RandomNetwork {
    try RandomNetwork(
      variant.architecture,
      adapted: ["q_proj", "v_proj", "down_proj", "gate_up_proj", "self.query", "self.key", "output.dense"], extra: 72)
  }

  private func head(_ fixture: RandomNetwork) -> PooledHead {
    PooledHead(
      pooling: .mean, hidden: 24, outputs: 2, weightOffset: fixture.extra, biasOffset: fixture.extra + 48)
  }

  @Test("The gradients are those of the loss", arguments: Variant.decoders + Variant.encoders)
  func gradients(variant: Variant) throws {
    let fixture = try fixture(variant)
    GradientTests().check(
      fixture, head: head(fixture), outputs: { $0.count * 2 },
      except: ["model.norm.weight", "lm_head.weight"])
  }

  @Test("The hidden states are those of the formulas", arguments: Variant.decoders + Variant.encoders)
  func hiddenStates(variant: Variant) throws {
    let fixture = try fixture(variant)
    let batch = RandomNetwork.batch([5, 1, 75])
    let hidden = fixture.network.hiddenStates(batch, parameters: fixture.values)
    let reference = ReferenceNetwork(fixture)
    for sequence in 0..<batch.count {
      let rows = batch.rows(of: sequence)
      let expected = reference.hidden(Array(batch.tokens[rows]), types: Array(batch.segments[rows])).joined()
      let found = hidden[rows.lowerBound * 24..<rows.upperBound * 24]
      for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) < 2e-4 * max(1, abs(b))) }
    }
  }

  @Test("Texts that share their beginning are computed the same in one sequence", arguments: Variant.decoders)
  func branches(variant: Variant) throws {
    let fixture = try fixture(variant)
    let beginning: [Int32] = [5, 9, 2, 21, 7]
    let texts: [[Int32]] = [[3, 1, 1, 8, 4, 2], [3, 8], [11, 4, 6, 1, 9]].map { beginning + $0 }
    let types = texts.map { [UInt8](repeating: 0, count: $0.count) }
    var (apart, together) = (PackedBatch(), PackedBatch())
    for (text, types) in zip(texts, types) { apart.append(text, segments: types, identity: 9) }
    together.append(sharing: 5, zip(texts, types).map { ($0[...], $1[...]) }, identity: 9)
    let separate = fixture.network.hiddenStates(apart, parameters: fixture.values)
    let shared = fixture.network.hiddenStates(together, parameters: fixture.values)
    // The rows of the texts apart, and those of the same tokens together.
    let rows: [(Int, Int)] = [(0, 0), (4, 4), (5, 5), (10, 10), (16, 11), (17, 12), (23, 13), (27, 17)]
    for (one, other) in rows {
      for index in 0..<24 { #expect(abs(separate[one * 24 + index] - shared[other * 24 + index]) < 1e-5) }
    }
  }
}
