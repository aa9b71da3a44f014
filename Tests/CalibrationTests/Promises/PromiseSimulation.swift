// How often promises hold: labelled rows are drawn again and again from a population whose truth is known.
import Arrays
import Calibration
import Foundation

/// Repeated draws of labelled rows from labelled rows of one method.
///
/// The population is the rows themselves: drawn with replacement, labelled rows are independent of each other, and every
/// promise can be checked exactly on all rows. Sets are also checked on the other rows of a split.
struct PromiseSimulation {
  /// How often everything is repeated.
  var repeats = 1000
  /// The number of labelled rows in each draw.
  let labelled: Int
  /// The number of new rows without labels, for the shares.
  let new: Int
  /// The population, under the temperature.
  let population: Outcomes
  /// [row] The random part of each row.
  let randomParts: [Double]
  /// Other rows under the same temperature, for the order of thresholds.
  let calibration: Mixture
  let coverage = 0.9
  let target = RiskTarget(risk: 0.05, delta: 0.05)

  /// What was seen of sets of one kind.
  struct Sets {
    /// The mean coverage of the other rows of a split.
    var coverage = 0.0
    /// The mean number of classes.
    var size = 0.0
    /// The share of draws whose coverage of the population is in the 90 % band.
    var inBand = 0.0
  }

  /// What was seen of the answers.
  struct Answers {
    /// The share of draws with a threshold.
    var found = 0.0
    /// The mean share of the population that is answered; 0 where there is no threshold.
    var answered = 0.0
    /// The share of draws whose risk in the population is above the target.
    var broken = 0.0
    /// The same if the lowest threshold whose bound is low enough is taken among all, without an order.
    var brokenWithoutOrder = 0.0
  }

  /// What was seen of the shares.
  struct Shares {
    /// [class] The share of draws whose 95 % interval holds the population's share.
    var held: [Double]
    /// The mean width of the intervals, as a share of the width that labels alone would give.
    var width = 0.0
  }

  func stream(_ repeated: Int) -> RandomStream { RandomStream(seed: UInt64(repeated), purpose: .test) }

  /// Rows drawn with replacement; `offset` begins other draws of the same repeat.
  private func drawn(_ count: Int, _ repeated: Int, offset: Int = 0) -> [Int] {
    let stream = RandomStream(seed: UInt64(repeated), purpose: .test, place: (1, UInt32(offset)))
    return (0..<count).map { stream.integer($0, below: population.count) }
  }

  private func outcomes(_ rows: [Int]) -> Outcomes {
    Outcomes(population.mixture.selecting(rows), labels: rows.map { Int32(population.labels[$0]) })
  }

  private func rule(_ rows: [Int], _ score: ConformalScore) throws -> ConformalSets {
    try ConformalSets(outcomes(rows), randomParts: rows.map { randomParts[$0] }, score: score, coverage: coverage)
  }

  /// Sets with `score`. Throws `TooFewRows`.
  func sets(_ score: ConformalScore) throws -> Sets {
    let mixture = population.mixture
    let scores = (0..<population.count).map {
      score.scores(Array(mixture.probabilities[mixture.row($0)]), randomPart: randomParts[$0])
    }
    let own = scores.indices.map { scores[$0][population.labels[$0]] }
    var seen = Sets()
    for repeated in 0..<repeats {
      let order = stream(repeated).permutation(population.count)
      let split = try rule(Array(order.prefix(labelled)), score).thresholds[0]
      let others = order.dropFirst(labelled)
      seen.coverage += Double(others.count { own[$0] <= split }) / Double(others.count * repeats)
      let classes = others.reduce(0) { $0 + scores[$1].count { $0 <= split } }
      seen.size += Double(classes) / Double(others.count * repeats)
      let rule = try rule(drawn(labelled, repeated), score)
      let realised = Double(own.count { $0 <= rule.thresholds[0] }) / Double(population.count)
      seen.inBand += rule.coverages[0].band()!.contains(realised) ? 1 / Double(repeats) : 0
    }
    return seen
  }

  /// Answers with the target risk.
  func answers() -> Answers {
    let order = ThresholdOrder(calibration: calibration, testRows: labelled, target)
    var seen = Answers()
    func isBroken(_ threshold: Double) -> Bool {
      let answered = population.confidences.indices.filter { population.confidences[$0] >= threshold }
      let errors = answered.reduce(0) { $0 + 1 - population.correct[$1] }
      return errors > target.risk * Double(answered.count)
    }
    for repeated in 0..<repeats {
      let outcomes = outcomes(drawn(labelled, repeated))
      if let found = try? SelectiveAnswering(outcomes, order, target) {
        seen.found += 1 / Double(repeats)
        seen.answered +=
          Double(population.confidences.count { $0 >= found.threshold }) / Double(population.count * repeats)
        seen.broken += isBroken(found.threshold) ? 1 / Double(repeats) : 0
      }
      if let threshold = lowestThreshold(outcomes), isBroken(threshold) {
        seen.brokenWithoutOrder += 1 / Double(repeats)
      }
    }
    return seen
  }

  /// The lowest confidence whose bound is low enough, whatever the higher ones say: not a valid rule.
  private func lowestThreshold(_ outcomes: Outcomes) -> Double? {
    let rows = outcomes.confidences.indices.sorted { outcomes.confidences[$0] > outcomes.confidences[$1] }
    var (errors, lowest) = (0, nil as Double?)
    for (rank, row) in rows.enumerated() {
      errors += outcomes.correct[row] == 1 ? 0 : 1
      let bounds = BinomialBounds(successes: errors, trials: rank + 1)
      if bounds.atMost(ifShareIs: target.risk) <= target.delta { lowest = outcomes.confidences[row] }
    }
    return lowest
  }

  /// Shares with 95 % intervals.
  func shares() -> Shares {
    let truth = (0..<population.mixture.choices).map { index in
      Double(population.labels.count { $0 == index }) / Double(population.count)
    }
    var seen = Shares(held: truth.map { _ in 0 })
    for repeated in 0..<repeats {
      let outcomes = outcomes(drawn(labelled, repeated))
      var moments = ForecastMoments(quantities: truth.count)
      moments.add(population.mixture.selecting(drawn(new, repeated, offset: 1)))
      for (index, share) in PoweredShares(outcomes, new: moments).shares.enumerated() {
        seen.held[index] += share.interval.contains(truth[index]) ? 1 / Double(repeats) : 0
        seen.width += (Double(labelled) / share.effectiveRows).squareRoot() / Double(repeats * truth.count)
      }
    }
    return seen
  }
}
