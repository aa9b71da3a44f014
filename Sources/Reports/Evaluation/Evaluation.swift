// All methods on one data set, in one table: each before and after scaling with a temperature fitted on the calibration
// split, each metric with its interval, and each score compared with the point estimate's on the same resamples.
import Artifacts
import Calibration
import Faults

/// The results of `evaluate`.
package struct Evaluation: Sendable {
  /// The data set.
  package let dataset: String
  /// The files, in the table's order.
  package let files: [PredictionsFile]
  /// The bins and resamples.
  package let settings: ScoringSettings
  /// The scored examples: those of the test split that have a label, or all of them if none has.
  package let scoredRows: [Int]
  /// Up to two rows for each method, in the order of the files: without and, if one could be fitted, with a
  /// temperature.
  package let rows: [MethodRow]
  /// Which methods are better than others, and which one to use.
  package let finding: Finding
  /// Warnings about the results, such as a spread that was not measured.
  package let remarks: Remarks

  /// The words of the questions; nil if the tokens are not at hand.
  let texts: QuestionTexts?
  /// What the rows are.
  let kind: RowKind

  /// Scores `files`, one for each method. With `texts`, outputs name the choices.
  ///
  /// Throws `.usage` for no file, `.data` for files that cannot be compared, two files of one method, or no test split.
  ///
  /// - Parameter calibrators: those that have rows beside that of the temperature.
  package init(
    _ files: [PredictionsFile], settings: ScoringSettings = ScoringSettings(), calibrators: [Calibrator] = [],
    texts: QuestionTexts? = nil
  ) throws {
    self.texts = texts
    let first = try Self.checkComparable(files)
    try texts?.check(first)
    let set = TestSet(
      dataset: first.predictions.dataset, corruption: first.predictions.corruption, files: files, texts: texts)
    (dataset, self.files, self.settings, scoredRows) = (set.dataset, files, settings, set.scoredRows)
    guard !scoredRows.isEmpty else { throw Fault(.data, first.path, "has no examples in the test split") }
    let temperatures = files.map { $0.fittedTemperature() }
    let calibrations = zip(files, temperatures).map { Calibrations($0, of: set, temperature: $1, and: calibrators) }
    rows = MethodRow.compare(set.forecasts(scoredRows, calibrations.map(\.fitted)), settings)
    kind = RowKind(first, texts)
    finding = Finding(rows, files, settings, kind)
    var remarks = Remarks(files.map(\.predictions.method), kind)
    for remark in set.remarks(kind) { remarks.add(remark) }
    remarks.add(temperatures, copies: set.calibrationCopies)
    remarks.add(calibrations)
    remarks.addWarnings(of: files)
    remarks.add(rows, classNames: texts?.classNames ?? [])
    remarks.add(finding)
    if !files.contains(where: { $0.predictions.method == MethodRow.reference }) {
      remarks.add("there is no method \(MethodRow.reference) to compare the others with")
    }
    self.remarks = remarks
  }

  /// The number of examples that the temperatures were fitted on.
  package var calibrationCount: Int { rows.lazy.compactMap(\.forecast.calibrator?.count).first ?? 0 }

  /// The three scores that tables and pictures show first.
  var headline: [Metric] { rows[0].forecast.headline }
  /// Whether numbers are predicted, and the choices are bins.
  var isOfNumbers: Bool { rows[0].forecast.numbers != nil }

  /// The rows without a temperature.
  var rawRows: [MethodRow] { rows.filter(\.isRaw) }

  /// The file that a row comes from.
  func file(of row: MethodRow) -> PredictionsFile {
    files.first { $0.predictions.method == row.forecast.method } ?? files[0]
  }

  private static func checkComparable(_ files: [PredictionsFile]) throws -> PredictionsFile {
    guard let first = files.first else { throw Fault(.usage, setting: "predictions", "no file is given") }
    var paths: [String: String] = [:]
    for file in files {
      try file.check(comparableWith: first)
      if let other = paths.updateValue(file.path, forKey: file.predictions.method) {
        throw Fault(.data, file.path, "has the same method as \(other): \(file.predictions.method)")
      }
    }
    return first
  }
}

extension PredictionsFile {
  /// The temperature fitted on the calibration split, on its votes if it has any, or nil if none of its examples has a
  /// label.
  func fittedTemperature() -> Temperature? {
    let rows = calibrationRows
    guard !rows.isEmpty else { return nil }
    return Temperature.fit(Outcomes(Mixture(posterior(rows)), labels: labels(rows)), votes: votes(rows))
  }

  /// The examples of the calibration split that have a label.
  fileprivate var calibrationRows: [Int] { rows(of: .calibration).filter { predictions.labels[$0] >= 0 } }
}

extension Evaluation {
  /// The calibrators of one method.
  struct Calibrations {
    /// Those that could be fitted, the temperature first.
    private(set) var fitted: [FittedCalibrator]
    /// Why the others could not.
    private(set) var misfits: [String] = []

    /// Of `file`, one of `set`, on its calibration split.
    init(_ file: PredictionsFile, of set: TestSet, temperature: Temperature?, and others: [Calibrator]) {
      fitted = [temperature].compactMap { $0.map(FittedCalibrator.init) }
      let rows = file.calibrationRows
      guard !others.isEmpty, !rows.isEmpty, file.predictions.numbers == nil else { return }
      // Calibrators are applied to rows of the other splits too.
      let counts = file.predictions.choiceCounts.map { Int($0) }
      let answers = CalibrationAnswers(
        file.posterior(rows), labels: file.labels(rows), votes: file.votes(rows),
        choices: counts.min()!...counts.max()!,
        folds: Refinement.folds(set.clusters(rows), rows: file.predictions.rowsPerExample, seed: 0))
      for calibrator in others where calibrator != .temperature {
        do throws(Misfit) { fitted.append(try FittedCalibrator.fit(calibrator, answers)) } catch {
          misfits.append(error.reason)
        }
      }
    }
  }
}
