// Sums of statistics over the same examples: differences, means over corruptions, areas under a curve of severity.

/// A weighted sum of statistics of the same examples, resampled together.
public struct LinearCombination: Statistic {
  private let terms: [(coefficient: Double, statistic: any Statistic)]

  /// The sum of coefficient times statistic; all statistics are about the same examples in the same order.
  public init(_ terms: [(coefficient: Double, statistic: any Statistic)]) {
    precondition(Set(terms.map(\.statistic.count)).count == 1, "counts \(terms.map(\.statistic.count))")
    self.terms = terms
  }

  /// The area between the curve and its value at the first position, by the trapezoid rule, divided by the curve's width:
  /// how much the statistic changes along the curve, on average.
  public init(areaUnderDegradation curve: [(position: Double, statistic: any Statistic)]) {
    precondition(curve.count > 1, "a curve of \(curve.count) points")
    let width = curve[curve.count - 1].position - curve[0].position
    var coefficients = curve.indices.map { index in
      let before = index > 0 ? curve[index].position - curve[index - 1].position : 0
      let after = index + 1 < curve.count ? curve[index + 1].position - curve[index].position : 0
      return (before + after) / 2 / width
    }
    coefficients[0] -= 1
    self.init(zip(coefficients, curve).map { ($0, $1.statistic) })
  }

  /// The number of examples.
  public var count: Int { terms[0].statistic.count }

  /// The sum, or the first reason why a term has no value.
  public func score(weights: [Double]) -> Score {
    var sum = 0.0
    for term in terms {
      switch term.statistic.score(weights: weights) {
      case .value(let value): sum += term.coefficient * value
      case .undefined(let reason): return .undefined(reason)
      }
    }
    return .value(sum)
  }
}
