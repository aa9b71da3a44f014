// Scores of predictions whose choices are numbers, such as grades: the order and the distance of the choices count.
import Foundation

extension Outcomes {
  /// The mean continuous ranked probability score, Σ_i p_i |x_i - y| - ½ Σ_ij p_i p_j |x_i - x_j| (Gneiting and Raftery
  /// 2007), in the unit of the values. For a certain prediction it is the absolute error.
  ///
  /// - Parameter values: [choice] The number that each choice is.
  package func rankedProbabilityScore(values: [Double]) -> Mean {
    Mean(
      labels.enumerated().map { example, label in
        let p = probabilities(of: example)
        let error = zip(p, values).reduce(0) { $0 + $1.0 * abs($1.1 - values[label]) }
        let spread = p.indices.reduce(0) { sum, i in
          sum + p.indices.reduce(0) { $0 + p[i] * p[$1] * abs(values[i] - values[$1]) }
        }
        return error - spread / 2
      })
  }

  /// The mean distance between the median of the prediction and the right number.
  package func medianError(values: [Double]) -> Mean {
    Mean(labels.enumerated().map { abs(quantile(0.5, of: $0, values) - values[$1]) })
  }

  /// The share of examples whose right number is in the central interval of that probability. The ends are choices, so the
  /// interval holds at least this probability, and often more.
  package func coverage(_ level: Double, values: [Double]) -> Mean {
    Mean(
      labels.enumerated().map { example, label in
        let ends = [(1 - level) / 2, (1 + level) / 2].map { quantile($0, of: example, values) }
        return ends[0] <= values[label] && values[label] <= ends[1] ? 1 : 0
      })
  }

  private func probabilities(of example: Int) -> [Double] { Array(mixture.probabilities[mixture.row(example)]) }

  /// The smallest value up to which the predicted probability is at least `share`.
  private func quantile(_ share: Double, of example: Int, _ values: [Double]) -> Double {
    let p = probabilities(of: example)
    let order = values.indices.sorted { values[$0] < values[$1] }
    var sum = 0.0
    for choice in order {
      sum += p[choice]
      // The sum of all may be below 1 by rounding.
      if sum >= share - 1e-12 { return values[choice] }
    }
    return values[order[order.count - 1]]
  }
}
