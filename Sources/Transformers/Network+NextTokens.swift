// A decoder that writes: it reads a prompt once and then one row for each token.
import Arrays

extension Network {
  /// The logits (sequences, vocabulary) of the token after each sequence, in the arena. The batch has the tokens that
  /// follow those in the caches, and the caches hold them afterwards. The logits are those of a pass over the whole
  /// sequences, bit for bit.
  ///
  /// - Parameters:
  ///   - caches: one for each sequence.
  ///   - head: the output layer.
  /// - Precondition: a decoder from its embeddings on; with several members as for `logits`.
  package func nextTokenLogits(
    _ batch: PackedBatch, caches: [KeyValueCache], head: ContinuationHead, parameters: UnsafePointer<Float>,
    members: Members = .one, dropout: Dropout? = nil, arena: Arena
  ) -> UnsafeMutablePointer<Float> {
    precondition(architecture.isDecoder && blocks.count == architecture.layers, "not a whole decoder")
    precondition(members.count == 1 || !input.isTrained, "several members, and a trained base")
    precondition(
      caches.count == batch.count && caches.map(\.count) == batch.cachedTokens, "caches of other sequences")
    var pass = Pass(
      parameters: parameters, gradients: nil, arena: arena, batch: batch, members: members, dropout: dropout)
    pass.caches = caches
    let last = pass.on(RowSelection((0..<batch.count).map { batch.rows(of: $0).suffix(1) }))
    let logits = head.vocabularyLogits(hidden(pass, read: last), last).logits
    for (sequence, cache) in caches.enumerated() { cache.count += batch.rows(of: sequence).count }
    return logits
  }
}
