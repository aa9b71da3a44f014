// Sets of classes that hold the right one as often as asked for (split conformal prediction: Vovk, Gammerman and Shafer
// 2005; Papadopoulos et al. 2002). Nothing is assumed of the forecasts; labelled and new rows must be exchangeable, and
// the labelled rows must have chosen neither weights nor temperature.
import Foundation

/// There are fewer labelled rows than a promise needs.
package struct TooFewRows: Error, Equatable, Sendable {
  /// How many it needs.
  package let needed: Int
  /// How many there are.
  package let found: Int
  /// The class whose rows they are, if every class has a promise of its own.
  package let label: Int?
}

/// The promise of a set: the wanted coverage, and what it becomes for a limited number of labelled rows.
package struct ConformalCoverage: Equatable, Sendable {
  /// The share of sets that are to hold the right class, between 0 and 1.
  package let wanted: Double
  /// The number of labelled rows.
  package let rows: Int

  /// Traps unless `wanted` is between 0 and 1.
  package init(_ wanted: Double, rows: Int) {
    precondition(wanted > 0 && wanted < 1 && rows >= 0, "coverage \(wanted), \(rows) rows")
    (self.wanted, self.rows) = (wanted, rows)
  }

  /// The fewest rows for which the quantile is finite: coverage / (1 - coverage), rounded up.
  package static func neededRows(_ wanted: Double) -> Int { Int((wanted / (1 - wanted) - rounding).rounded(.up)) }

  /// The rank of the score that is the quantile, ceil((rows + 1) wanted), from 1; beyond `rows`, the quantile is
  /// infinite.
  package var rank: Int { Int((Double(rows + 1) * wanted - Self.rounding).rounded(.up)) }

  /// Where the coverage of these labelled rows itself lies, with probability `probability`: it varies with the choice of
  /// the rows and has a Beta(rank, rows + 1 - rank) distribution (Vovk 2012, arXiv:1209.2673) if no scores are equal.
  /// Nil where there are too few rows.
  package func band(_ probability: Double = 0.9) -> ClosedRange<Double>? {
    guard rank <= rows else { return nil }
    let law = BetaDistribution(Double(rank), Double(rows + 1 - rank))
    return law.quantile((1 - probability) / 2)...law.quantile((1 + probability) / 2)
  }

  /// Binary products such as 30 * 0.9 are slightly more than the integer that they mean.
  private static let rounding = 1e-9
}

/// The rule that makes a set of classes of a forecast.
package struct ConformalSets: Equatable, Sendable {
  /// What a promise is about.
  package enum Scope: Equatable, Sendable {
    /// All rows together.
    case allRows
    /// The rows of each class by themselves (Mondrian; Vovk et al. 2005, sec. 4.5): a rare class is covered as often as
    /// a frequent one.
    case eachClass
  }

  /// The score.
  package let score: ConformalScore
  /// [class] The largest score of a class that belongs to a set; a single value where it is the same for all.
  package let thresholds: [Double]
  /// [class] The coverage and the rows behind each threshold.
  package let coverages: [ConformalCoverage]

  /// Finds the thresholds.
  ///
  /// - Parameters:
  ///   - outcomes: rows that chose neither weights nor temperature.
  ///   - randomParts: [row] From `ConformalScore.randomParts`; all 1 for sets without randomisation.
  ///   - coverage: between 0 and 1.
  /// - Throws: `TooFewRows` where a quantile would be infinite, so that every class would belong to every set.
  package init(
    _ outcomes: Outcomes, randomParts: [Double], score: ConformalScore, coverage: Double, scope: Scope = .allRows
  ) throws(TooFewRows) {
    precondition(randomParts.count == outcomes.count, "\(randomParts.count) random parts of \(outcomes.count) rows")
    let classes = scope == .eachClass ? outcomes.mixture.choices : 1
    var scores = [[Double]](repeating: [], count: classes)
    for (row, label) in outcomes.labels.enumerated() {
      let own = score.scores(
        Array(outcomes.mixture.probabilities[outcomes.mixture.row(row)]), randomPart: randomParts[row])
      scores[scope == .eachClass ? label : 0].append(own[label])
    }
    self.score = score
    coverages = scores.map { ConformalCoverage(coverage, rows: $0.count) }
    var thresholds: [Double] = []
    for (index, own) in scores.enumerated() {
      guard coverages[index].rank <= own.count else {
        throw TooFewRows(
          needed: ConformalCoverage.neededRows(coverage), found: own.count, label: scope == .eachClass ? index : nil)
      }
      thresholds.append(own.sorted()[coverages[index].rank - 1])
    }
    self.thresholds = thresholds
  }

  /// The classes in the set of one forecast, by index; a set may be empty.
  ///
  /// - Parameters:
  ///   - probabilities: [class]
  ///   - randomPart: from `ConformalScore.randomParts`, as in the initialiser.
  package func set(_ probabilities: [Double], randomPart: Double) -> [Int] {
    score.scores(probabilities, randomPart: randomPart).enumerated()
      .filter { $0.element <= thresholds[thresholds.count == 1 ? 0 : $0.offset] }.map(\.offset)
  }
}
