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

/// What is known of the logits before the softmax, which probabilities do not have.
struct LogitScores: Sendable {
  /// [example] Minus the logarithm of the sum of exp(logit), mean of the draws: the energy (Liu et al. 2020,
  /// arXiv:2010.03759).
  let energy: [Double]
  /// [example] Minus the largest logit, mean of the draws (Hendrycks et al. 2022, arXiv:1911.11132).
  let maxLogit: [Double]

  /// From the log-sum and the highest log-probability of every draw: [example][draw].
  init(rows: [[(logSum: Double, highest: Double)]]) {
    func mean(_ value: ((logSum: Double, highest: Double)) -> Double) -> [Double] {
      rows.map { draws in -draws.reduce(0) { $0 + value($1) } / Double(draws.count) }
    }
    (energy, maxLogit) = (mean { $0.logSum }, mean { $0.logSum + $0.highest })
  }
}

/// The forecasts of one method on one set.
package struct Forecast: Sendable {
  /// The method's name.
  package let method: String
  /// What was applied to the distributions; nil if nothing was.
  package let calibrator: FittedCalibrator?
  /// The temperature that was applied; nil if none was, or another calibrator.
  package var temperature: Temperature? { calibrator?.temperature }
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
  /// What is kept of the logits; nil where nothing is.
  let logitScores: LogitScores?
  /// Which examples have the same text and are resampled together.
  let clusters: Clusters
  private let sharedRefinement = Shared<Refinement>()

  /// The forecasts of `file` for the examples at `rows`, which are in `clusters`, without a temperature.
  init(_ file: PredictionsFile, rows: [Int], _ clusters: Clusters) {
    self.init(
      file.predictions.method, file.posterior(rows), labels: file.labels(rows), RowDetails(file, rows: rows), clusters,
      logitScores: file.logitScores(rows))
  }

  /// The forecasts of `posterior`, called `method`; without `clusters`, no text stands there twice.
  init(
    _ method: String, _ posterior: PosteriorSamples, labels: [Int32], _ details: RowDetails,
    _ clusters: Clusters? = nil,
    logitScores: LogitScores? = nil
  ) {
    self.logitScores = logitScores
    (self.method, calibrator, self.labels, self.details) = (method, nil, labels, details)
    mixture = Mixture(posterior)
    self.clusters = clusters ?? Clusters(independent: mixture.count / max(1, details.labelNames.count))
    outcomes = Outcomes(mixture, labels: labels)
    numbers = details.numberOutcomes(outcomes, labels)
    uncertainty = Uncertainty(posterior)
  }

  /// The forecasts `raw` of `samples` with `calibrator` applied.
  init(_ raw: Forecast, _ calibrator: FittedCalibrator, of samples: PosteriorSamples) {
    (method, self.calibrator, labels, uncertainty) = (raw.method, calibrator, raw.labels, raw.uncertainty)
    (details, clusters, logitScores) = (raw.details, raw.clusters, raw.logitScores)
    mixture = calibrator.applied(to: raw.mixture, of: samples)
    outcomes = Outcomes(mixture, labels: labels)
    numbers = details.numberOutcomes(outcomes, labels)
  }

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
  package var name: String { method + (calibrator.map { Self.separator + $0.calibrator.rawValue } ?? "") }

  /// What stands between a method's name and its calibrator's.
  static let separator = " + "

  /// The mean entropy of the mixture.
  var totalEntropy: any Statistic { Mean(mixture.entropies) }

  /// The negative log-likelihood in two parts. The folds are the same for all methods.
  var refinement: Refinement {
    sharedRefinement.value {
      Refinement(outcomes, folds: Refinement.folds(clusters, rows: rowsPerExample, seed: 0))
    }
  }

  /// The mean cross-entropy of the mixture with the votes.
  var crossEntropyWithVotes: any Statistic {
    guard let votes = details.votes else { return Undefined(count: count, "no votes") }
    return Mean(
      votes.enumerated().map { example, shares in
        zip(mixture.row(example), shares).reduce(0) { $1.1 > 0 ? $0 - $1.1 * mixture.logProbabilities[$1.0] : $0 }
      })
  }

  /// One of the measures of spread. A calibrator changes the mixture, but not the samples.
  func spread(_ measure: KeyPath<Uncertainty, any Statistic>) -> any Statistic {
    calibrator == nil ? uncertainty[keyPath: measure] : Undefined(count: count, "as without temperature")
  }
}
