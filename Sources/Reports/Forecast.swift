// The predictions of one method on one set of examples, ready to be scored, before or after temperature scaling.
import Artifacts
import Calibration

/// What the rows of a set say beside one right choice each.
struct RowDetails: Sendable {
  /// [example][choice] The shares of the annotators' votes; nil without votes.
  var votes: [[Double]]?
  /// With several labels for each example, their names.
  var labelNames: [String] = []
  /// [choice] With grades, the number that each choice is.
  var classValues: [Double] = []
  /// With numbers to predict, the bins and the number of each example; otherwise nil.
  var numbers: BinnedNumbers?

  /// One right choice each and no more.
  init() {}

  /// Those of `file` for the examples at `rows`.
  init(_ file: PredictionsFile, rows: [Int]) {
    (votes, labelNames) = (file.votes(rows), file.predictions.labelNames)
    (classValues, numbers) = (file.predictions.classValues, file.predictions.numbers?.selecting(rows))
  }
}

extension RowDetails {
  /// The numbers of the examples with a label, with the distributions of `outcomes`, which has these examples; nil if
  /// there are no numbers.
  fileprivate func numberOutcomes(_ outcomes: Outcomes, _ labels: [Int32]) -> NumberOutcomes? {
    numbers.map { numbers in
      NumberOutcomes(
        outcomes, edges: numbers.edges, numbers: zip(numbers.values, labels).filter { $1 >= 0 }.map(\.0))
    }
  }
}

/// The forecasts of one method on one set.
package struct Forecast: Sendable {
  /// The method's name.
  package let method: String
  /// The temperature that was applied; nil if none was.
  package let temperature: Temperature?
  /// The predictive distributions.
  package let mixture: Mixture
  /// [example] The right choice, or -1.
  private let labels: [Int32]
  /// What the rows say beside one right choice.
  let details: RowDetails
  /// The distributions with their labels; without examples if no label is known.
  package let outcomes: Outcomes
  /// The same with numbers to predict, which are compared with the distributions; otherwise nil.
  package let numbers: NumberOutcomes?
  /// The entropies and mutual informations of the samples, before temperature scaling.
  package let uncertainty: Uncertainty
  /// Which examples have the same text and are resampled together.
  let clusters: Clusters

  /// The forecasts of `file` for the examples at `rows`, which are in `clusters`, without a temperature.
  init(_ file: PredictionsFile, rows: [Int], _ clusters: Clusters) {
    self.init(
      file.predictions.method, file.posterior(rows), labels: file.labels(rows), RowDetails(file, rows: rows), clusters)
  }

  /// The forecasts of `posterior`, called `method`; without `clusters`, no text stands there twice.
  init(
    _ method: String, _ posterior: PosteriorSamples, labels: [Int32], _ details: RowDetails, _ clusters: Clusters? = nil
  ) {
    (self.method, temperature, self.labels, self.details) = (method, nil, labels, details)
    mixture = Mixture(posterior)
    self.clusters = clusters ?? Clusters(independent: mixture.count / max(1, details.labelNames.count))
    outcomes = Outcomes(mixture, labels: labels)
    numbers = details.numberOutcomes(outcomes, labels)
    uncertainty = Uncertainty(posterior)
  }

  private init(_ raw: Forecast, _ temperature: Temperature) {
    (method, self.temperature, labels, uncertainty) = (raw.method, temperature, raw.labels, raw.uncertainty)
    (details, clusters) = (raw.details, raw.clusters)
    mixture = raw.mixture.scaled(by: temperature.value)
    outcomes = Outcomes(mixture, labels: labels)
    numbers = details.numberOutcomes(outcomes, labels)
  }

  /// The same forecasts with `temperature` applied to the mixture.
  func scaled(by temperature: Temperature) -> Forecast { Forecast(self, temperature) }

  /// The metrics that apply to it.
  var metrics: [Metric] { numbers == nil ? Metric.all + further : Metric.ofNumbers }
  /// The three scores that tables and pictures show first.
  var headline: [Metric] { numbers == nil ? [.accuracy, .nll, .ece] : [.crps, .rmse, .medianError] }
  /// The scores of a second table.
  var further: [Metric] {
    numbers == nil ? Metric.further.filter { $0.applies(self) } : [.nll, .coverage90, .width90]
  }

  /// The three scores that show the effect of a shift.
  var shiftHeadline: [Metric] { numbers == nil ? headline : [.crps, .medianError, .coverage90] }
  /// The uncertainty scores by which a shift may be detected.
  var detectionScores: [DetectionScore] { numbers == nil ? DetectionScore.ofClasses : DetectionScore.ofNumbers }
  /// The one of them that tables and pictures show.
  var mainDetectionScore: DetectionScore { numbers == nil ? .entropy : .deviation }

  /// The number of rows of the distributions.
  package var count: Int { mixture.count }
  /// With several labels for each example, their names, otherwise none: every example then has a row for each of them.
  package var labelNames: [String] { details.labelNames }
  /// The number of rows of one example.
  var rowsPerExample: Int { max(1, labelNames.count) }
  /// The number of examples.
  package var exampleCount: Int { count / rowsPerExample }

  /// `swag`, or `swag + temperature`.
  package var name: String { method + (temperature == nil ? "" : Self.temperatureSuffix) }

  /// What follows a method's name if a temperature was applied.
  static let temperatureSuffix = " + temperature"

  /// The mean entropy of the mixture.
  var totalEntropy: any Statistic { Mean(mixture.entropies) }

  /// The mean cross-entropy of the mixture with the votes.
  var crossEntropyWithVotes: any Statistic {
    guard let votes = details.votes else { return Undefined(count: count, "no votes") }
    return Mean(
      votes.enumerated().map { example, shares in
        zip(mixture.row(example), shares).reduce(0) { $1.1 > 0 ? $0 - $1.1 * mixture.logProbabilities[$1.0] : $0 }
      })
  }

  /// One of the measures of spread. A temperature changes the mixture, but not the samples.
  func spread(_ measure: KeyPath<Uncertainty, any Statistic>) -> any Statistic {
    temperature == nil ? uncertainty[keyPath: measure] : Undefined(count: count, "as without temperature")
  }
}
