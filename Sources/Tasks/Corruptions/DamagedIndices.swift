// Which units of a text (letters, words, choices) are damaged at a severity.
import Arrays

/// The indices below `count` that are damaged: those whose uniform number is below the rate of the severity. The rate
/// grows with the severity and the numbers stay, so that a higher severity damages everything that a lower one does.
/// - Parameter sparesOne: Never damage the index with the largest number, at any severity.
func damagedIndices(
  _ count: Int, rates: [Float], severity: Int, _ stream: RandomStream, sparesOne: Bool = false
) -> Set<Int> {
  let draws = (0..<count).map { stream.uniform(2 * $0) }
  let spared = sparesOne ? draws.indices.max { draws[$0] < draws[$1] } : nil
  return Set(draws.indices.filter { $0 != spared && draws[$0] < rates[severity - 1] })
}

/// A random integer below `bound` for `index`, independent of whether the index is damaged.
func variant(_ index: Int, below bound: Int, _ stream: RandomStream) -> Int {
  min(Int(stream.uniform(2 * index + 1) * Float(bound)), bound - 1)
}
