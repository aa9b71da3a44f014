// Divides work into parts. The division depends on the work alone, never on the number of threads, so that sums over the
// parts are the same on any number of threads.

/// Divides the items 0..<lengths.count into parts of about `budget` tokens. There is an even number of parts if there are
/// enough items, so that two threads finish together. Each item, from the longest to the shortest, goes into the part with
/// the fewest tokens (Graham 1969, "Bounds on multiprocessing timing anomalies": longest processing time first). Within a
/// part, the items keep their order.
///
/// - Parameters:
///   - lengths: tokens of each item.
///   - budget: tokens of one part: enough rows for a matrix product to run at its full rate, but few enough for the
///     activations to stay in the processor's cache.
package func microbatches(lengths: [Int], budget: Int) -> [[Int]] {
  guard !lengths.isEmpty else { return [] }
  let pairs = max(1, (lengths.reduce(0, +) + 2 * budget - 1) / (2 * budget))
  var parts = [[Int]](repeating: [], count: min(lengths.count, 2 * pairs))
  var tokens = parts.map { _ in 0 }
  for item in lengths.indices.sorted(by: { (lengths[$1], $0) < (lengths[$0], $1) }) {
    let least = tokens.indices.min { tokens[$0] < tokens[$1] }!
    parts[least].append(item)
    tokens[least] += lengths[item]
  }
  return parts.map { $0.sorted() }
}
