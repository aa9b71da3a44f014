// The shift test of predicted numbers: errors and coverage in place of accuracy, and the spread in place of confidence.
import Artifacts
import Calibration
import Faults
import Reports
import Testing

@Suite struct NumberShiftTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 30, seed: 2))

  private func files(_ change: (inout SyntheticPredictions) -> Void = { _ in }) throws -> [PredictionsFile] {
    try [("point", 1), ("ensemble", 3)].map { method, groups in
      var recipe = SyntheticPredictions(method: method, groups: groups, choices: 8, skill: 4)
      change(&recipe)
      return try PredictionsFile(path: "\(method)-\(recipe.dataset).h5", recipe.numberPredictions)
    }
  }

  private func far() throws -> [PredictionsFile] {
    try files { ($0.dataset, $0.seed, $0.skill, $0.sharpness, $0.calibrationCount) = ("far", 9, 0.1, 0.5, 0) }
  }

  private func test() throws -> ShiftTest {
    let corrupted = try (1...2).flatMap { severity in
      try files {
        $0.corruption = .init(name: "typos", severity: severity)
        $0.skill -= 1.5 * Float(severity)
      }
    }
    return try ShiftTest(inDistribution: files(), shifted: far(), corrupted: corrupted, settings: settings)
  }

  @Test func theTableHasErrorsAndCoverageInAndOutOfDistribution() throws {
    let text = try test().text
    let heading = try #require(text.split(separator: "\n").first { $0.hasPrefix("method") })
    #expect(heading.contains("CRPS  median off by  in 90 % interval"))
    #expect(text.contains("AUROC: how well the standard deviation of the predictions detects shifted"))
    #expect(text.contains("corrupted text (typos): at severity 2"))
    for word in ["acc %", "ECE", "NLL  "] { #expect(!text.contains(word), "\(word)") }
  }

  @Test func theFindingSaysHowFarOffTheMediansAre() throws {
    let test = try test()
    let index = try #require(test.shifted[0].rows.lastIndex { $0.forecast.method == test.finding.recommended })
    let (there, home) = (test.shifted[0].rows[index], test.inDistribution.rows[index])
    #expect(try #require(there[.medianError].score.value) > (try #require(home[.medianError].score.value)))
    let sentences = test.sentences
    #expect(sentences[1].hasPrefix("On far the medians of its predictions are off by "))
    #expect(sentences[1].contains(" % of the numbers ("))
    #expect(sentences[1].contains("It is less sure of far than of almanac: AUROC "))
    #expect(sentences[2].hasPrefix("Corrupted text (typos) changes the error of its medians by +"))
  }

  @Test func theFilesHaveTheScoresOfNumbers() throws {
    let test = try test()
    let metrics = Set(try test.table().rows.map(\.metric))
    for metric in ["crps", "rmse", "coverage_90", "auroc_deviation", "fpr95_entropy", "median_error_degradation"] {
      #expect(metrics.contains(metric), "\(metric)")
    }
    for metric in ["accuracy", "auroc_max_probability", "accuracy_degradation"] { #expect(!metrics.contains(metric)) }
    #expect(try test.harnessJSON().contains("\"crps,none\""))
  }

  /// More numbers in an interval are neither better nor worse: the last column of the table of corruptions has no mark.
  @Test func changesOfTheCoverageHaveNoMark() throws {
    let test = try test()
    let changes = try #require(test.corruption).curves.compactMap { $0.degradation[.coverage90] }
    #expect(changes.contains { $0.excludesZero })
    let lines = test.text.split(separator: "\n").suffix(4)
    #expect(lines.count == 4 && lines[lines.startIndex].hasPrefix("point"))
    for line in lines { #expect(!line.hasSuffix("\u{2713}") && !line.hasSuffix("\u{2717}"), "\(line)") }
  }

  @Test func thePageShowsNoClasses() throws {
    let page = try test().page()
    for title in ["Standard deviations of point on far", "RMSE", "in 90 % interval", "Corrupted text"] {
      #expect(page.contains(title), "\(title)")
    }
    for title in ["Accuracy</", ">ECE", "max probability", "Entropies of", "interval</a> %"] {
      #expect(!page.contains(title), "\(title)")
    }
  }

  @Test func otherBinsAreRefused() throws {
    let changed = try far().map { file in
      var set = file.predictions
      set.numbers?.edges[8] += 5
      return try PredictionsFile(path: file.path, set)
    }
    let classes = try ["point", "ensemble"].map {
      try SyntheticPredictions(method: $0, dataset: "far", choices: 8).file()
    }
    for shifted in [changed, classes] {
      let fault = #expect(throws: Fault.self) {
        _ = try ShiftTest(inDistribution: files(), shifted: shifted, corrupted: [], settings: settings)
      }
      #expect(fault?.message == "does not predict numbers in the same bins as point-almanac.h5")
    }
  }
}
