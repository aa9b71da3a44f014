// Which tensors a network consists of, by their Hugging Face names, and which of the names in a checkpoint mean them.

/// The names of a network's tensors, without `.weight` and `.bias`, and how checkpoints store some of them.
package struct TensorNames: Equatable, Sendable {
  /// What transformers puts before the names of the network inside a larger class: `bert.`, `model.`
  package var prefix: String
  /// Whether the names below have the prefix. Checkpoints are read with and without it.
  package var hasPrefix: Bool
  /// The first parts of the names without the prefix: a name that begins with one of them belongs to the network.
  package var roots: [String]
  /// Other spellings of a name's end in old checkpoints, each with the present one.
  package var oldEndings: [String: String] = [:]
  /// Ends of the names of tensors that hold no parameters but what every program computes for itself.
  package var buffers: [String] = []

  /// The embeddings of the tokens (vocabulary, embedding).
  package var words: String
  /// The learned positions (positions, embedding), if any.
  package var positions: String?
  /// The token types (types, embedding), if any.
  package var tokenTypes: String?
  /// The norm behind the embeddings, if any.
  package var embeddingNorm: String?
  /// The linear layer from the width of the embeddings to the hidden size, if any.
  package var embeddingProjection: String?
  /// The table of the position bias, if any: (buckets, heads), or distances (2 span, hidden).
  package var distances: String?
  /// The norm on the table of distances, if any.
  package var distanceNorm: String?

  /// A block; `#` stands for its index.
  package var block: String
  /// The linear modules, within the block.
  package var modules: [Architecture.Module: String]
  /// The norms on queries and keys, within the block, if any.
  package var queryNorm: String?
  package var keyNorm: String?
  /// The norm in front of attention, or for `post` the one behind it, within the block.
  package var attentionNorm: String?
  /// The norm behind attention for `sandwich` and `inner`, within the block.
  package var attentionOutputNorm: String?
  /// The norm in front of the feed-forward part, or for `post` the one behind it, within the block.
  package var feedForwardNorm: String?
  /// The norm behind the feed-forward part for `sandwich` and `inner`, within the block.
  package var feedForwardOutputNorm: String?
  /// The block whose first norm is missing (ModernBERT's first), if any.
  package var blockWithoutAttentionNorm: Int?
  /// The norm behind the last block, if any. A decoder's head reads it.
  package var finalNorm: String?
  /// The output layer (vocabulary, hidden) where it is not tied to `words`; nil for an encoder.
  package var outputLayer: String?

  /// Rows that a checkpoint's positions have in front of the first token's (RoBERTa: the id of padding, and 1).
  package var positionOffset = 0
  /// What is added to the scales of norms: Gemma stores them minus 1.
  package var normOffset: Float = 0
  /// Whether the matrices of blocks are stored as (inputs, outputs), as GPT-2's are.
  package var storesTransposed = false
}

extension TensorNames {
  /// The full name of a part of block `layer`.
  func name(of part: String, layer: Int) -> String { block.replacing("#", with: "\(layer)") + "." + part }
}

extension TensorNames {
  /// The name in the table for a name in a checkpoint; other tensors keep theirs.
  package func canonical(_ stored: String) -> String {
    var name = stored.hasPrefix(prefix) ? String(stored.dropFirst(prefix.count)) : stored
    if hasPrefix { return roots.contains(where: name.hasPrefix) ? prefix + name : stored }
    for (old, new) in oldEndings where name.hasSuffix(old) { name = name.dropLast(old.count) + new }
    return name
  }

  /// Both spellings of a name in the table, first the one with the prefix.
  package func spellings(_ canonical: String) -> [String] {
    hasPrefix
      ? [canonical, canonical.replacing(prefix, with: "", maxReplacements: 1)] : [prefix + canonical, canonical]
  }

  /// Whether a tensor of that name would take part in the computation.
  package func isInside(_ canonical: String) -> Bool {
    hasPrefix ? canonical.hasPrefix(prefix) : roots.contains(where: canonical.hasPrefix)
  }

  /// Whether a tensor holds no parameters: 0, 1, 2, ... or the rotary frequencies.
  package func isBuffer(_ canonical: String) -> Bool { buffers.contains(where: canonical.hasSuffix) }
}
