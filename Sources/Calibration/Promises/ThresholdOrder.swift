// The order in which thresholds of the confidence are tested, and how the allowed probability of a broken promise is
// divided among its starts (Angelopoulos et al. 2021, arXiv:2110.01052, section 4.2: fixed sequences with several starts).

/// Thresholds in the order in which they are tested, from high to low.
///
/// The order must not depend on the rows that test them: so it is made of the calibration rows, which chose the
/// temperature. Most of delta is spent where these forecast the strongest evidence for a low risk. They may be wrong about
/// that: they are few, and forecasts may be surer than they should be. So the rest of delta is divided among stricter
/// thresholds: the first one leaves as many answers as can afford one error, each later one twice as many.
package struct ThresholdOrder: Equatable, Sendable {
  /// One threshold.
  package struct Step: Equatable, Sendable {
    /// The least confidence of an answer.
    package let threshold: Double
    /// The share of delta that is spent here for the first time; above 0 only at a start.
    package fileprivate(set) var share = 0.0
  }

  /// The first one is a start, the last one answers everything.
  package let steps: [Step]

  /// At most this many thresholds: each more is one more at which a sequence of tests can end.
  private static let limit = 100
  /// The share of delta for the stricter starts together.
  private static let cautiousShare = 0.25

  /// The order for tests on `testRows` labelled rows.
  ///
  /// - Parameter calibration: forecasts for rows that are not among the labelled ones, under the same temperature. Their
  ///   labels are not used: a calibrated forecast's own confidence says how often it is wrong.
  package init(calibration: Mixture, testRows: Int, _ target: RiskTarget) {
    let confidences = (0..<calibration.count).map(calibration.confidence).sorted(by: >)
    guard !confidences.isEmpty else {
      steps = [Step(threshold: 0, share: 1)]
      return
    }
    let count = min(Self.limit, confidences.count)
    let ranks = (1...count).map { $0 * confidences.count / count - 1 }
    var (doubt, done) = (0.0, 0)
    var (answers, forecasts): ([Int], [Double]) = ([], [])
    for rank in ranks {
      while done <= rank {
        doubt += 1 - confidences[done]
        done += 1
      }
      answers.append(Int((Double(testRows) * Double(done) / Double(confidences.count)).rounded()))
      let errors = min(answers.last!, Int((Double(answers.last!) * doubt / Double(done)).rounded()))
      forecasts.append(BinomialBounds(successes: errors, trials: answers.last!).atMost(ifShareIs: target.risk))
    }
    var steps = ranks.map { Step(threshold: confidences[$0]) }
    steps[count - 1] = Step(threshold: 0)
    let best = firstMaximum(forecasts.map { -$0 })
    let starts = Self.cautiousStarts(below: answers[best], target)
    for start in starts {
      steps[answers.firstIndex { $0 >= start }!].share += Self.cautiousShare / Double(starts.count)
    }
    steps[best].share += starts.isEmpty ? 1 : 1 - Self.cautiousShare
    self.steps = Array(steps.drop { $0.share == 0 })
  }

  /// The expected numbers of answers at the stricter starts, as many as there are below `most`.
  private static func cautiousStarts(below most: Int, _ target: RiskTarget) -> [Int] {
    var starts: [Int] = []
    // More starts leave a smaller share for each, which needs more answers.
    while let least = fewestAnswers(
      below: most, target.risk, level: target.delta * cautiousShare / Double(starts.count + 1)),
      least << starts.count < most
    {
      starts = (0...starts.count).map { least << $0 }
    }
    return starts
  }

  /// The fewest answers that show the risk at `level` although one of them is wrong; nil if that takes `most` or more.
  private static func fewestAnswers(below most: Int, _ risk: Double, level: Double) -> Int? {
    func show(_ answers: Int) -> Bool {
      BinomialBounds(successes: 1, trials: answers).atMost(ifShareIs: risk) <= level
    }
    guard most > 2, show(most - 1) else { return nil }
    var (few, enough) = (1, most - 1)
    while enough - few > 1 {
      let middle = (few + enough) / 2
      if show(middle) { enough = middle } else { few = middle }
    }
    return enough
  }
}
