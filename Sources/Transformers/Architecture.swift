// The architecture of a network: its family and its sizes. It is what config.json says, in the field's terms.

/// What a network computes: the family says how, the sizes how much.
package struct Architecture: Equatable, Sendable {
  /// How rotary frequencies are stretched beyond the length that the base was trained for (Llama 3.1).
  package struct RotaryScaling: Equatable, Sendable {
    /// Wavelengths of the slow pairs are multiplied by this.
    package var factor: Double
    /// Below this many wavelengths in the original context a pair counts as slow.
    package var lowFrequencyFactor: Double
    /// Above this many a pair counts as fast and is left alone.
    package var highFrequencyFactor: Double
    /// The context length that the base was trained for.
    package var originalPositions: Int
    package init(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalPositions: Int) {
      (self.factor, self.lowFrequencyFactor) = (factor, lowFrequencyFactor)
      (self.highFrequencyFactor, self.originalPositions) = (highFrequencyFactor, originalPositions)
    }
  }

  /// What the network computes, apart from its sizes.
  package var family: Family
  /// Width of the residual stream.
  package var hiddenSize: Int
  /// Blocks.
  package var layers: Int
  /// Query heads.
  package var heads: Int
  /// Key and value heads; a divisor of `heads`.
  package var keyValueHeads: Int
  /// Width of one head; heads * headSize need not be hiddenSize (Llama).
  package var headSize: Int
  /// Width of the feed-forward part.
  package var intermediateSize: Int
  /// Token ids are below this.
  package var vocabularySize: Int
  /// The longest sequence.
  package var maximumPositions: Int
  /// Token types; 0 where the family has none.
  package var tokenTypes: Int
  /// Added to the variance in every norm.
  package var normEpsilon: Double
  /// Base of the rotary frequencies; 0 without rotary positions.
  package var rotaryBase: Double
  /// Nil unless the frequencies are stretched.
  package var rotaryScaling: RotaryScaling?
  /// True where q, k and v have a bias (BERT, Qwen 2).
  package var attentionBias: Bool
  /// True where the output layer is the embedding (`tie_word_embeddings`).
  package var tiedHead: Bool

  /// Whether a token sees only itself and the tokens before it, and an output layer predicts the next token; an encoder's
  /// tokens see all tokens.
  package var isDecoder: Bool { family.isDecoder }

  package init(
    family: Family, hiddenSize: Int, layers: Int, heads: Int, keyValueHeads: Int, headSize: Int,
    intermediateSize: Int, vocabularySize: Int, maximumPositions: Int, tokenTypes: Int = 0, normEpsilon: Double,
    rotaryBase: Double = 0, rotaryScaling: RotaryScaling? = nil, attentionBias: Bool, tiedHead: Bool
  ) {
    (self.family, self.hiddenSize, self.layers, self.heads) = (family, hiddenSize, layers, heads)
    (self.keyValueHeads, self.headSize, self.intermediateSize) = (keyValueHeads, headSize, intermediateSize)
    (self.vocabularySize, self.maximumPositions, self.tokenTypes) = (vocabularySize, maximumPositions, tokenTypes)
    (self.normEpsilon, self.rotaryBase, self.rotaryScaling) = (normEpsilon, rotaryBase, rotaryScaling)
    (self.attentionBias, self.tiedHead) = (attentionBias, tiedHead)
  }
}
