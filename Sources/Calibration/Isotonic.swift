// Isotonic regression by pooling adjacent violators (Ayer et al. 1955; Barlow et al. 1972): the non-decreasing values with
// the smallest squared distance, which are optimal for every proper score.

/// A non-decreasing step function of one variable.
package struct IsotonicFit: Equatable, Sendable {
  /// A step, from the smallest to the largest position that was fitted in it.
  package struct Step: Equatable, Sendable {
    package let lower: Double
    package private(set) var upper: Double
    /// The sum of its weights.
    package private(set) var mass: Double
    /// The sum of weights times values.
    fileprivate var sum: Double
    /// The weighted mean of the values.
    package var value: Double { sum / mass }

    fileprivate init(_ position: Double, mass: Double, sum: Double) {
      (lower, upper, self.mass, self.sum) = (position, position, mass, sum)
    }

    fileprivate mutating func take(_ next: Step) {
      upper = next.upper
      mass += next.mass
      sum += next.sum
    }
  }

  /// The steps in ascending order, with ascending values.
  package private(set) var steps: [Step] = []

  /// The fit of `values` at `positions`; values at equal positions are pooled first. Complexity O(n log n).
  package init(_ positions: [Double], _ values: [Double]) {
    let ranks = RankOrder(descending: positions)
    self.init(ranks, positions, values, weights: [Double](repeating: 1, count: values.count))
  }

  /// The same with sorted positions, and the values weighted; those with weight 0 count not at all.
  init(_ ranks: RankOrder, _ positions: [Double], _ values: [Double], weights: [Double]) {
    for block in ranks.blocks.indices.dropLast().reversed() {
      let members = ranks.order[ranks.blocks[block]..<ranks.blocks[block + 1]]
      let mass = members.reduce(0) { $0 + weights[$1] }
      guard mass > 0 else { continue }
      let sum = members.reduce(0) { $0 + weights[$1] * values[$1] }
      steps.append(Step(positions[members[members.startIndex]], mass: mass, sum: sum))
      while steps.count > 1, steps[steps.count - 2].value >= steps[steps.count - 1].value {
        let last = steps.removeLast()
        steps[steps.count - 1].take(last)
      }
    }
  }

  /// The value at `position`, linear between two steps and constant beyond the first and the last.
  package func value(at position: Double) -> Double {
    // The first step that does not end before it.
    var (low, high) = (0, steps.count)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].upper < position { low = middle + 1 } else { high = middle }
    }
    guard low < steps.count else { return steps[steps.count - 1].value }
    guard low > 0, position < steps[low].lower else { return steps[low].value }
    let (left, right) = (steps[low - 1], steps[low])
    let share = (position - left.upper) / (right.lower - left.upper)
    return left.value + share * (right.value - left.value)
  }
}
