// The error of a method on its most confident answers (El-Yaniv and Wiener 2010; Geifman and El-Yaniv 2017,
// arXiv:1705.08500). Answers are taken by decreasing confidence. Among equal confidences, the risk is the mean over all
// orders of them, so that the order of rows in a file changes nothing.

/// The share of wrong answers among the most confident ones.
package struct SelectiveRisk: Statistic {
  /// The summary of the curve of risk against coverage.
  package enum Summary: Equatable, Sendable {
    /// AURC: the mean of the risk over the coverages 1/N, 2/N, ..., 1.
    case area
    /// The risk when this share of the answers is taken, rounded up to an integer number of answers.
    case atCoverage(Double)
  }

  /// A point of the curve.
  package struct Point: Equatable, Sendable {
    /// The share of answers taken, above 0 and up to 1.
    package let coverage: Double
    /// The share of them that is wrong.
    package let risk: Double
  }

  private let summary: Summary
  private let ranks: RankOrder
  /// [rank] 1 if the answer is wrong.
  private let wrong: [Double]
  /// [n] The harmonic numbers up to that of `count`.
  private let harmonic: [Double]

  /// From the confidences of `outcomes`.
  package init(_ outcomes: Outcomes, _ summary: Summary) {
    self.init(confidences: outcomes.confidences, correct: outcomes.correct, summary)
  }

  /// From confidences; `correct` is 1 for a right answer and 0 for a wrong one.
  package init(confidences: [Double], correct: [Double], _ summary: Summary) {
    precondition(confidences.count == correct.count, "\(confidences.count) confidences, \(correct.count) outcomes")
    let ranks = RankOrder(descending: confidences)
    (self.summary, self.ranks) = (summary, ranks)
    wrong = ranks.order.map { 1 - correct[$0] }
    harmonic = Self.harmonicNumbers(to: correct.count)
  }

  /// [n] The harmonic numbers 1 + 1/2 + ... + 1/n.
  private static func harmonicNumbers(to last: Int) -> [Double] {
    (0..<last).reduce(into: [0]) { $0.append($0[$1] + 1 / Double($1 + 1)) }
  }

  /// The number of examples.
  package var count: Int { wrong.count }

  /// AURC, or the risk at a coverage, of the weighted examples; complexity O(count).
  package func score(weights: [Double]) -> Score {
    switch summary {
    case .area: .value(area(weights))
    case .atCoverage(let coverage): .value(risk(at: coverage, weights))
    }
  }

  /// The curve, with one point per distinct confidence.
  package var curve: [Point] {
    var (taken, errors) = (0.0, 0.0)
    return zip(ranks.blocks, ranks.blocks.dropFirst()).map { start, end in
      taken += Double(end - start)
      errors += wrong[start..<end].reduce(0, +)
      return Point(coverage: taken / Double(count), risk: errors / taken)
    }
  }

  /// With k answers and E errors before a block of m answers and e errors, the j-th of the block has the expected risk
  /// (E + e j/m) / (k + j) = e/m + (E - k e/m) / (k + j); harmonic numbers sum it without a loop over j.
  private func area(_ weights: [Double]) -> Double {
    let total = weights.reduce(0, +)
    let harmonic = Int(total) > count ? Self.harmonicNumbers(to: Int(total)) : self.harmonic
    var (taken, errors, sum) = (0.0, 0.0, 0.0)
    forEachBlock(weights) { mass, wrong in
      let span = harmonic[Int(taken + mass)] - harmonic[Int(taken)]
      sum += wrong + (errors - taken * wrong / mass) * span
      taken += mass
      errors += wrong
      return true
    }
    return sum / total
  }

  private func risk(at coverage: Double, _ weights: [Double]) -> Double {
    // 0.07 * 100 is slightly more than 7 in binary; that must not cost an answer.
    let wanted = max(1, (coverage * weights.reduce(0, +) - 1e-9).rounded(.up))
    var (taken, errors) = (0.0, 0.0)
    forEachBlock(weights) { mass, wrong in
      let part = min(mass, wanted - taken)
      errors += wrong * part / mass
      taken += part
      return taken < wanted
    }
    return errors / wanted
  }

  /// Calls `body` with the mass and the errors of each block of positive weight, until it returns false.
  private func forEachBlock(_ weights: [Double], _ body: (_ mass: Double, _ wrong: Double) -> Bool) {
    for block in ranks.blocks.indices.dropLast() {
      var (mass, errors) = (0.0, 0.0)
      for rank in ranks.blocks[block]..<ranks.blocks[block + 1] {
        mass += weights[ranks.order[rank]]
        errors += weights[ranks.order[rank]] * wrong[rank]
      }
      if mass > 0 && !body(mass, errors) { return }
    }
  }
}
