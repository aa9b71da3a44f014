// The forecasts of a run's method for its own rows, on which all decisions about new texts rest: the calibration rows, which
// fit the temperature, and the labelled test rows, which test what is promised.
import Artifacts
import Calibration
import Faults

/// The calibration rows and the labelled test rows of a run, in single precision as a forecasts file holds new texts, so
/// that equal predictions meet a threshold alike.
struct KnownRows: Sendable {
  /// The temperature; 1 with a remark where none could be fitted.
  let temperature: Temperature
  /// The calibration rows under the temperature.
  let calibration: Mixture
  /// [row] Their labels, -1 where unknown.
  let calibrationLabels: [Int32]
  /// The number of labelled test rows, with those that have the same text as others.
  let labelledRows: Int
  /// The labelled test rows with different texts under the temperature. Of rows with the same text, it is the first one,
  /// whose label is a random one where such rows disagree: a majority of them would be right more often than the label of
  /// a new text.
  let test: Mixture
  /// [row] Their labels.
  let testLabels: [Int32]
  /// [row] Their ids.
  let testIDs: [String]
  /// The numbers that they should have; nil where classes are predicted.
  let testNumbers: BinnedNumbers?
  /// [row] How uncertain the draws are about them.
  let testUncertainty: Uncertainty
  /// Whether the method has more than one draw.
  let hasSpread: Bool

  /// The rows of `file`.
  ///
  /// - Parameters:
  ///   - header: what the forecasts for the new texts are of.
  ///   - copies: the ids of the test rows that have the text of an earlier one.
  /// - Throws: `Fault` of kind `.configuration` where `file` was not predicted by the same method in the same way.
  init(_ file: PredictionsFile, for header: ForecastHeader, copies: Set<String>) throws {
    try file.check(sameMethodAs: header)
    let temperature = file.fittedTemperature() ?? Temperature(1, remark: "no calibration row has a label")
    func mixture(_ samples: PosteriorSamples) -> Mixture {
      Mixture(samples).inSinglePrecision.scaled(by: temperature.value)
    }
    let (others, labelled) = (
      file.rows(of: .calibration), file.rows(of: .test).filter { file.predictions.labels[$0] >= 0 }
    )
    let rows = labelled.filter { !copies.contains(file.predictions.rowIDs[$0]) }
    labelledRows = labelled.count
    let samples = file.posterior(rows)
    self.temperature = temperature
    (calibration, calibrationLabels) = (mixture(file.posterior(others)), file.labels(others))
    (test, testLabels, testIDs) = (mixture(samples), file.labels(rows), rows.map { file.predictions.rowIDs[$0] })
    testNumbers = file.predictions.numbers?.selecting(rows)
    (testUncertainty, hasSpread) = (Uncertainty(samples), samples.hasSpread)
  }
}

extension PredictionsFile {
  /// Throws unless these are predictions of the method of `header`, drawn in the same way.
  fileprivate func check(sameMethodAs header: ForecastHeader) throws {
    let same = [
      ("method", predictions.method == header.method), ("base", predictions.baseDigest == header.baseDigest),
      ("tokens", predictions.tokensDigest == header.tokensDigest),
      ("number of draws", (predictions.groups, predictions.samples) == (header.groups, header.samples)),
      ("settings", predictions.settings == header.settings),
    ]
    if let other = same.first(where: { !$0.1 }) {
      throw Fault(
        .configuration, path, "its \(other.0) differs from that of the forecasts, so it says nothing about them",
        hint: "predict test rows and new texts with the same files and draws")
    }
  }
}

extension Mixture {
  /// The mixture as a forecasts file holds it.
  fileprivate var inSinglePrecision: Mixture {
    Mixture(logits: logProbabilities.map(Float.init), choices: choices, choiceCounts: choiceCounts)
  }
}
