// The decisions about a file of new texts: a first pass over the forecasts finds the class shares and compares the texts
// with the test rows, a second one writes an answer for each text. Neither holds more than a block and a sample of rows.
import Artifacts
import Calibration
import Faults

/// The decisions about the new texts of one run.
package struct Decisions {
  /// The fields of a row of the file of new texts, and the names of its choices.
  package typealias Text = (fields: [String], choices: [String])

  private let shards: ForecastShards
  let settings: DecisionSettings
  let rule: DecisionRule
  let shift: ShiftCheck
  /// The labelled test rows under the temperature alone, if all texts have the same classes, which are no bins.
  let plainTest: Outcomes?
  /// What the forecasts are of.
  package let header: ForecastHeader
  /// The columns of the file of new texts.
  let columns: [String]
  /// What the second pass has counted.
  private(set) var totals: DecisionTotals

  /// At most this many rows, spread evenly over the file, are compared with the test rows and estimate class shares.
  private static let sampledRows = 10_000

  /// Prepares the decisions.
  ///
  /// - Parameters:
  ///   - test: the run's predictions for its calibration and test rows.
  ///   - trainingLabels: the labels of the rows that the run was trained on.
  ///   - copies: the ids of the test rows that have the text of an earlier one: they are no evidence of their own.
  ///   - columns: see the property.
  /// - Throws: `Fault` where forecasts and predictions are not of one run, or the prior does not name the classes.
  package init(
    _ shards: ForecastShards, test: PredictionsFile, trainingLabels: [Int32], copies: Set<String>, columns: [String],
    _ settings: DecisionSettings
  ) throws {
    if test.predictions.numbers != nil { try settings.checkForNumbers() }
    (self.shards, self.settings, self.columns, header) = (shards, settings, columns, shards.header)
    totals = DecisionTotals(header, isOfNumbers: test.predictions.numbers != nil)
    let (sample, known) = (try shards.sample(Self.sampledRows), try KnownRows(test, for: header, copies: copies))
    let plain = DecisionRule(header.method, known, .none, settings)
    let prior = try Self.prior(settings, header, known, sample, trainingLabels)
    rule = settings.prior == .asInTraining ? plain : DecisionRule(header.method, known, prior, settings)
    plainTest = header.classNames.isEmpty || plain.numbers != nil ? nil : plain.promises.test
    shift = ShiftCheck(sample, plain, classNames: header.classNames)
  }

  /// Passes every row of answers.csv to `write`, its header first.
  ///
  /// - Parameter nextTexts: returns the next rows of the file of new texts, as many as are asked for.
  /// - Throws: what the closures throw; `Fault` of kind `.data` where the file has fewer rows than the forecasts.
  package mutating func writeAnswers(
    nextTexts: (Int) throws -> [Text], to write: (String) throws -> Void
  ) throws {
    let table = AnswerTable(
      choices: header.choices, classNames: header.classNames, columns: columns, hasRisk: settings.risk != nil,
      isOfNumbers: rule.numbers != nil)
    try write(CSV.text(header: table.header, rows: []))
    for block in 0..<header.blocks {
      let (rows, first) = (try shards.rows(ofBlock: block), header.rows(ofBlock: block).lowerBound)
      let answers = rule.answers(rows, first: first)
      let texts = try nextTexts(answers.count)
      guard texts.count == answers.count else {
        throw Fault(.data, setting: "new", "it has fewer texts than the forecasts", hint: "predict it again")
      }
      try write(zip(texts, answers).map { CSV.line(table.row($0.fields, $1, names: $0.choices)) }.joined())
      totals.add(answers, rows, texts, first: first, rule)
    }
  }

  private static func prior(
    _ settings: DecisionSettings, _ header: ForecastHeader, _ known: KnownRows, _ sample: ForecastRows,
    _ trainingLabels: [Int32]
  ) throws -> PriorCorrection {
    if settings.prior == .asInTraining { return .none }
    guard !header.classNames.isEmpty else {
      throw Fault(
        .usage, setting: "prior", "the texts have choices of their own and no common classes", hint: "omit it")
    }
    if case .known(let shares) = settings.prior {
      return try PriorCorrection(to: shares, header.classNames, trainingLabels: trainingLabels)
    }
    return PriorCorrection(
      estimatedFrom: sample.mixture.scaled(by: known.temperature.value),
      calibration: Outcomes(known.calibration, labels: known.calibrationLabels))
  }
}

extension ForecastShards {
  /// At most `count` rows, spread evenly.
  fileprivate func sample(_ count: Int) throws -> ForecastRows {
    let step = (header.rows + count - 1) / count
    let measures = ForecastRows.Measure.allCases.count
    var sample = ForecastRows(choices: header.choices, logProbabilities: [], uncertainty: [])
    for block in 0..<header.blocks {
      let first = header.rows(ofBlock: block).lowerBound
      let rows = try rows(ofBlock: block)
      for row in 0..<rows.count where (first + row) % step == 0 {
        sample.logProbabilities += rows.logProbabilities[row * header.choices..<(row + 1) * header.choices]
        sample.uncertainty += rows.uncertainty[row * measures..<(row + 1) * measures]
      }
    }
    return sample
  }
}
