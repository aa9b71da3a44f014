// How the forecasts for a new text become a number with an interval, where a run predicts numbers.
import Artifacts
import Calibration
import Faults

/// What is said about the number of one new text, in its unit.
struct NumberAnswer: Equatable {
  /// The median of the calibrated distribution.
  let prediction: Double
  /// Its mean.
  let mean: Double
  /// Its standard deviation.
  let deviation: Double
  /// The conformal interval, which holds the prediction; nil where there are too few rows for one.
  let interval: ClosedRange<Double>?
}

/// The rule by which numbers are predicted.
struct NumberRule: Sendable {
  /// The labelled test rows.
  let test: NumberOutcomes
  /// How intervals are made, or how many rows that would take.
  let intervals: Result<ConformalIntervals, TooFewRows>
  private let edges: [Double]

  /// The rule of a run that predicts `numbers`.
  ///
  /// - Parameters:
  ///   - test: the labelled test rows under the temperature.
  ///   - numbers: the bins, and the right numbers of these rows.
  init(_ test: Outcomes, _ numbers: BinnedNumbers, coverage: Double) {
    let outcomes = NumberOutcomes(test, edges: numbers.edges, numbers: numbers.values)
    (self.test, edges) = (outcomes, numbers.edges)
    intervals = Result { () throws(TooFewRows) in try ConformalIntervals(outcomes, coverage: coverage) }
  }

  /// What is said about a text whose bins have these calibrated probabilities.
  func answer(_ probabilities: [Double]) -> NumberAnswer {
    let distribution = BinnedDistribution(edges: edges, probabilities: probabilities)
    return NumberAnswer(
      prediction: distribution.quantile(0.5), mean: distribution.mean, deviation: distribution.deviation,
      interval: (try? intervals.get())?.interval(distribution))
  }
}

extension DecisionSettings {
  /// Refuses what only makes sense for classes.
  ///
  /// - Throws: `Fault` of kind `.usage`.
  func checkForNumbers() throws {
    if risk != nil {
      throw Fault(
        .usage, setting: "risk", "the run predicts numbers, which are not simply right or wrong",
        hint: "omit it: `coverage` is the share of intervals that hold the right number")
    }
    if prior != .asInTraining {
      throw Fault(.usage, setting: "prior", "the run predicts numbers, which have no class shares", hint: "omit it")
    }
    if sets != .lac {
      throw Fault(
        .usage, setting: "sets", "the run predicts numbers, and sets are of classes",
        hint: "omit it: every number has an interval")
    }
  }
}

extension Decisions {
  /// The lines of the summary about predicted numbers, and about what is promised for their intervals.
  func lines(about numbers: NumberRule) -> [String] { intervalLines(numbers) + meanLines }

  private func intervalLines(_ numbers: NumberRule) -> [String] {
    let format = NumberFormat.significant
    switch numbers.intervals {
    case .failure(let few):
      return [
        "no intervals: a coverage of \(percent(settings.coverage)) needs at least \(grouped(few.needed)) labelled test "
          + "rows, found \(grouped(few.found))"
      ]
    case .success(let intervals):
      let width = totals.widths / Double(max(1, totals.count))
      let error = numbers.test.medianError.score.value ?? 0
      return [
        "the interval of a text holds its number with probability \(percent(settings.coverage)); it is "
          + "\(format.text(width)) wide on average",
        "  this rests on \(testRows) that chose neither temperature nor epoch, and on new "
          + "texts of the same kind (exchangeable); it is the share over all texts, not over those with a certain number",
        bandLine([intervals.coverage]),
        "  on the test rows the prediction, a median, is off by \(format.text(error)) on average",
      ] + choiceLines
    }
  }

  /// The mean of the texts' numbers, and what it rests on.
  private var meanLines: [String] {
    guard let mean = poweredMean else { return [] }
    let format = NumberFormat.significant
    let (low, high) = (format.text(mean.interval.lowerBound), format.text(mean.interval.upperBound))
    return [
      "the mean of the texts' numbers is \(format.text(mean.value)), 95 % interval \(low) to \(high)",
      randomPartLine("it holds"),
    ]
  }
}
