// Texts that stand several times in a set: intervals and paired differences are those of the different texts.
import Artifacts
import Calibration
import Reports
import Testing

@Suite struct CopyTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 60, seed: 2))
  private static let copies = 4

  /// Two methods whose every row is there `copies` times.
  private func files(
    copies: Int, dataset: String = "almanac", seed: UInt64 = 1, corruption: TokenizedSet.Corruption = .init()
  ) throws -> [PredictionsFile] {
    try [("point", 1), ("ensemble", 3)].map { method, groups in
      var recipe = SyntheticPredictions(method: method, dataset: dataset, groups: groups, testCount: 60)
      (recipe.calibrationCount, recipe.seed, recipe.corruption) = (20, seed, corruption)
      if corruption.severity > 0 { recipe.skill = 0.4 }
      return try PredictionsFile(path: "\(method)-\(dataset).h5", repeated(recipe.predictions, copies))
    }
  }

  private func repeated(_ set: Predictions, _ copies: Int) -> Predictions {
    let (width, rows) = (set.groups * set.samples * set.choices, Array(0..<set.count))
    func all<Element>(_ values: (Int) -> [Element]) -> [Element] { (0..<copies).flatMap { _ in rows.flatMap(values) } }
    var result = set
    result.rowIDs = (0..<copies).flatMap { copy in rows.map { "\(set.rowIDs[$0])-\(copy)" } }
    result.splits = all { [set.splits[$0]] }
    result.labels = all { [set.labels[$0]] }
    result.choiceCounts = all { [set.choiceCounts[$0]] }
    result.logProbabilities = all { Array(set.logProbabilities[$0 * width..<($0 + 1) * width]) }
    return result
  }

  /// The tokens of `file`: one token for each row, which is the same for copies.
  private func texts(_ file: PredictionsFile, copies: Int) -> QuestionTexts {
    var tokens = TokenizedSet()
    let set = file.predictions
    (tokens.scoring, tokens.classNames) = (.classes, (0..<set.choices).map { "class \($0)" })
    (tokens.rowIDs, tokens.splits, tokens.labels) = (set.rowIDs, set.splits, set.labels)
    tokens.tokens = (0..<set.count).map { Int32($0 % (set.count / copies)) }
    tokens.segments = tokens.tokens.map { _ in 0 }
    tokens.tokenOffsets = (0...set.count).map { Int64($0) }
    tokens.sequenceOffsets = (0...set.count).map { Int32($0) }
    return QuestionTexts(tokens, digest: set.tokensDigest, path: "tokens.h5")
  }

  private func evaluation(copies: Int, knowsTexts: Bool = true) throws -> Evaluation {
    let files = try files(copies: copies)
    return try Evaluation(files, settings: settings, texts: knowsTexts ? texts(files[0], copies: copies) : nil)
  }

  private func areClose(_ one: Estimate?, _ other: Estimate?) throws -> Bool {
    let (a, b) = (try #require(one?.interval), try #require(other?.interval))
    return abs(a.lowerBound - b.lowerBound) < 1e-9 && abs(a.upperBound - b.upperBound) < 1e-9
  }

  @Test func intervalsAreThoseOfTheDifferentTexts() throws {
    let (once, copied) = (try evaluation(copies: 1), try evaluation(copies: Self.copies))
    for metric in [Metric.accuracy, .nll, .ece, .riskAt80, .epistemicEntropy] {
      #expect(try areClose(copied.rows[2][metric], once.rows[2][metric]), "\(metric.name)")
    }
    #expect(try areClose(copied.rows[2].differences[.nll], once.rows[2].differences[.nll]))
    #expect(copied.finding.sentences.map { $0.replacing("240 texts", with: "60 texts") } == once.finding.sentences)
    #expect(copied.rows[0][.nll].count == 240)
    let unknown = try evaluation(copies: Self.copies, knowsTexts: false)
    #expect(try !areClose(unknown.rows[2].differences[.nll], once.rows[2].differences[.nll]))
  }

  @Test func aRemarkCountsTheCopies() throws {
    let remarks = try evaluation(copies: Self.copies).remarks.sentences
    #expect(
      remarks.contains("180 of 240 test texts are copies of others: intervals resample a text together with its copies")
    )
    #expect(remarks.contains("T: 80 calibration texts with 60 copies are too few for a reliable temperature"))
    let once = try evaluation(copies: 1).remarks.sentences
    #expect(once.contains("T: 20 calibration texts are too few for a reliable temperature"))
    #expect(!once.contains { $0.contains("copies") })
  }

  /// Whether a row that is not among the texts has a copy is not known.
  @Test func rowsThatAreNotAmongTheTextsAreNoCopies() throws {
    let files = try files(copies: Self.copies)
    var renamed = files[0].predictions
    renamed.rowIDs = renamed.rowIDs.map { "other-\($0)" }
    let other = texts(try PredictionsFile(path: "p.h5", renamed), copies: Self.copies)
    let (none, without) = (
      try Evaluation(files, settings: settings, texts: other), try Evaluation(files, settings: settings)
    )
    #expect(try areClose(none.rows[2].differences[.nll], without.rows[2].differences[.nll]))
  }

  /// All rows count in the temperature, as they do in the scores.
  @Test func theTemperatureIsThatOfAllRows() throws {
    let (once, copied) = (try evaluation(copies: 1), try evaluation(copies: Self.copies))
    let temperatures = [once, copied].map { $0.rows.compactMap { $0.forecast.temperature?.value } }
    #expect(temperatures[0].count == 2)
    for (a, b) in zip(temperatures[0], temperatures[1]) { #expect(abs(a - b) < 1e-9) }
  }

  /// Twenty numbers learn 40 texts by heart, which seems to pay where copies of a text are in several folds.
  @Test(arguments: [false, true]) func noCalibratorRestsOnCopiesInOtherFolds(asLabels: Bool) throws {
    let copies = 6
    func keepsTheTemperature(seed: UInt64, knowsTexts: Bool) throws -> Bool {
      let set = SyntheticPredictions(testCount: 20, calibrationCount: 40, seed: seed).predictions
      var copied = repeated(set, copies)
      if asLabels {
        // The rows of a text follow each other.
        let order = (0..<set.count).flatMap { row in (0..<copies).map { row + $0 * set.count } }
        if knowsTexts { copied.labelNames = (0..<copies).map { "label \($0)" } }
        copied.rowIDs = order.indices.map { Predictions.rowID("\($0 / copies)", label: "label \($0 % copies)") }
        (copied.splits, copied.labels) = (order.map { copied.splits[$0] }, order.map { copied.labels[$0] })
        copied.logProbabilities = order.flatMap { copied.logProbabilities[4 * $0..<4 * $0 + 4] }
      }
      let file = try PredictionsFile(path: "p.h5", copied)
      let known = knowsTexts && !asLabels ? texts(file, copies: copies) : nil
      let evaluation = try Evaluation([file], settings: settings, calibrators: [.matrix], texts: known)
      #expect(evaluation.rows.last?.name == "point + matrix")
      return evaluation.remarks.sentences.contains {
        $0.hasSuffix("matrix: cross-validation keeps the temperature alone")
      }
    }
    func kept(knowsTexts: Bool) throws -> Int {
      try (1...12).count { try keepsTheTemperature(seed: $0, knowsTexts: knowsTexts) }
    }
    let (unknown, known) = try (kept(knowsTexts: false), kept(knowsTexts: true))
    #expect(unknown == 0 && known >= 3, "\(unknown) and \(known) of 12")
  }

  @Test func shiftTestsResampleCopiesTogetherInAllSets() throws {
    func test(copies: Int, knowsShifted: Bool = true) throws -> ShiftTest {
      let (home, far) = (try files(copies: copies), try files(copies: copies, dataset: "far", seed: 9))
      return try ShiftTest(
        inDistribution: home, shifted: far,
        corrupted: files(copies: copies, corruption: .init(name: "typos", severity: 1)), settings: settings,
        texts: texts(home[0], copies: copies),
        // The first are the texts of another set.
        shiftedTexts: [texts(home[0], copies: 1)] + (knowsShifted ? [texts(far[0], copies: copies)] : []))
    }
    let curves = try [1, Self.copies].map { try #require(test(copies: $0).corruption).curves[0] }
    #expect(try areClose(curves[1].degradation[.nll], curves[0].degradation[.nll]))
    let (once, copied) = (try test(copies: 1).shifted[0], try test(copies: Self.copies).shifted[0])
    #expect(try areClose(copied.rows[2].differences[.nll], once.rows[2].differences[.nll]))
    #expect(try areClose(copied.detection[2]["auroc_entropy"], once.detection[2]["auroc_entropy"]))
    let unknown = try test(copies: Self.copies, knowsShifted: false).shifted[0]
    #expect(try !areClose(unknown.rows[2].differences[.nll], once.rows[2].differences[.nll]))
  }

  /// With several labels, the rows of a text and of its copies stay together.
  @Test func labelsOfCopiesStayTogether() throws {
    func evaluation(copies: Int) throws -> Evaluation {
      var set = SyntheticPredictions(choices: 2, testCount: 60).predictions
      set.labelNames = ["a/b", "c"]
      set.rowIDs = (0..<set.count).map { Predictions.rowID("\($0 / 2)", label: set.labelNames[$0 % 2]) }
      var copied = repeated(set, copies)
      copied.rowIDs = (0..<copied.count).map { Predictions.rowID("\($0 / 2)", label: set.labelNames[$0 % 2]) }
      #expect(copied.exampleID(ofRow: 2) == "1")
      let file = try PredictionsFile(path: "p.h5", copied)
      var examples = copied
      examples.rowIDs = (0..<copied.count / 2).map { "\($0)" }
      examples.splits = examples.rowIDs.indices.map { copied.splits[2 * $0] }
      examples.labels = examples.rowIDs.map { _ in 0 }
      let one = try PredictionsFile(path: "p.h5", trimmed(examples))
      return try Evaluation([file], settings: settings, texts: texts(one, copies: copies))
    }
    let (once, copied) = (try evaluation(copies: 1), try evaluation(copies: Self.copies))
    #expect(try areClose(copied.rows[0][.nll], once.rows[0][.nll]))
    #expect(try areClose(copied.rows[0][.macroF1], once.rows[0][.macroF1]))
  }

  /// `set` as predictions of one row for each of its ids.
  private func trimmed(_ set: Predictions) -> Predictions {
    var set = set
    (set.labelNames, set.choiceCounts) = ([], set.rowIDs.map { _ in Int32(set.choices) })
    set.logProbabilities = Array(set.logProbabilities.prefix(set.count * set.groups * set.samples * set.choices))
    return set
  }
}
