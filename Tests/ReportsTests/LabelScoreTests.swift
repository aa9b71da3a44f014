// The evaluation of several labels for each text.
import Artifacts
import Calibration
import Faults
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
