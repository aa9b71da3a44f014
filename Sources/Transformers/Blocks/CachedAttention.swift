// Attention of new tokens to all that came before them in their texts, whose keys and values are in caches. Each weight and
// each sum is computed in the order of the pass over whole texts, so both give the same bits.
import Arrays

extension Attention {
  /// The context (rows, heads * headSize) of q (rows, heads * headSize) with k and v (all rows, keyValueHeads * headSize),
  /// which are put into the caches of the pass first.
  ///
  /// - Parameters:
  ///   - layer: the block.
  ///   - pass: on the queries' rows.
  func forward(
    _ q: Activations, _ k: Activations, _ v: Activations, inCachesOf layer: Int, _ pass: Pass
  ) -> (context: Activations, tape: Tape) {
    let context = pass.activation(queryWidth)
    var weights = Weights(self, nil, nil, pass)
    let group = heads / keyValueHeads
    for (sequence, cache) in pass.caches.enumerated() {
      let rows = pass.batch.rows(of: sequence)
      let start = rows.lowerBound * keyWidth
      cache.put(k + start, v + start, rows: rows.count, layer: layer)
      for head in 0..<keyValueHeads {
        let (keys, values) = cache.head(head, layer: layer)
        weights.keys = keys
        let queryHeads = head * group..<(head + 1) * group
        if pass.selection.ranges[sequence].count == 1 && group <= AttentionBlock.size {
          attend(q, queryHeads, sequence, cache, values: values, weights, into: context, pass)
        } else {
          for queryHead in queryHeads {
            forEachBlock(ofHead: queryHead, sequence, cache, pass) { block in
              weights.set(block, q, again: false)
              multiplySmall(
                rows: block.queries, columns: headSize, inner: block.keys.count, weights.p, aRow: block.stride,
                aInner: 1, values + block.keys.lowerBound * headSize, bRow: headSize, into: context + block.query,
                cRow: queryWidth)
            }
          }
        }
      }
    }
    return (context, Tape(q: q, k: k, v: v, distances: nil, normalizations: nil))
  }

  /// The context of a text's only query, for the heads that share keys and values: their products are those of a matrix
  /// with a row for each head.
  private func attend(
    _ q: Activations, _ heads: Range<Int>, _ sequence: Int, _ cache: KeyValueCache, values: Activations,
    _ weights: Weights, into context: Activations, _ pass: Pass
  ) {
    var first: AttentionBlock?
    for (row, head) in heads.enumerated() {
      forEachBlock(ofHead: head, sequence, cache, pass) { block in
        if row == 0 {
          first = block
          multiplySmall(
            rows: heads.count, columns: block.stride, inner: headSize, q + block.query, aRow: headSize, aInner: 1,
            weights.keys + block.keys.lowerBound, bRow: block.wholeStride, into: weights.p, cRow: block.stride)
        }
        weights.finish(weights.p + row * block.stride, of: 0, block, nil, again: false)
      }
    }
    guard let first else { return }
    multiplySmall(
      rows: heads.count, columns: headSize, inner: first.keys.count, weights.p, aRow: first.stride, aInner: 1,
      values + first.keys.lowerBound * headSize, bRow: headSize, into: context + first.query, cRow: headSize)
  }

  /// Calls `body` for the blocks of queries of one head of one sequence.
  private func forEachBlock(
    ofHead head: Int, _ sequence: Int, _ cache: KeyValueCache, _ pass: Pass, _ body: (AttentionBlock) -> Void
  ) {
    let asking = pass.selection.ranges[sequence]
    let first = cache.count + asking.lowerBound - pass.batch.rows(of: sequence).lowerBound
    for start in stride(from: 0, to: asking.count, by: AttentionBlock.size) {
      let (count, position) = (min(AttentionBlock.size, asking.count - start), first + start)
      let end = position + count
      let row = pass.selection.starts[sequence] + start
      body(
        AttentionBlock(
          sequence: sequence, head: head, tokens: cache.capacity, branches: [], queries: count, position: position,
          keys: keys(of: position..<end, tokens: end, isFirst: false, hasBranches: false), row: row,
          query: row * queryWidth + head * headSize, start: 0, key: 0,
          isFirst: start == 0, isLast: start + count == asking.count, adds: false))
    }
  }
}
