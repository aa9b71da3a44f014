// A metric as a function of weights on the examples: with all weights 1 it is the point value, with the multiplicities
// of a resample it is one draw of the bootstrap. One piece of code computes both.

/// A number computed from weighted examples.
public protocol Statistic: Sendable {
  /// How many examples it is computed from.
  var count: Int { get }
  /// Its value where example i counts `weights[i]` times: whole numbers whose sum is `count`.
  func score(weights: [Double]) -> Score
}

extension Statistic {
  /// Its value where every example counts once.
  public var score: Score {
    count == 0 ? .undefined("no examples") : score(weights: [Double](repeating: 1, count: count))
  }
}

/// The mean of one number for each example.
public struct Mean: Statistic {
  /// [example] The numbers.
  public let values: [Double]
  /// The mean of `values`.
  public init(_ values: [Double]) { self.values = values }

  /// How many numbers there are.
  public var count: Int { values.count }

  /// The weighted mean; complexity O(count).
  public func score(weights: [Double]) -> Score {
    var sum = 0.0
    for index in values.indices { sum += weights[index] * values[index] }
    return .value(sum / Double(count))
  }
}

/// A statistic that has no value here, and says why.
public struct Undefined: Statistic {
  /// How many examples there were.
  public let count: Int
  /// Why there is no value.
  public let reason: String
  /// No value, for `reason`.
  public init(count: Int, _ reason: String) { (self.count, self.reason) = (count, reason) }
  /// No value, whatever the weights.
  public func score(weights: [Double]) -> Score { .undefined(reason) }
}
