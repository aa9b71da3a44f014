// The variants that an architecture's parts can have, in the field's terms.
import Arrays

extension Architecture {
  /// Where the norms stand. N and N' are norms, f is attention or the feed-forward part.
  package enum Placement: Sendable {
    /// Behind each residual connection: N(x + f(x)).
    case post
    /// In front of each part: x + f(N(x)).
    case pre
    /// In front of each part and behind it: x + N'(f(N(x))).
    case sandwich
    /// Behind each part: x + N'(f(x)).
    case inner
    /// Both parts read the same x: x + attention(N(x)) + feedForward(N'(x)); N' is N where it has no name.
    case parallel
  }

  /// What every norm computes.
  package enum NormKind: Sendable {
    /// Layer norm with scale and shift (Ba et al. 2016, arXiv:1607.06450).
    case layer
    /// Layer norm with a scale alone.
    case layerWithoutShift
    /// Layer norm without parameters.
    case layerWithoutParameters
    /// RMS norm with a scale (Zhang and Sennrich 2019, arXiv:1910.07467).
    case rms
  }

  /// The nonlinearity of the feed-forward part.
  package typealias Activation = Arrays.Activation

  /// The feed-forward part: W_down a(W_up x), or with a gate W_down (a(W_gate x) * W_up x) (Shazeer 2020,
  /// arXiv:2002.05202).
  package struct FeedForwardKind: Equatable, Sendable {
    package var activation: Activation
    package var isGated = false
    /// Whether gate and up are one linear module, whose outputs are the gate's and then up's.
    package var isFused = false
  }

  /// The attention part.
  package struct AttentionKind: Equatable, Sendable {
    /// Factor of the scores; nil for 1 / sqrt(headSize).
    package var scale: Double?
    /// The scores s become cap tanh(s / cap) (Gemma 2); nil for no cap.
    package var scoreCap: Double?
    /// Norms on queries and keys, before their rotation; nil for none.
    package var queryKeyNorm: QueryKeyNorm?
    /// How q, k and v lie in the outputs of one linear module; nil where they have a module each.
    package var fusion: Fusion?
  }

  /// Norms on queries and keys, RMS or layer as all norms.
  package enum QueryKeyNorm: Sendable {
    /// Over each head, with one scale for all heads (Qwen 3).
    case perHead
    /// Over the whole width (OLMo 2).
    case wholeWidth
  }

  /// How q, k and v lie in the outputs of one linear module.
  package enum Fusion: Sendable {
    /// All of q, then all of k, then all of v.
    case rows
    /// For each key and value head: its query heads, the key head, the value head. With as many key heads as query heads
    /// that is q, k, v head by head.
    case heads
  }

  /// A linear module of a block.
  package enum Module: Sendable, CaseIterable {
    case query, key, value, queryKeyValue, output, gate, up, gateUp, down
  }

  /// Rotary positions.
  package struct Rotary: Equatable, Sendable {
    /// Base of the frequencies.
    package var base: Double
    /// How many of a head's first values are rotated: an even number, at most the head's size.
    package var width: Int
    /// Which values are rotated together.
    package var pairing = Pairing.halves
    /// How the frequencies are stretched; nil for not at all.
    package var scaling: RotaryScaling?

    /// Which values are rotated together.
    package enum Pairing: Sendable {
      /// Value i with value i + width / 2.
      case halves
      /// Value 2 i with value 2 i + 1.
      case neighbours
    }
  }

  /// How rotary frequencies are stretched beyond the length that the base was trained for.
  package enum RotaryScaling: Equatable, Sendable {
    /// All frequencies divided by the factor (Chen et al. 2023, arXiv:2306.15595).
    case linear(factor: Double)
    /// Llama 3.1: pairs that turn fewer than `lowFrequencyFactor` times in the original positions are divided by the
    /// factor, those that turn more than `highFrequencyFactor` times are kept, those between are blended.
    case llama3(
      factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalPositions: Int)
    /// YaRN (Peng et al. 2023, arXiv:2309.00071): blended between `betaFast` and `betaSlow` turns; cosines and sines
    /// times `attentionFactor`.
    case yarn(
      factor: Double, betaFast: Double, betaSlow: Double, originalPositions: Int, attentionFactor: Double,
      truncates: Bool)
    /// LongRoPE (Ding et al. 2024, arXiv:2402.13753): each pair divided by a factor of its own; cosines and sines times
    /// `attentionFactor`.
    case perPair(factors: [Double], attentionFactor: Double)
  }

  /// What is added to the attention's scores by distance.
  package enum PositionBias: Equatable, Sendable {
    /// A slope per head times the distance, negative (Press et al. 2021, arXiv:2108.12409); `isScaled` where the
    /// attention's factor multiplies it as well (Falcon).
    case alibi(isScaled: Bool)
    /// A learned value per bucket of distances and head, the same in all blocks (Raffel et al. 2019, arXiv:1910.10683):
    /// half of the `count` buckets for each direction, exact for short distances, logarithmic up to `maximumDistance`.
    case buckets(count: Int, maximumDistance: Int)
    /// Products of queries and keys with projections of a table of distances (He et al. 2020, arXiv:2006.03654, eq. 4):
    /// distances are exact up to span / 2, then logarithmic up to `maximumDistance`, or all exact where that is 0.
    case disentangled(span: Int, maximumDistance: Int, contentToPosition: Bool, positionToContent: Bool)
  }
}
