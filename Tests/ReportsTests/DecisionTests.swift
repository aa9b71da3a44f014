// Decisions about new texts: what the summary promises and refuses to promise, when it warns, and what is in the tables.
import Artifacts
import Calibration
import Faults
import Reports
import TestSupport
import Testing

@Suite struct DecisionTests {
  private static let names = ["north", "east", "south", "not west"]

  /// 300 labelled test rows of an ensemble, and as many new texts of the same kind.
  private static func recipe(seed: UInt64 = 1) -> SyntheticPredictions {
    var recipe = SyntheticPredictions()
    (recipe.method, recipe.groups, recipe.testCount, recipe.skill, recipe.seed) = ("ensemble", 3, 300, 3, seed)
    return recipe
  }

  private static func settings(risk: Double? = 0.04) -> DecisionSettings {
    var settings = DecisionSettings()
    settings.risk = risk
    return settings
  }

  /// The decisions about the test rows of `new`, and answers.csv as lines.
  private func decide(
    _ test: SyntheticPredictions, new: SyntheticPredictions, _ settings: DecisionSettings = settings(),
    columns: [String] = ["id"], copies: Set<String> = []
  ) throws -> (decisions: Decisions, lines: [String]) {
    try withTemporaryFolder { folder in
      let file = try test.file()
      let shards = try ForecastShards([new.forecasts(in: folder, classNames: Self.names)])
      var decisions = try Decisions(
        shards, test: file, trainingLabels: [0, 1, 1, 2, 2, 2, 3, 3, 3, 3], copies: copies, columns: columns, settings)
      var (csv, next) = ("", 0)
      try decisions.writeAnswers(
        nextTexts: { count in
          defer { next += count }
          return (next..<next + count).map { (fields: ["n\($0)"], choices: Self.names) }
        }, to: { csv += $0 })
      return (decisions, csv.split(separator: "\n").map(String.init))
    }
  }

  @Test func textsOfTheSameKindGetAPromiseAndNoWarning() throws {
    let (decisions, lines) = try decide(Self.recipe(), new: Self.recipe(seed: 2))
    #expect(decisions.warnings == [], "\(decisions.text)")
    #expect(lines.count == 301)
    let answered = lines.count { $0.hasSuffix(",no") }
    #expect(answered > 100 && answered < 300)
    #expect(decisions.text.contains(" of the texts by itself with at most 4 % errors (95 % sure); "))
    #expect(decisions.text.contains("this rests on 300 labelled test rows that chose neither temperature nor epoch"))
    #expect(decisions.text.contains("the set of a text holds the right class with probability 90 %"))
  }

  @Test(arguments: [29, 30]) func aTemperatureOfFewRowsGetsAWarning(count: Int) throws {
    var recipe = Self.recipe()
    recipe.calibrationCount = count
    let warnings = try decide(recipe, new: Self.recipe(seed: 2)).decisions.warnings
    let few = "\(count) calibration rows are too few for a reliable temperature"
    #expect(warnings.contains(few) == (count < 30), "\(warnings)")
  }

  /// The answers that need no human are those above the threshold, and the table says the same.
  @Test func theTableAgreesWithTheAnswers() throws {
    let (decisions, lines) = try decide(Self.recipe(), new: Self.recipe(seed: 2))
    let rows = try decisions.table().rows
    let threshold = try #require(rows.first { $0.metric == "confidence_threshold" }).value
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      #expect((Double(fields[2])! >= threshold - 1e-6) == (fields.last == "no"))
    }
    let answered = try #require(rows.first { $0.metric == "answered" })
    #expect(answered.value == Double(lines.count { $0.hasSuffix(",no") }) / 300 && answered.n == 300)
    let shares = decisions.sharesCSV.split(separator: "\n")
    #expect(shares[0] == "class,share,low,high,basis,effective_rows,rows_to_halve" && shares.count == 5)
    #expect(shares[4].hasPrefix("not west,"))
    #expect(
      decisions.text.contains(
        "the shares and their intervals hold if the labelled test rows are a random part of the same texts"))
    let next = decisions.labelNextCSV.split(separator: "\n")
    #expect(next[0] == "id,answer,mutual_information" && next.count == 51)
  }

  @Test func unlikeTextsGetAWarningThatNamesWhatWasSeen() throws {
    var new = Self.recipe(seed: 2)
    (new.skill, new.sharpness) = (0, 1)
    let warnings = try decide(Self.recipe(), new: new).decisions.warnings
    #expect(warnings.contains { $0.hasPrefix("less certain of the new texts than of the test rows by entropy: AUROC") })
    #expect(warnings.contains("the new texts differ from the test rows: the promises do not carry over to them"))
  }

  /// The warning is a test at the level of 1 %: of 60 files of the same kind, more than 4 would be a miracle.
  @Test func textsOfTheSameKindAreRarelyTakenForOthers() throws {
    let alarms = try (10..<70).count { seed in
      try decide(Self.recipe(seed: 1000 + seed), new: Self.recipe(seed: seed)).decisions.warnings
        .contains { $0.hasPrefix("the new texts differ") }
    }
    #expect(alarms <= 4)
  }

  @Test func withoutLabelsEverythingIsForAHuman() throws {
    var test = Self.recipe()
    test.isLabelled = { $0 < 60 }
    let (decisions, lines) = try decide(test, new: Self.recipe(seed: 2))
    #expect(decisions.text.contains("all texts are for a human: no test row has a label, so nothing can be promised"))
    #expect(decisions.text.contains("at least 74, and test on it"))
    #expect(lines.dropFirst().allSatisfy { $0.hasSuffix(",yes") })
    #expect(decisions.sharesCSV.split(separator: "\n").count == 1)
  }

  @Test func tooFewRowsAreSaidWithTheNumberThatIsNeeded() throws {
    var test = Self.recipe()
    test.testCount = 8
    let (decisions, lines) = try decide(test, new: Self.recipe(seed: 2), Self.settings(risk: 0.05))
    #expect(decisions.text.contains("no sets: a coverage of 90 % needs at least 9 labelled test rows, found 8"))
    #expect(decisions.text.contains("do not show that any answers have at most 5 % errors (95 % sure)"))
    #expect(decisions.text.contains(#/the strictest threshold tried: \d confident rows, \d wrong; of all 8 labelled/#))
    #expect(decisions.text.contains("at least 59 confident rows are needed even if none of them is wrong"))
    #expect(lines.dropFirst().allSatisfy { $0.hasSuffix(",,yes") })
  }

  /// The test rows that chose the method cannot test its promise as strictly as rows that did not.
  @Test func aMethodThatTheTestRowsChoseAnswersFewerTexts() throws {
    var chosen = Self.settings()
    chosen.chosenFrom = 7
    var strict = Self.settings()
    strict.delta = 0.05 / 7
    let found = try [Self.settings(), chosen, strict].map { try decide(Self.recipe(), new: Self.recipe(seed: 2), $0) }
    let (named, many, few) = (found[0], found[1], found[2])
    #expect(many.lines == few.lines)
    #expect(many.lines.count { $0.hasSuffix(",no") } < named.lines.count { $0.hasSuffix(",no") })
    // What is promised stays the same, and the band is that of all seven methods at once.
    #expect(many.decisions.text.contains("with at most 4 % errors (95 % sure)"))
    #expect(many.decisions.text.contains("ensemble was chosen from 7 methods by their scores on the labelled test"))
    #expect(!named.decisions.text.contains("was chosen"))
    #expect(try width(ofBand: many.decisions.text) > width(ofBand: named.decisions.text))
  }

  /// The width in points of the band of the coverage.
  private func width(ofBand text: String) throws -> Double {
    let band = try #require(text.firstMatch(of: #/itself lies between ([0-9.]+) % and ([0-9.]+) %/#)).output
    return Double(band.2)! - Double(band.1)!
  }

  /// 300 rows of 60 texts promise no more than 60 rows do.
  @Test func copiesOfATextAreNoEvidence() throws {
    let (recipe, new) = (Self.recipe(), Self.recipe(seed: 2))
    // The rows t60 to t119 are kept.
    let copies = Set((120..<360).map { "t\($0)" })
    let found = try decide(recipe, new: new, Self.settings(risk: 0.2), copies: copies)
    var few = recipe
    few.isLabelled = { $0 < 120 }
    let expected = try decide(few, new: new, Self.settings(risk: 0.2))
    #expect(found.lines == expected.lines)
    #expect(found.decisions.sharesCSV == expected.decisions.sharesCSV)
    let lines = found.decisions.text.split(separator: "\n")
    #expect(lines[1] == "300 labelled test rows, 60 distinct texts: of rows with the same text only the first counts")
    #expect(
      found.decisions.text.replacing("\(lines[1])\n", with: "").replacing("60 distinct labelled", with: "60 labelled")
        == expected.decisions.text)
  }

  @Test func aMethodThatOnlyGuessesIsNamedFirst() throws {
    var test = Self.recipe()
    (test.skill, test.sharpness) = (0, 0.5)
    let text = try decide(test, new: test).decisions.text
    let lines = text.split(separator: "\n")
    #expect(lines[1].hasPrefix("ensemble is no better than guessing as far as 300 labelled test rows show: "))
    #expect(lines[2].hasPrefix("all texts are for a human") && !text.contains("label more"))
    #expect(try !decide(Self.recipe(), new: Self.recipe(seed: 2)).decisions.text.contains("guessing"))
  }

  /// Where nearly all answers are right, a threshold of 0.000 and sets of 1.00 classes would say nothing.
  @Test func answersThatAreRightOftenEnoughAreSaidInWords() throws {
    var test = Self.recipe()
    test.skill = 4
    var settings = Self.settings(risk: 0.2)
    settings.coverage = 0.8
    let text = try decide(test, new: test, settings).decisions.text
    #expect(text.contains("answers 100 % of the texts by itself") && !text.contains("0.000"))
    #expect(text.contains(#/no text is too doubtful to be answered: of the test rows [0-9.]+ % are wrong/#))
    #expect(text.contains(#/probability 80 %; the answers alone are right that often, for [0-9.]+ % of the test/#))
    #expect(text.contains(#/: a larger coverage, such as 9[589.]+ %, gives sets that say more/#))
  }

  @Test func withoutARiskNoTextIsMarked() throws {
    let (decisions, lines) = try decide(Self.recipe(), new: Self.recipe(seed: 2), Self.settings(risk: nil))
    #expect(decisions.text.contains("no largest share of errors was asked for"))
    #expect(lines[0].hasSuffix(",uncertainty,uncertainty_kind,set"))
  }

  @Test func ourColumnsGiveWayToThoseOfTheTexts() throws {
    let lines = try decide(Self.recipe(), new: Self.recipe(seed: 2), columns: ["answer"]).lines
    #expect(lines[0].hasPrefix("answer,credence_answer,confidence,p_north,p_east,p_south,p_not west,"))
  }

  /// Shares that are known or estimated change the probabilities; what was promised before is said not to follow.
  @Test(arguments: ["north:70%,east:10%,south:10%,not_west:10%", "estimate"])
  func aPriorIsAppliedAndThePromiseIsLimited(prior: String) throws {
    var settings = Self.settings()
    settings.prior = try DecisionSettings.prior(prior)
    let (decisions, _) = try decide(Self.recipe(), new: Self.recipe(seed: 2), settings)
    #expect(decisions.warnings.contains { $0.contains("and the promises are not") })
    let corrected = decisions.text.matches(of: #/corrected to ([0-9.]+) %/#).map { Double($0.output.1)! }
    // All four classes are equally frequent in these rows.
    let expected = prior == "estimate" ? [25, 25, 25, 25] : [70, 10, 10, 10]
    #expect(corrected.count == 4)
    for (found, wanted) in zip(corrected, expected) {
      #expect(abs(found - Double(wanted)) < (wanted == 25 ? 10 : 0.01))
    }
  }

  @Test func otherDrawsAreRefused() throws {
    var test = Self.recipe()
    test.samples = 2
    #expect(throws: Fault.self) { _ = try decide(test, new: Self.recipe(seed: 2)) }
  }
}
