// The negative log-likelihood in two parts: what is left after the best calibrator (refinement: what the method knows),
// and what that calibrator takes away (calibration: how wrongly it says so); Berta et al. 2025, arXiv:2501.19195. A
// calibrator that is fitted on the examples that it is scored on would make the first too small, so each fold of the
// examples is scored with the calibrator of the others.
import Arrays

/// The negative log-likelihood after recalibration, and the part that it takes away.
package struct Refinement: Sendable {
  /// [example] -log p(label) after a temperature, mixed with a uniform distribution of one example's weight, that was
  /// fitted on the other folds. Undefined with a single fold, which has no others.
  package let refinement: any Statistic
  /// [example] -log p(label) minus that: below 0 where there is nothing to recalibrate.
  package let calibration: any Statistic

  /// Of `outcomes`; `folds` are the folds of the examples. Examples that belong together must be in one fold.
  package init(_ outcomes: Outcomes, folds: [Int]) {
    precondition(folds.count == outcomes.count, "\(folds.count) folds of \(outcomes.count) examples")
    guard Set(folds).count != 1 else {
      let none = Undefined(count: outcomes.count, "a single example cannot be divided into folds")
      (refinement, calibration) = (none, none)
      return
    }
    var values = [Double](repeating: 0, count: outcomes.count)
    for fold in Set(folds).sorted() {
      let (own, others) = (folds.indices.filter { folds[$0] == fold }, folds.indices.filter { folds[$0] != fold })
      let fit = Temperature.fit(outcomes.selecting(others)).value
      let scaled = outcomes.selecting(own).scaled(by: fit, uniform: 1 / Double(others.count + 1))
      for (example, value) in zip(own, scaled.negativeLogLikelihood.values) { values[example] = value }
    }
    refinement = Mean(values)
    calibration = Mean(zip(outcomes.negativeLogLikelihood.values, values).map { $0 - $1 })
  }

  /// [row] Five folds at random, in each of which clusters of examples are whole; `rows` is the number of consecutive rows
  /// of an example.
  package static func folds(_ clusters: Clusters, rows: Int, seed: UInt64) -> [Int] {
    let fold = RandomStream(seed: seed, purpose: .split).permutation(clusters.count).map { $0 % foldCount }
    return clusters.indices.flatMap { Array(repeating: fold[$0], count: rows) }
  }

  private static let foldCount = 5
}

extension Outcomes {
  fileprivate func selecting(_ rows: [Int]) -> Outcomes {
    Outcomes(mixture.selecting(rows), labels: rows.map { Int32(labels[$0]) })
  }

  fileprivate func scaled(by temperature: Double, uniform: Double) -> Outcomes {
    Outcomes(mixture.scaled(by: temperature).mixedWithUniform(uniform), labels: labels.map(Int32.init))
  }
}
