// What is counted over all new texts, in memory that does not grow with them.
import Artifacts
import Calibration

/// Counts over the answers, the moments of the forecasts, and the texts that are most worth a label.
struct DecisionTotals {
  /// Texts.
  private(set) var count = 0
  /// Texts that need no human; meaningless where no risk was asked for.
  private(set) var answered = 0
  /// [choice] How often it is the answer.
  private(set) var answers: [Int: Int] = [:]
  /// Classes in all sets.
  private(set) var setSizes = 0
  /// The widths of all intervals of numbers, in their unit.
  private(set) var widths = 0.0
  /// Sets of one class.
  private(set) var singleSets = 0
  /// The probabilities under the temperature alone or, where numbers are predicted, the means of their distributions.
  private(set) var moments: ForecastMoments
  /// The texts that are most worth a label.
  private(set) var next = NextLabels()
  /// [row] The fields and the answer of these texts.
  private(set) var nextTexts: [Int: (fields: [String], answer: String)] = [:]

  init(_ header: ForecastHeader, isOfNumbers: Bool) {
    moments = ForecastMoments(quantities: isOfNumbers ? 1 : header.choices)
  }

  /// Adds a block of texts, the first of which is row `first` of the file.
  mutating func add(
    _ answers: [Answer], _ rows: ForecastRows, _ texts: [Decisions.Text], first: Int, _ rule: DecisionRule
  ) {
    if rule.numbers == nil { moments.add(rows.mixture.scaled(by: rule.temperature.value)) }
    for (row, answer) in answers.enumerated() {
      add(answer)
      next.add(first + row, value: rows.value(rule.hasSpread ? .epistemic : .total, row))
    }
    for kept in next.rows where kept.index >= first {
      let text = texts[kept.index - first]
      let answer = answers[kept.index - first]
      let said = answer.number.map { CSV.single($0.prediction) } ?? text.choices[answer.choice]
      nextTexts[kept.index] = (text.fields, said)
    }
    let kept = Set(next.rows.map(\.index))
    nextTexts = nextTexts.filter { kept.contains($0.key) }
  }

  private mutating func add(_ answer: Answer) {
    count += 1
    if answer.asksHuman == false { answered += 1 }
    answers[answer.choice, default: 0] += 1
    setSizes += answer.set?.count ?? 0
    if answer.set?.count == 1 { singleSets += 1 }
    guard let number = answer.number else { return }
    moments.add([number.mean])
    if let interval = number.interval { widths += interval.upperBound - interval.lowerBound }
  }
}
