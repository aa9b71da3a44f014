// The evaluation of predicted numbers: scores in their unit, and nothing about classes.
import Artifacts
import Calibration
import Faults
import Foundation
import Reports
import Testing

@Suite struct NumberScoreTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 40, seed: 2))

  private func files(
    _ methods: [String] = ["point", "ensemble"], skill: Float = 3, isLabelled: Bool = true
  ) throws -> [PredictionsFile] {
    try methods.map { method in
      var recipe = SyntheticPredictions(method: method, choices: 8, skill: skill)
      recipe.isLabelled = { _ in isLabelled }
      return try PredictionsFile(path: "\(method).h5", recipe.numberPredictions)
    }
  }

  @Test func theTableBeginsWithTheRankedProbabilityScore() throws {
    let evaluation = try Evaluation(files(), settings: settings)
    let heading = try #require(evaluation.text.split(separator: "\n").first { $0.hasPrefix("method") })
    #expect(heading.split(separator: " ").prefix(3) == ["method", "CRPS", "RMSE"])
    #expect(evaluation.text.contains("almanac: 120 test texts with a number each"))
    #expect(evaluation.finding.sentences.last?.contains("The medians of its predictions are off by") == true)
    for word in ["acc %", "ECE", "right in"] { #expect(!evaluation.text.contains(word), "\(word)") }
    let metrics = try evaluation.table().rows.filter { $0.method == "point" }.map(\.metric)
    #expect(metrics.prefix(6) == ["crps", "rmse", "median_error", "nll", "coverage_90", "width_90"])
    for metric in ["accuracy", "brier", "ece", "disagreement"] { #expect(!metrics.contains(metric)) }
  }

  @Test func theScoresAreThoseOfTheExactNumbers() throws {
    let set = try files(["point"])[0].predictions
    let row = try Evaluation(files(["point"]), settings: settings).rows[0]
    var (squares, log) = (0.0, 0.0)
    for example in 60..<180 {
      let logarithms = set.logProbabilities[example * 8..<(example + 1) * 8].map(Double.init)
      let mean = logarithms.enumerated().reduce(0) { $0 + exp($1.element) * (10 * Double($1.offset) + 5) }
      squares += pow(mean - set.numbers!.values[example], 2)
      log += -logarithms[Int(set.labels[example])] + Foundation.log(10)
    }
    #expect(abs(try #require(row[.rmse].score.value) - (squares / 120).squareRoot()) < 1e-5)
    #expect(abs(try #require(row[.nll].score.value) - log / 120) < 1e-5)
    #expect(row[.crps].interval != nil && row[.width90].score.value.map { (0...80).contains($0) } == true)
  }

  @Test func theReportShowsIntervalsAndNoClasses() throws {
    let evaluation = try Evaluation(files(), settings: settings)
    let page = evaluation.page(growth: evaluation.growth)
    for title in ["Coverage", "Where it is least sure", "Differences", "RMSE"] {
      #expect(page.contains(title), "\(title)")
    }
    for title in ["Reliability", "Risk and coverage", "Answers and how sure", "mixed up"] {
      #expect(!page.contains(title), "\(title)")
    }
    #expect(evaluation.latex.contains("Method & CRPS & RMSE & median off by & NLL"))
    #expect(evaluation.binsCSV.split(separator: "\n").count == 1)
    let growth = Evaluation.csv(of: evaluation.growth)
    #expect(growth.hasPrefix("method,members,samples,crps,rmse,median_error,entropy_total"))
    #expect(try evaluation.harnessJSON().contains("\"crps,none\""))
  }

  @Test func predictionsHaveTheNumberAndAnInterval() throws {
    let lines = try Evaluation(files(["point"]), settings: settings).predictionsCSV.split(separator: "\n")
    #expect(lines[0].hasPrefix("method,id,split,right_number,mean,median,low_90,high_90,entropy_total,"))
    #expect(lines.count == 181)
    let cells = lines[61].split(separator: ",", omittingEmptySubsequences: false)
    let numbers = cells[3..<8].map { Double($0)! }
    #expect(Int(numbers[0]) % 10 == 3 && numbers[3] < numbers[2] && numbers[2] < numbers[4])
    #expect(abs(cells[11...].reduce(0) { $0 + Double($1)! } - 1) < 1e-5)
  }

  @Test func predictionsThatKnowNothingGetARemark() throws {
    let remark = "the RMSE is no better than that of predicting the mean for every text"
    #expect(try Evaluation(files(skill: 0), settings: settings).remarks.sentences.contains { $0.contains(remark) })
    #expect(try !Evaluation(files(), settings: settings).remarks.sentences.contains { $0.contains(remark) })
  }

  @Test func withoutLabelsThereIsNoScore() throws {
    let evaluation = try Evaluation(files(isLabelled: false), settings: settings)
    #expect(evaluation.rows[0][.crps].score == .undefined("no labels"))
    #expect(evaluation.text.contains("no test question has a label") && !evaluation.page().contains(">Coverage<"))
    // How wide the intervals are needs no label.
    #expect(evaluation.rows[0][.width90].score.value != nil)
  }

  @Test func otherNumbersAreNotComparable() throws {
    let files = try files()
    var other = files[1].predictions
    other.numbers?.values[100] += 1
    #expect {
      _ = try Evaluation([files[0], PredictionsFile(path: "other.h5", other)])
    } throws: { ($0 as? Fault)?.message == "differs from point.h5 in its numbers" }
  }

  /// A foreign file has no bins and no numbers, but those of ours.
  @Test func predictionsOfOtherProgramsAreScoredAlike() throws {
    let own = try files(["point"])[0]
    var table = try ForeignTable(
      ["id", "split"] + (0..<8).map { "p_\($0)" }, path: "mine.csv")
    for row in 0..<180 {
      let probabilities = own.predictions.logProbabilities[row * 8..<(row + 1) * 8].map { "\(exp(Double($0)))" }
      try table.add([own.predictions.rowIDs[row], "\(own.predictions.splits[row])"] + probabilities, line: row + 2)
    }
    let foreign = try #require(try table.predictions().first)
    let evaluation = try Evaluation([own, PredictionsFile(path: "mine.csv", foreign, like: own)], settings: settings)
    let scores = evaluation.rows.filter { $0.forecast.temperature == nil }.map { $0[.crps].score.value ?? .nan }
    #expect(scores.count == 2 && abs(scores[0] - scores[1]) < 1e-5)
  }
}
