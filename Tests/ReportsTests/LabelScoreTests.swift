// The evaluation of several labels for each text.
import Artifacts
import Calibration
import Faults
import Foundation
import Reports
import Testing

@Suite struct LabelScoreTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 40, seed: 2))

  /// Predictions of three labels for each text.
  private func files(_ methods: [String] = ["point", "ensemble"]) throws -> [PredictionsFile] {
    try methods.map { method in
      var set = SyntheticPredictions(method: method, choices: 2, testCount: 120, calibrationCount: 60).predictions
      set.labelNames = ["joy", "anger", "fear"]
      return try PredictionsFile(path: "\(method).h5", set)
    }
  }

  @Test func averagedAndSingleScoresAreInTableAndReport() throws {
    let evaluation = try Evaluation(files(), settings: settings)
    let row = evaluation.rows[0]
    #expect(row.forecast.exampleCount == 40)
    for metric in [Metric.microF1, .macroF1, .subsetAccuracy] {
      #expect(row[metric].score.value.map { (0...1).contains($0) } == true && row[metric].interval != nil)
      #expect(evaluation.text.contains(metric.title))
    }
    #expect(evaluation.text.contains("almanac: 40 test texts with 3 labels each"))
    let table = try evaluation.table().rows
    for name in ["joy", "anger", "fear"] {
      let own = table.filter { $0.dataset == "almanac/\(name)" && $0.method == "point" }
      #expect(own.map(\.metric) == ["accuracy", "nll", "ece", "f1"] && own.allSatisfy { $0.n == 40 })
    }
    // The mean of the labels' scores is that of all decisions.
    let single = table.filter { $0.dataset.hasPrefix("almanac/") && $0.method == "point" && $0.metric == "nll" }
    let mean = single.reduce(0) { $0 + $1.value } / 3
    #expect(abs(mean - (try #require(row[.nll].score.value))) < 1e-12)
    #expect(evaluation.page().contains("F1 of each label"))
  }

  @Test func theWordsAreThoseForLabelsOfTexts() throws {
    var recipe = SyntheticPredictions(method: "point", choices: 2, testCount: 120, calibrationCount: 30)
    recipe.isLabelled = { $0 < 144 }
    var set = recipe.predictions
    set.labelNames = ["joy", "anger", "fear"]
    set.logProbabilities = set.logProbabilities.indices.map { log($0 % 2 == 0 ? 0.9 : 0.1) }
    let text = try Evaluation([try PredictionsFile(path: "p.h5", set)], settings: settings).text
    #expect(text.contains("of the labels") && text.contains("all 114 answers are no"))
    #expect(text.contains("2 of 40 test texts have no label and are not scored"))
    #expect(!text.contains("question") && !text.contains("choice"))
  }

  @Test func setsWithOneLabelHaveNoSuchScores() throws {
    let evaluation = try Evaluation([try PredictionsFile(path: "p.h5", SyntheticPredictions().predictions)])
    #expect(!evaluation.text.contains("F1") && !evaluation.page().contains("F1"))
    #expect(try !evaluation.table().rows.contains { $0.metric.hasPrefix("f1") })
  }

  @Test func shiftTestsRefuseThem() throws {
    #expect {
      let files = try files(["point"])
      _ = try ShiftTest(inDistribution: files, shifted: files, corrupted: [])
    } throws: { ($0 as? Fault)?.message == "has several labels for each text, expected one" }
  }
}
