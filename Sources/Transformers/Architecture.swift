// What a network computes, as values: sizes, and for each part which of the field's variants it has. A model type reads
// them from config.json; the network is built from them and never asks which model type it has before it.
import JSON

/// What a network computes.
package struct Architecture: Equatable, Sendable {
  // MARK: Sizes

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
  /// Token types; 0 where the network has none.
  package var tokenTypes = 0

  // MARK: Blocks

  /// Whether a token sees only itself and the tokens before it, and an output layer predicts the next token; an encoder's
  /// tokens see all tokens.
  package var isDecoder: Bool
  /// Where the norms stand.
  package var placement: Placement
  /// What every norm computes.
  package var norm: NormKind
  /// Added to the variance in every norm.
  package var normEpsilon: Double
  /// What the feed-forward part computes.
  package var feedForward: FeedForwardKind
  /// What the attention part computes.
  package var attention = AttentionKind()
  /// Rotary positions (Su et al. 2021, arXiv:2104.09864); nil without.
  package var rotary: Rotary?
  /// Rotary positions of the blocks with a window; nil where they have those of the others.
  package var windowRotary: Rotary?
  /// The blocks without rotary positions.
  package var blocksWithoutRotary: Set<Int> = []
  /// [layer] How far a block's tokens see: a token at distance `window` or more is hidden. Nil for no limit.
  package var windows: [Int?] = []
  /// What is added to the attention's scores by distance; nil for nothing.
  package var positionBias: PositionBias?
  /// The linear modules that have a bias.
  package var biases: Set<Module> = []
  /// Factor of what a part adds to the residual stream (Granite).
  package var residualScale = 1.0
  /// Whether all blocks are the same block (ALBERT).
  package var sharesBlocks = false

  // MARK: Input and output

  /// Factor of the word embeddings (Gemma).
  package var embeddingScale = 1.0
  /// Width of the embeddings where they are projected to `hiddenSize` (ELECTRA, ALBERT); nil where they have that width.
  package var embeddingSize: Int?
  /// Whether the output layer is the embedding (`tie_word_embeddings`).
  package var tiedHead = false
  /// Whether the output layer has a bias.
  package var outputBias = false
  /// Factor of the logits (Granite, Cohere).
  package var logitScale = 1.0
  /// The logits z become cap tanh(z / cap) (Gemma 2); nil for no cap.
  package var logitCap: Double?

  // MARK: Checkpoints

  /// What the tensors are called, and how they are stored.
  package var names: TensorNames
  /// The modules that LoRA adapts unless others are named, as in PEFT.
  package var defaultTargets: [String]
  /// The members of config.json that all this was read from.
  package var configuration: [String: JSON] = [:]
}
