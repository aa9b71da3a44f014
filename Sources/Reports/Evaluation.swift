// All methods on one data set, in one table: each as it came and with a temperature fitted on the calibration split,
// each metric with its interval, and each score beside the point estimate's on the same resamples.
import Artifacts
import Calibration
import Faults

/// The results of `evaluate`.
public struct Evaluation: Sendable {
  /// The data set.
  public let dataset: String
  /// The files as they were read, in the table's order.
  public let files: [PredictionsFile]
  /// What the numbers depend on.
  public let settings: ScoringSettings
  /// The examples that the scores are about: those of the test split that have a label, or all where none has.
  public let scoredRows: [Int]
  /// Two rows a method, in the order of the files: as it came, and with its temperature where one could be fitted.
  public let rows: [MethodRow]
  /// What a reader must know before believing a number, such as a spread that was not measured.
  public let remarks: [String]

  /// Scores `files`, one for each method.
  ///
  /// Throws `.usage` for no file, `.data` for files that cannot be compared, two files of one method, or no test split.
  public init(_ files: [PredictionsFile], settings: ScoringSettings = ScoringSettings()) throws {
    let first = try Self.checkComparable(files)
    let test = first.rows(of: .test)
    guard !test.isEmpty else { throw Fault(.data, first.path, "no examples of the test split") }
    let labelled = test.filter { first.predictions.labels[$0] >= 0 }
    let scored = labelled.isEmpty ? test : labelled
    let forecasts = files.flatMap { file in
      let raw = Forecast(file, rows: scored)
      return file.fittedTemperature().map { [raw, raw.scaled(by: $0)] } ?? [raw]
    }
    (dataset, self.files, self.settings, scoredRows) = (first.predictions.dataset, files, settings, scored)
    rows = MethodRow.compare(forecasts, settings)
    remarks = Self.remarks(forecasts, files, unlabelled: test.count - labelled.count, of: test.count)
  }

  /// The examples that the temperatures were fitted on.
  public var calibrationCount: Int { rows.lazy.compactMap(\.forecast.temperature?.count).first ?? 0 }

  /// The rows of the methods as they came.
  var rawRows: [MethodRow] { rows.filter(\.isRaw) }

  /// The file that a row comes from.
  func file(of row: MethodRow) -> PredictionsFile {
    files.first { $0.predictions.method == row.forecast.method } ?? files[0]
  }

  private static func checkComparable(_ files: [PredictionsFile]) throws -> PredictionsFile {
    guard let first = files.first else { throw Fault(.usage, "--predictions", "no file is named") }
    var paths: [String: String] = [:]
    for file in files {
      try file.check(comparableWith: first)
      if let other = paths.updateValue(file.path, forKey: file.predictions.method) {
        throw Fault(.data, file.path, "a second file of method \(file.predictions.method), after \(other)")
      }
    }
    return first
  }

  private static func remarks(
    _ forecasts: [Forecast], _ files: [PredictionsFile], unlabelled: Int, of total: Int
  ) -> [String] {
    var remarks: [String] = []
    if unlabelled == total {
      remarks.append("no test question has a label: predictions without scores")
    } else if unlabelled > 0 {
      remarks.append("\(unlabelled) of \(total) test questions have no label and are not scored")
    }
    if forecasts[0].count == 1 { remarks.append("one question cannot be resampled: no number has an interval") }
    for file in files { remarks += file.predictions.warnings.map { "\(file.predictions.method): \($0)" } }
    for forecast in forecasts {
      if let remark = forecast.temperature?.remark { remarks.append("\(forecast.method): \(remark), so T = 1") }
    }
    if !forecasts.contains(where: { $0.name == MethodRow.reference }) {
      remarks.append("no method is called \(MethodRow.reference), so nothing is compared with it")
    }
    return remarks
  }
}

extension PredictionsFile {
  /// The temperature of the calibration split, or nil where no example of it has a label.
  func fittedTemperature() -> Temperature? {
    let rows = rows(of: .calibration).filter { predictions.labels[$0] >= 0 }
    return rows.isEmpty ? nil : Temperature.fit(Outcomes(Mixture(posterior(rows)), labels: labels(rows)))
  }
}
