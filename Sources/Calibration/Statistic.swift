// A metric as a function of weights on the examples: with all weights 1 it is the point value, with the multiplicities
// of a resample it is one draw of the bootstrap. One piece of code computes both.

/// A number computed from weighted examples.
package protocol Statistic: Sendable {
  /// How many examples it is computed from.
  var count: Int { get }
  /// Its value where example i counts `weights[i]` times: whole numbers whose sum is `count`.
  func score(weights: [Double]) -> Score
}

extension Statistic {
  /// Its value where every example counts once.
  package var score: Score {
    count == 0 ? .undefined("no examples") : score(weights: [Double](repeating: 1, count: count))
  }
}

/// The mean of one number for each example.
package struct Mean: Statistic {
  /// [example] The numbers.
  package let values: [Double]
  /// The mean of `values`.
  package init(_ values: [Double]) { self.values = values }

  /// How many numbers there are.
  package var count: Int { values.count }

  /// The weighted mean; complexity O(count).
  package func score(weights: [Double]) -> Score {
    var sum = 0.0
    for index in values.indices { sum += weights[index] * values[index] }
    return .value(sum / Double(count))
  }
}

/// A statistic that has no value here, and says why.
package struct Undefined: Statistic {
  /// How many examples there were.
  package let count: Int
  /// Why there is no value.
  package let reason: String
  /// No value, for `reason`.
  package init(count: Int, _ reason: String) { (self.count, self.reason) = (count, reason) }
  /// No value, whatever the weights.
  package func score(weights: [Double]) -> Score { .undefined(reason) }
}
