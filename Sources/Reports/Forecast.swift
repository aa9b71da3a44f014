// What one method says about one set of examples, ready to be scored: as it came, or with its temperature applied.
import Calibration

/// The forecasts of one method on one set.
package struct Forecast: Sendable {
  /// The method's name.
  package let method: String
  /// The temperature that was applied; nil where the probabilities are as they came.
  package let temperature: Temperature?
  /// The predictive distributions.
  package let mixture: Mixture
  /// [example] The right choice, or -1.
  private let labels: [Int32]
  /// The distributions beside their labels; without examples where no label is known.
  package let outcomes: Outcomes
  /// The entropies and mutual informations of the samples, before any temperature.
  package let uncertainty: Uncertainty

  /// The forecasts of `file` about the examples at `rows`, as they came.
  init(_ file: PredictionsFile, rows: [Int]) {
    self.init(file.predictions.method, file.posterior(rows), labels: file.labels(rows))
  }

  /// The forecasts that `posterior` makes under the name `method`.
  init(_ method: String, _ posterior: PosteriorSamples, labels: [Int32]) {
    (self.method, temperature, self.labels) = (method, nil, labels)
    mixture = Mixture(posterior)
    outcomes = Outcomes(mixture, labels: labels)
    uncertainty = Uncertainty(posterior)
  }

  private init(_ raw: Forecast, _ temperature: Temperature) {
    (method, self.temperature, labels, uncertainty) = (raw.method, temperature, raw.labels, raw.uncertainty)
    mixture = raw.mixture.scaled(by: temperature.value)
    outcomes = Outcomes(mixture, labels: labels)
  }

  /// The same forecasts with `temperature` applied to the mixture.
  func scaled(by temperature: Temperature) -> Forecast { Forecast(self, temperature) }

  /// The number of examples.
  package var count: Int { mixture.count }

  /// `swag`, or `swag + temperature`.
  package var name: String { method + (temperature == nil ? "" : Self.temperatureSuffix) }

  /// What stands behind a method's name where a temperature was applied.
  static let temperatureSuffix = " + temperature"

  /// The mean entropy of the mixture.
  var totalEntropy: any Statistic { Mean(mixture.entropies) }

  /// One of the measures of spread. A temperature acts on the mixture and leaves the samples as they are.
  func spread(_ measure: KeyPath<Uncertainty, any Statistic>) -> any Statistic {
    temperature == nil ? uncertainty[keyPath: measure] : Undefined(count: count, "as without temperature")
  }
}
