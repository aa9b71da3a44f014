// Cuts work into parts that depend on the work alone, never on the number of threads, so that sums over the parts are the
// same whoever computes them.

/// Contiguous ranges of 0..<lengths.count with about `budget` tokens each; an even number of them where there is enough,
/// so that two threads finish together.
///
/// - Parameters:
///   - lengths: tokens of each item.
///   - budget: tokens of one part: enough rows for a matrix product to run at its full rate, few enough that the
///     activations stay near the processor.
package func microbatches(lengths: [Int], budget: Int) -> [Range<Int>] {
  guard !lengths.isEmpty else { return [] }
  let total = lengths.reduce(0, +)
  let wanted = min(lengths.count, 2 * max(1, (total + 2 * budget - 1) / (2 * budget)))
  var (parts, start, sum) = ([Range<Int>](), 0, 0)
  for (index, length) in lengths.enumerated() {
    sum += length
    let left = lengths.count - index - 1
    let due = sum * wanted >= total * (parts.count + 1)
    // Close a part when its share is reached, or when the items left are just enough for the parts left.
    if index + 1 == lengths.count || (parts.count + 1 < wanted && (due || left == wanted - parts.count - 1)) {
      parts.append(start..<index + 1)
      start = index + 1
    }
  }
  return parts
}
