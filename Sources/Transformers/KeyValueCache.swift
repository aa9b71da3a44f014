// The keys and values of a decoder's text so far, of all blocks: the next token then costs one row instead of the whole
// text again.
import Arrays

/// The keys and values of one text, as the attention of every block has computed them (behind norms and rotation).
///
/// Unchecked, because it holds a pointer; one thread at a time uses a cache.
package final class KeyValueCache: @unchecked Sendable {
  /// How many tokens it holds.
  package internal(set) var count = 0
  /// How many it has room for: a multiple of sixteen, so that rows of keys have no tail.
  let capacity: Int
  private let layers, heads, headSize: Int
  /// [layer, head] The keys (headSize, capacity), transposed as the products read them, then the values (capacity,
  /// headSize).
  private let values: UnsafeMutablePointer<Float>

  /// An empty cache with room for `tokens`.
  package convenience init(_ architecture: Architecture, tokens: Int) {
    self.init(
      layers: architecture.layers, heads: architecture.keyValueHeads, headSize: architecture.headSize, tokens: tokens)
  }

  private init(layers: Int, heads: Int, headSize: Int, tokens: Int) {
    capacity = AttentionBlock.stride(tokens)
    (self.layers, self.heads, self.headSize) = (layers, heads, headSize)
    values = .allocate(capacity: layers * heads * 2 * capacity * headSize)
  }

  deinit { values.deallocate() }

  /// [byte] What a cache with room for `tokens` takes.
  package static func bytes(_ architecture: Architecture, tokens: Int) -> Int {
    architecture.layers * architecture.keyValueHeads * 2 * AttentionBlock.stride(tokens) * architecture.headSize
      * MemoryLayout<Float>.stride
  }

  /// A cache of the same size and content, for another continuation of the same text.
  package func copy() -> KeyValueCache {
    let copy = KeyValueCache(layers: layers, heads: heads, headSize: headSize, tokens: capacity)
    copy.count = count
    for part in 0..<layers * heads {
      let (old, new) = (values + part * 2 * capacity * headSize, copy.values + part * 2 * capacity * headSize)
      for row in 0..<headSize { (new + row * capacity).update(from: old + row * capacity, count: count) }
      (new + capacity * headSize).update(from: old + capacity * headSize, count: count * headSize)
    }
    return copy
  }

  /// Forgets all but the first `tokens`.
  package func keep(_ tokens: Int) { count = min(count, tokens) }

  /// The keys (headSize, capacity) and values (capacity, headSize) of a head.
  func head(_ head: Int, layer: Int) -> (keys: Activations, values: Activations) {
    let keys = values + (layer * heads + head) * 2 * capacity * headSize
    return (keys, keys + capacity * headSize)
  }

  /// Puts k and v (rows, heads * headSize) behind the tokens that it holds. `count` stays, since other blocks follow.
  func put(_ k: Activations, _ v: Activations, rows: Int, layer: Int) {
    precondition(count + rows <= capacity, "\(count) and \(rows) tokens in a cache of \(capacity)")
    for head in 0..<heads {
      let (keys, values) = self.head(head, layer: layer)
      for row in 0..<rows {
        let start = (row * heads + head) * headSize
        for index in 0..<headSize { keys[index * capacity + count + row] = k[start + index] }
        (values + (count + row) * headSize).update(from: v + start, count: headSize)
      }
    }
  }
}
