// The decisions about a file of new texts: a first pass over the forecasts finds the class shares and compares the texts
// with the test rows, a second one writes an answer for each text. Neither holds more than a block and a sample of rows.
import Artifacts
import Calibration
import Faults

/// The decisions about the new texts of one run.
package struct Decisions {
  private let shards: ForecastShards
  private let settings: DecisionSettings
  let rule: DecisionRule
  let shift: ShiftCheck
  /// [class] The shares of the classes that the probabilities were corrected to; empty without a correction.
  let shares: [Double]
  let header: ForecastHeader
  /// What the second pass has counted.
  private(set) var totals = DecisionTotals()

  /// At most this many rows, spread evenly over the file, are compared with the test rows and estimate class shares.
  private static let sampledRows = 10_000

  /// Prepares the decisions.
  ///
  /// - Parameters:
  ///   - test: the run's predictions for its calibration and test rows.
  ///   - trainingLabels: the labels of the rows that the run was trained on.
  /// - Throws: `Fault` where forecasts and predictions are not of one run, or the prior does not name the classes.
  package init(
    _ shards: ForecastShards, test: PredictionsFile, trainingLabels: [Int32], _ settings: DecisionSettings
  ) throws {
    (self.shards, self.settings, header) = (shards, settings, shards.header)
    let sample = try shards.sample(Self.sampledRows)
    let plain = try DecisionRule(test, for: header, weights: [], settings)
    let source = try Self.shares(of: trainingLabels, header, settings)
    shares = try Self.targetShares(source, settings.prior, header) {
      estimatedShares(sample.mixture.scaled(by: plain.temperature.value), source: source)
    }
    let weights = zip(shares, source).map { $0 / $1 }
    rule = weights.isEmpty ? plain : try DecisionRule(test, for: header, weights: weights, settings)
    shift = ShiftCheck(sample, plain, classNames: header.classNames)
  }

  /// Passes every row of answers.csv to `write`, its header first.
  ///
  /// - Parameters:
  ///   - columns: the columns of the file of new texts.
  ///   - nextTexts: returns the fields and the choices' names of the next rows of that file, as many as are asked for.
  /// - Throws: what the closures throw; `Fault` of kind `.data` where the file has fewer rows than the forecasts.
  package mutating func writeAnswers(
    columns: [String], nextTexts: (Int) throws -> [(fields: [String], choices: [String])],
    to write: (String) throws -> Void
  ) throws {
    let table = AnswerTable(
      choices: header.choices, classNames: header.classNames, columns: columns, hasRisk: settings.risk != nil)
    try write(CSV.text(header: table.header, rows: []))
    for block in 0..<header.blocks {
      let answers = try rule.answers(shards.rows(ofBlock: block))
      let texts = try nextTexts(answers.count)
      guard texts.count == answers.count else {
        throw Fault(.data, setting: "new", "it has fewer texts than the forecasts", hint: "predict it again")
      }
      try write(
        zip(texts, answers).map { CSV.line(table.row($0.fields, $1, names: $0.choices)) }.joined())
      for answer in answers { totals.add(answer) }
    }
  }

  /// The class shares in training; empty where no correction is asked for.
  private static func shares(
    of labels: [Int32], _ header: ForecastHeader, _ settings: DecisionSettings
  ) throws -> [Double] {
    guard settings.prior != .asInTraining else { return [] }
    guard !header.classNames.isEmpty else {
      throw Fault(
        .usage, setting: "prior", "the texts have choices of their own and no common classes", hint: "omit it")
    }
    let counts = header.classNames.indices.map { index in Double(labels.count { Int($0) == index }) }
    if let missing = counts.firstIndex(of: 0) {
      throw Fault(
        .configuration, setting: "prior",
        "\(header.classNames[missing]) has no training row, so its share in training is not known", hint: "omit it")
    }
    return counts.map { $0 / Double(labels.count) }
  }

  private static func targetShares(
    _ source: [Double], _ prior: DecisionSettings.Prior, _ header: ForecastHeader, estimate: () -> [Double]
  ) throws -> [Double] {
    switch prior {
    case .asInTraining: return []
    case .estimated: return estimate()
    case .known(let shares):
      let names = header.classNames
      func asWritten(_ name: String) -> String { name.replacing("_", with: " ") }
      guard Set(shares.keys) == Set(names.map(asWritten)) else {
        throw Fault(
          .usage, setting: "prior", "it names \(shares.keys.sorted().joined(separator: ", "))",
          hint: "name each class once: \(names.joined(separator: ", "))")
      }
      return names.map { shares[asWritten($0)]! }
    }
  }
}

extension ForecastShards {
  /// At most `count` rows, spread evenly.
  func sample(_ count: Int) throws -> ForecastRows {
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
