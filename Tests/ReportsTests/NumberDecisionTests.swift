// Decisions about new texts where numbers are predicted: a median with an interval for each, and what is refused.
import Artifacts
import Calibration
import Faults
import Reports
import TestSupport
import Testing

@Suite struct NumberDecisionTests {
  private static func recipe(seed: UInt64 = 1, testCount: Int = 300) -> SyntheticPredictions {
    var recipe = SyntheticPredictions()
    (recipe.method, recipe.groups, recipe.choices, recipe.skill) = ("ensemble", 3, 8, 4)
    (recipe.testCount, recipe.seed) = (testCount, seed)
    return recipe
  }

  /// The decisions about the test rows of `new`, and answers.csv as rows of cells.
  private func decide(
    _ test: SyntheticPredictions, new: SyntheticPredictions, _ change: (inout DecisionSettings) -> Void = { _ in }
  ) throws -> (decisions: Decisions, rows: [[String]]) {
    try withTemporaryFolder { folder in
      var settings = DecisionSettings()
      change(&settings)
      let file = try PredictionsFile(path: "ensemble.h5", test.numberPredictions)
      let names = (0..<8).map { "\(10 * $0 + 5)" }
      let shards = try ForecastShards([new.forecasts(in: folder, classNames: names)])
      var decisions = try Decisions(shards, test: file, trainingLabels: [0, 1], copies: [], columns: ["id"], settings)
      var (csv, next) = ("", 0)
      try decisions.writeAnswers(
        nextTexts: { count in
          defer { next += count }
          return (next..<next + count).map { (fields: ["n\($0)"], choices: names) }
        }, to: { csv += $0 })
      let rows = csv.split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      return (decisions, rows)
    }
  }

  @Test func everyTextGetsAMedianInAnIntervalThatHoldsAsPromised() throws {
    let new = Self.recipe(seed: 2)
    let (decisions, rows) = try decide(Self.recipe(), new: new)
    #expect(rows[0] == ["id", "prediction", "low", "high", "deviation", "uncertainty_kind"] && rows.count == 301)
    let right = new.numberPredictions.numbers!.values.suffix(300)
    var held = 0
    for (row, number) in zip(rows.dropFirst(), right) {
      let (prediction, low, high) = (Double(row[1])!, Double(row[2])!, Double(row[3])!)
      #expect(low <= prediction && prediction <= high && Double(row[4])! > 0)
      #expect(["aleatoric", "epistemic"].contains(row[5]))
      if low <= number && number <= high { held += 1 }
    }
    // The new texts are of the same kind: 90 %, give or take four deviations of both samples.
    #expect(abs(Double(held) / 300 - 0.9) < 0.1, "\(held)")
    #expect(decisions.text.contains("the interval of a text holds its number with probability 90 %; it is "))
    #expect(decisions.text.contains("this rests on 300 labelled test rows that chose neither temperature nor epoch"))
    #expect(!decisions.text.contains("for a human") && !decisions.text.contains("right class"))
  }

  @Test func theTablesAgreeWithTheAnswers() throws {
    let (decisions, rows) = try decide(Self.recipe(), new: Self.recipe(seed: 2))
    let table = try decisions.table().rows
    #expect(table.map(\.metric) == ["temperature", "interval_margin", "interval_width"])
    let width = rows.dropFirst().reduce(0) { $0 + Double($1[3])! - Double($1[2])! } / 300
    #expect(abs(table[2].value - width) < 1e-4 && table[2].n == 300)
    let next = decisions.labelNextCSV.split(separator: "\n")
    #expect(next[0] == "id,answer,mutual_information" && next.count == 51)
    let first = next[1].split(separator: ",").map(String.init)
    #expect(rows.contains { $0[0] == first[0] && $0[1] == first[1] })
  }

  /// The new texts are 300 with labels of their own, so their mean is known.
  @Test func theMeanOfTheTextsHasAnInterval() throws {
    let new = Self.recipe(seed: 2)
    let (decisions, _) = try decide(Self.recipe(), new: new)
    let lines = decisions.sharesCSV.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    try #require(lines.count == 2 && lines[0] == ["mean", "low", "high", "basis", "effective_rows", "rows_to_halve"])
    let values = lines[1].prefix(3).compactMap { Double($0) }
    let right = new.numberPredictions.numbers!.values.suffix(300).reduce(0, +) / 300
    // Two samples of 300 numbers whose deviation is 23: their means differ by 1.9 in one of three cases.
    #expect(values[1] < values[0] && values[0] < values[2] && abs(values[0] - right) < 5)
    // Good forecasts narrow the interval of the labels alone, which is 5.2 wide.
    #expect(values[2] - values[1] < 5 && lines[1][3] == "labels and forecasts")
    let sentence = #/the mean of the texts' numbers is ([0-9.]+), 95 % interval ([0-9.]+) to ([0-9.]+)\n/#
    let said = try #require(decisions.text.firstMatch(of: sentence)?.output)
    for (text, value) in zip([said.1, said.2, said.3], values) {
      #expect(abs(try #require(Double(text)) - value) < 0.051)
    }
    #expect(decisions.text.contains("\n  it holds if the labelled test rows are a random part of the same texts as"))
    let single = try decide(Self.recipe(testCount: 1), new: new).decisions
    #expect(single.sharesCSV.split(separator: "\n").count == 1 && !single.text.contains("the mean of the texts'"))
  }

  /// Where the new texts are the labelled ones once more, the forecasts add nothing to the mean of the labels.
  @Test func theMeanOfTheLabelledTextsIsThatOfTheirLabels() throws {
    let recipe = Self.recipe()
    let lines = try decide(recipe, new: recipe).decisions.sharesCSV.split(separator: "\n")
    let found = try #require(Double(lines[1].prefix { $0 != "," }))
    let labels = recipe.numberPredictions.numbers!.values.suffix(300).reduce(0, +) / 300
    #expect(abs(found - labels) < 1e-3, "\(found), expected \(labels)")
  }

  /// The rows that chose a method among seven show less about its coverage.
  @Test func aMethodThatWasChosenHasAWiderBand() throws {
    func band(_ methods: Int) throws -> (width: Double, text: String) {
      let text = try decide(Self.recipe(), new: Self.recipe(seed: 2)) { $0.chosenFrom = methods }.decisions.text
      let sentence = #/the coverage itself lies between ([0-9.]+) % and ([0-9.]+) %/#
      let ends = try #require(text.firstMatch(of: sentence)?.output)
      return (try #require(Double(ends.2)) - (try #require(Double(ends.1))), text)
    }
    let (named, chosen) = (try band(1), try band(7))
    #expect(chosen.width > named.width, "\(chosen.width), \(named.width)")
    let sentence =
      "ensemble was chosen from 7 methods by their scores on the labelled test rows: the band of the coverage is made "
      + "for all 7 at once (Bonferroni), which makes it more cautious than for a method that is named beforehand"
    #expect(chosen.text.contains(sentence) && !named.text.contains("was chosen from"))
  }

  @Test func tooFewRowsAreSaidWithTheNumberThatIsNeeded() throws {
    let (decisions, rows) = try decide(Self.recipe(testCount: 8), new: Self.recipe(seed: 2))
    #expect(decisions.text.contains("no intervals: a coverage of 90 % needs at least 9 labelled test rows, found 8"))
    #expect(rows.dropFirst().allSatisfy { !$0[1].isEmpty && $0[2].isEmpty && $0[3].isEmpty })
    #expect(try decisions.table().rows[1].reason == "too few labelled test rows")
  }

  @Test func whatIsForClassesIsRefused() throws {
    func refusal(_ change: (inout DecisionSettings) -> Void) -> Fault? {
      #expect(throws: Fault.self) { _ = try decide(Self.recipe(), new: Self.recipe(seed: 2), change) }
    }
    let risk = refusal { $0.risk = 0.05 }
    #expect(risk?.subject == "`risk`")
    #expect(risk?.message == "the run predicts numbers, which are not simply right or wrong")
    #expect(refusal { $0.prior = .estimated }?.subject == "`prior`")
    #expect(refusal { $0.sets = .aps }?.subject == "`sets`")
  }
}
