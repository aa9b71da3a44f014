// Which tensors a network consists of, by their Hugging Face names, and which of the names in a checkpoint mean them.

/// The names of a family's tensors, without `.weight` and `.bias`.
package struct TensorNames: Sendable {
  /// What transformers puts before the names of the network inside a larger class: `bert.`, `model.`
  package var prefix: String
  /// Whether the names below have the prefix. Checkpoints are read with and without it.
  package var hasPrefix: Bool
  /// The first parts of the names without the prefix: whatever begins with one of them belongs to the network.
  package var roots: [String]
  /// Other spellings of a name's end in old checkpoints, each with the present one.
  package var oldEndings: [String: String] = [:]
  /// Ends of the names of tensors that hold no parameters but what every program computes for itself.
  package var buffers: [String]

  /// The embeddings of the tokens (vocabulary, hidden).
  package var words: String
  /// The learned positions (positions, hidden), if any.
  package var positions: String?
  /// The token types (types, hidden), if any.
  package var tokenTypes: String?
  /// The norm behind the embeddings, if any.
  package var embeddingNorm: String?
  /// A block; `#` stands for its number from 0 on.
  package var block: String
  /// The linear modules, within the block.
  package var modules: [Architecture.Module: String]
  /// The norm of the attention part, within the block.
  package var attentionNorm: String
  /// The norm of the feed-forward part, within the block.
  package var feedForwardNorm: String
  /// The norm behind the last block, if any. It is read by a decoder's head.
  package var finalNorm: String?
  /// The output layer (vocabulary, hidden) where it is not tied to `words`; nil for an encoder.
  package var outputLayer: String?

  package init(
    prefix: String, hasPrefix: Bool, roots: [String], oldEndings: [String: String] = [:], buffers: [String] = [],
    words: String, positions: String? = nil, tokenTypes: String? = nil, embeddingNorm: String? = nil, block: String,
    modules: [Architecture.Module: String], attentionNorm: String, feedForwardNorm: String,
    finalNorm: String? = nil, outputLayer: String? = nil
  ) {
    (self.prefix, self.hasPrefix, self.roots) = (prefix, hasPrefix, roots)
    (self.oldEndings, self.buffers, self.words) = (oldEndings, buffers, words)
    (self.positions, self.tokenTypes, self.embeddingNorm) = (positions, tokenTypes, embeddingNorm)
    (self.block, self.modules, self.attentionNorm) = (block, modules, attentionNorm)
    (self.feedForwardNorm, self.finalNorm, self.outputLayer) = (feedForwardNorm, finalNorm, outputLayer)
  }

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
