// The same methods on questions unlike their training data: how far their scores fall, whether their uncertainty shows
// the shift, and the effect of corrupted text. Temperatures are fitted on in-distribution questions, never on a shifted
// set.
import Artifacts
import Calibration
import Faults

/// The results of `shift-test`.
package struct ShiftTest: Sendable {
  /// All methods on one set of questions.
  package struct Scores: Sendable {
    /// The data set's name.
    package let dataset: String
    /// Number of scored questions.
    package let count: Int
    /// One or two rows for each method.
    package let rows: [MethodRow]
    /// [row] How well the uncertainty scores distinguish this set from the in-distribution set, by the metric's name in
    /// files; empty for the in-distribution set.
    package let detection: [[String: Estimate]]
  }

  /// The bins and resamples.
  package let settings: ScoringSettings
  /// The questions in distribution.
  package let inDistribution: Scores
  /// The shifted sets, in the order in which they were given.
  package let shifted: [Scores]
  /// The corruptions of the in-distribution questions; nil if there are none.
  package let corruption: CorruptionScores?
  /// The comparison of the methods in distribution.
  package let finding: Finding
  /// Warnings about the results.
  package let remarks: Remarks
  /// All files.
  package let files: [PredictionsFile]
  /// The questions in distribution; nil if their tokens are not at hand.
  let texts: QuestionTexts?

  /// Scores the methods that have a file in `inDistribution`. With `texts`, which are those in distribution, outputs name
  /// the classes. `shiftedTexts` are those of the shifted sets, as far as they are known. `leftOut` says which methods are
  /// missing and why.
  ///
  /// Throws `.usage` if there is nothing to compare, and `.data` for files that cannot be compared, a method without a
  /// file for every set, or corrupted questions that are not the in-distribution ones.
  package init(
    inDistribution: [PredictionsFile], shifted: [PredictionsFile], corrupted: [PredictionsFile],
    settings: ScoringSettings = ScoringSettings(), texts: QuestionTexts? = nil,
    shiftedTexts: [QuestionTexts] = [], leftOut: [String] = []
  ) throws {
    guard !inDistribution.isEmpty else { throw Fault(.usage, setting: "in-distribution", "no file is given") }
    guard !shifted.isEmpty || !corrupted.isEmpty else {
      throw Fault(.usage, setting: "shifted", "neither a shifted nor a corrupted set is given")
    }
    if let file = (inDistribution + shifted + corrupted).first(where: { !$0.predictions.labelNames.isEmpty }) {
      throw Fault(.data, file.path, "has several labels for each text, expected one", hint: "use evaluate")
    }
    try texts?.check(inDistribution[0])
    let methods = inDistribution.map(\.predictions.method)
    // Predictions of another program are not of corrupted texts, which no file has.
    let isOurs = inDistribution.map { !$0.predictions.baseDigest.isEmpty }
    func own<Element>(_ list: [Element]) -> [Element] { zip(list, isOurs).filter(\.1).map(\.0) }
    let home = try Self.home(inDistribution, methods, texts)
    let away = try TestSet.sets(of: shifted, methods: methods, texts: shiftedTexts)
    let corrupt = try TestSet.sets(of: corrupted, methods: own(methods))
    for set in away + corrupt { try Self.check(set, against: home) }
    let temperatures = inDistribution.map { $0.fittedTemperature() }
    (self.settings, files) = (settings, inDistribution + shifted + corrupted)
    self.inDistribution = Scores(home, temperatures, settings, detectedAgainst: nil)
    self.shifted = away.map { Scores($0, temperatures, settings, detectedAgainst: home) }
    let clean = TestSet(
      dataset: home.dataset, corruption: home.corruption, files: own(home.files), texts: texts)
    corruption = corrupt.isEmpty ? nil : try CorruptionScores(clean, corrupt, own(temperatures), settings)
    let kind = RowKind(inDistribution[0], texts)
    (self.texts, finding) = (texts, Finding(self.inDistribution.rows, inDistribution, settings, kind))
    var remarks = Remarks(methods, kind)
    for remark in leftOut { remarks.add(remark) }
    for set in [home] + away { for remark in set.remarks(kind) { remarks.add("\(set.dataset): \(remark)") } }
    remarks.add(temperatures, copies: home.calibrationCopies)
    remarks.addWarnings(of: files)
    for scores in [self.inDistribution] + self.shifted {
      remarks.add(scores.rows, dataset: scores.dataset, classNames: texts?.classNames ?? [])
      remarks.add(scores, moreConfidentThanOn: home.dataset)
    }
    self.remarks = remarks
  }

  /// What the rows are.
  var kind: RowKind { finding.kind }
  /// Whether numbers are predicted, and the choices are bins.
  var isOfNumbers: Bool { inDistribution.rows[0].forecast.numbers != nil }
  /// The three scores that tables and pictures show.
  var headline: [Metric] { inDistribution.rows[0].forecast.shiftHeadline }
  /// The uncertainty score that they show.
  var mainScore: DetectionScore { inDistribution.rows[0].forecast.mainDetectionScore }

  /// The rows without a temperature.
  var rawRows: [MethodRow] { inDistribution.rows.filter(\.isRaw) }
  /// The in-distribution set, then the shifted ones.
  var sets: [Scores] { [inDistribution] + shifted }

  private static func home(
    _ files: [PredictionsFile], _ methods: [String], _ texts: QuestionTexts?
  ) throws -> TestSet {
    for file in files { try file.check(comparableWith: files[0]) }
    let sets = try TestSet.sets(of: files, methods: methods, texts: texts.map { [$0] } ?? [])
    guard !sets[0].scoredRows.isEmpty else { throw Fault(.data, files[0].path, "has no examples in the test split") }
    return sets[0]
  }

  private static func check(_ set: TestSet, against home: TestSet) throws {
    let (file, other) = (set.files[0], home.files[0])
    guard !set.scoredRows.isEmpty else { throw Fault(.data, file.path, "has no examples in the test split") }
    guard file.predictions.baseDigest == other.predictions.baseDigest else {
      throw Fault(.data, file.path, "has another base than \(other.path)")
    }
    guard file.predictions.numbers?.edges == other.predictions.numbers?.edges else {
      throw Fault(
        .data, file.path, "does not predict numbers in the same bins as \(other.path)",
        hint: "tokenize its questions with `format numbers` and, as `classes`, the training files")
    }
    guard set.corruption.severity > 0 || file.predictions.tokensDigest != other.predictions.tokensDigest else {
      throw Fault(.data, file.path, "has the same questions as \(other.path): there is no shift")
    }
  }
}

extension ShiftTest.Scores {
  /// Scores all methods on `set`, and how well every uncertainty score distinguishes it from `home`.
  init(_ set: TestSet, _ temperatures: [Temperature?], _ settings: ScoringSettings, detectedAgainst home: TestSet?) {
    let rows = set.scoredRows
    (dataset, count) = (set.dataset, rows.count)
    self.rows = MethodRow.compare(set.forecasts(rows, temperatures), settings)
    guard let home else {
      detection = []
      return
    }
    // All test questions, labelled or not: detecting a shift needs no labels.
    let (mine, theirs) = (set.files[0].rows(of: .test), home.files[0].rows(of: .test))
    detection = Self.detection(
      inside: home.forecasts(theirs, temperatures), outside: set.forecasts(mine, temperatures), settings.bootstrap)
  }

  private static func detection(
    inside: [Forecast], outside: [Forecast], _ bootstrap: Bootstrap
  ) -> [[String: Estimate]] {
    let strata = [inside[0].clusters, outside[0].clusters]
    var names: [String] = []
    let statistics = zip(inside, outside).flatMap { inside, outside in
      inside.detectionScores.flatMap { score in
        let scores = score.scores(inside).flatMap { inside in score.scores(outside).map { (inside, $0) } }
        return DetectionScore.summaries.map { name, _, summary -> any Statistic in
          names.append("\(name)_\(score.rawValue)")
          return switch scores {
          case .success((let inside, let outside)): Detection(inDistribution: inside, shifted: outside, summary)
          case .failure(let none): Undefined(count: inside.count + outside.count, none.reason)
          }
        }
      }
    }
    let resamples = bootstrap.resample(statistics, strata: strata)
    let width = inside[0].detectionScores.count * DetectionScore.summaries.count
    return inside.indices.map { row in
      Dictionary(
        uniqueKeysWithValues: (0..<width).map { (names[row * width + $0], resamples[row * width + $0]) })
    }
  }
}
