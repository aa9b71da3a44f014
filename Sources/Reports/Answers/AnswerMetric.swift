// The metrics of open answers, one value each: scores of the answers, then scores of each doubt against being wrong.
import Calibration

/// A metric of one method's answers.
struct AnswerMetric: Measure {
  let name: String
  let title: String
  let direction: Metric.Direction
  let format: NumberFormat
  let isMean: Bool
  /// Its exact definition, given the number of bins.
  let definition: @Sendable (_ bins: Int) -> String
  /// Its statistic.
  let statistic: @Sendable (_ forecast: AnswerForecast, _ bins: Int) -> any Statistic

  private init(
    _ name: String, _ title: String, better direction: Metric.Direction, _ format: NumberFormat, isMean: Bool = false,
    definition: @escaping @Sendable (_ bins: Int) -> String,
    statistic: @escaping @Sendable (_ forecast: AnswerForecast, _ bins: Int) -> any Statistic
  ) {
    (self.name, self.title, self.direction, self.format, self.isMean) = (name, title, direction, format, isMean)
    (self.definition, self.statistic) = (definition, statistic)
  }

  /// The mean over questions of `value`.
  private static func mean(
    _ name: String, _ title: String, better direction: Metric.Direction, _ format: NumberFormat,
    _ definition: String, value: @escaping @Sendable (_ forecast: AnswerForecast, _ answer: ScoredAnswer) -> Double
  ) -> AnswerMetric {
    AnswerMetric(name, title, better: direction, format, isMean: true, definition: { _ in definition }) { forecast, _ in
      Mean(forecast.answers.map { value(forecast, $0) })
    }
  }

  /// All metrics, in the order of files and reports.
  static let all =
    [accuracy, f1, ece] + Doubt.all.map(areaUnderROC) + Doubt.all.map(rejection)
    + [unparsed, cut, semanticEntropy, epistemicEntropy]

  /// The metrics that say how good the answers and their doubts are.
  static let scores = all.filter { $0.direction != .neither }

  static let accuracy = mean(
    Metric.accuracy.name, "Accuracy", better: .higher, .percent,
    "Share of questions whose answer is an accepted one, but for case, punctuation, articles and white space. The answer "
      + "is the first text of the largest cluster of texts that mean the same; with reasoning, what most texts end with."
  ) { $1.isRight ? 1 : 0 }

  static let f1 = mean(
    "f1", "F1", better: .higher, .percent,
    "Mean over questions of the largest F1 of the answer's words and those of an accepted answer, as in SQuAD."
  ) { $1.f1 }

  static let ece = AnswerMetric("ece", "ECE", better: .lower, .percent) { bins in
    "Mean over \(bins) equally wide bins of |accuracy − mean confidence|, weighted by their counts. Confidence is the "
      + "answer's share of the votes, and there is no ECE where no text has an answer. Shares of K texts are multiples of "
      + "1/K, and a bin contains its upper edge."
  } statistic: { forecast, bins in
    // Without any vote there is no confidence that could be right or wrong.
    guard forecast.answers.contains(where: { $0.vote.answer != nil }) else {
      return Undefined(count: forecast.answers.count, "no text has an answer")
    }
    return CalibrationError(
      confidences: forecast.answers.map(\.vote.confidence), correct: forecast.correct, binning: .equalWidth(bins),
      norm: .expected)
  }

  static let unparsed = mean(
    "unparsed", "without an answer", better: .neither, .percent,
    "Share of the texts in which no answer was found; they have no vote. A question without any answer is wrong."
  ) { $1.vote.unparsed }

  static let cut = mean(
    "cut", "cut", better: .neither, .percent, "Share of the texts that ended because they were too long."
  ) { $0.cutShare($1) }

  static let semanticEntropy = mean(
    Doubt.semanticEntropy.name, "Semantic entropy", better: .neither, .decimal, Doubt.semanticEntropy.definition
  ) { $1.sampled.semanticEntropy }

  static let epistemicEntropy = AnswerMetric(
    Doubt.epistemic.name, "Epistemic semantic entropy", better: .neither, .decimal, isMean: true
  ) { _ in
    Doubt.epistemic.definition
  } statistic: { forecast, _ in
    statistic(forecast, Doubt.epistemic) { Mean($0) }
  }

  /// How well a doubt finds the wrong answers.
  static func areaUnderROC(_ doubt: Doubt) -> AnswerMetric {
    AnswerMetric("auroc_\(doubt.name)", "AUROC, \(doubt.title)", better: .higher, .percent) { _ in
      "The probability that the doubt is larger about a wrong answer than about a right one; equal doubts count half. "
        + doubt.definition
    } statistic: { forecast, _ in
      statistic(forecast, doubt) { Detection(ofErrors: $0, correct: forecast.correct, .areaUnderROC) }
    }
  }

  /// How good the answers are that are kept when the most doubtful ones are rejected.
  static func rejection(_ doubt: Doubt) -> AnswerMetric {
    AnswerMetric("rejection_accuracy_\(doubt.name)", "Rejection, \(doubt.title)", better: .higher, .percent) { _ in
      "Mean accuracy of the n least doubtful answers over n = 1 ... N: the area under the rejection-accuracy curve. "
        + doubt.definition
    } statistic: { forecast, _ in
      statistic(forecast, doubt) { RejectionAccuracy(doubts: $0, correct: forecast.correct) }
    }
  }

  private static func statistic(
    _ forecast: AnswerForecast, _ doubt: Doubt, _ make: (_ doubts: [Double]) -> any Statistic
  ) -> any Statistic {
    if let reason = doubt.needs.reason(forecast.file) { return Undefined(count: forecast.answers.count, reason) }
    return make(forecast.answers.map(doubt.value))
  }
}
