// All methods on one data set, in one table: each as it came and with a temperature fitted on the calibration split,
// each metric with its interval, and each score beside the point estimate's on the same resamples.
import Artifacts
import Calibration
import Faults

/// The results of `evaluate`.
package struct Evaluation: Sendable {
  /// The data set.
  package let dataset: String
  /// The files as they were read, in the table's order.
  package let files: [PredictionsFile]
  /// What the numbers depend on.
  package let settings: ScoringSettings
  /// The examples that the scores are about: those of the test split that have a label, or all where none has.
  package let scoredRows: [Int]
  /// Two rows a method, in the order of the files: as it came, and with its temperature where one could be fitted.
  package let rows: [MethodRow]
  /// What a reader must know before believing a number, such as a spread that was not measured.
  package let remarks: Remarks

  /// Scores `files`, one for each method.
  ///
  /// Throws `.usage` for no file, `.data` for files that cannot be compared, two files of one method, or no test split.
  package init(_ files: [PredictionsFile], settings: ScoringSettings = ScoringSettings()) throws {
    let first = try Self.checkComparable(files)
    let set = TestSet(dataset: first.predictions.dataset, corruption: first.predictions.corruption, files: files)
    (dataset, self.files, self.settings, scoredRows) = (set.dataset, files, settings, set.scoredRows)
    guard !scoredRows.isEmpty else { throw Fault(.data, first.path, "no examples of the test split") }
    let temperatures = files.map { $0.fittedTemperature() }
    rows = MethodRow.compare(set.forecasts(scoredRows, temperatures), settings)
    var remarks = Remarks(files.map(\.predictions.method))
    for remark in set.remarks { remarks.add(remark) }
    remarks.add(temperatures)
    remarks.addWarnings(of: files)
    remarks.add(rows)
    if !files.contains(where: { $0.predictions.method == MethodRow.reference }) {
      remarks.add("no method is called \(MethodRow.reference), so nothing is compared with it")
    }
    self.remarks = remarks
  }

  /// The examples that the temperatures were fitted on.
  package var calibrationCount: Int { rows.lazy.compactMap(\.forecast.temperature?.count).first ?? 0 }

  /// The rows of the methods as they came.
  var rawRows: [MethodRow] { rows.filter(\.isRaw) }

  /// The file that a row comes from.
  func file(of row: MethodRow) -> PredictionsFile {
    files.first { $0.predictions.method == row.forecast.method } ?? files[0]
  }

  private static func checkComparable(_ files: [PredictionsFile]) throws -> PredictionsFile {
    guard let first = files.first else { throw Fault(.usage, setting: "predictions", "no file is named") }
    var paths: [String: String] = [:]
    for file in files {
      try file.check(comparableWith: first)
      if let other = paths.updateValue(file.path, forKey: file.predictions.method) {
        throw Fault(.data, file.path, "a second file of method \(file.predictions.method), after \(other)")
      }
    }
    return first
  }
}

extension PredictionsFile {
  /// The temperature of the calibration split, or nil where no example of it has a label.
  func fittedTemperature() -> Temperature? {
    let rows = rows(of: .calibration).filter { predictions.labels[$0] >= 0 }
    return rows.isEmpty ? nil : Temperature.fit(Outcomes(Mixture(posterior(rows)), labels: labels(rows)))
  }
}
