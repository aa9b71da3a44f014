// The shift test: which files match, which are rejected, and that nothing is fitted on a shifted set.
import Artifacts
import Calibration
import Faults
import Foundation
import JSON
import Reports
import Testing

@Suite struct ShiftTestTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 30, seed: 2))

  private func methods(_ change: (inout SyntheticPredictions) -> Void = { _ in }) throws -> [PredictionsFile] {
    try [("point", 1, 1), ("ensemble", 3, 1)].map { method, groups, samples in
      var recipe = SyntheticPredictions()
      (recipe.method, recipe.groups, recipe.samples) = (method, groups, samples)
      change(&recipe)
      return try recipe.file("\(method)-\(recipe.dataset)-\(recipe.corruption.severity).h5")
    }
  }

  private func far(_ change: (inout SyntheticPredictions) -> Void = { _ in }) throws -> [PredictionsFile] {
    try methods {
      ($0.dataset, $0.seed, $0.skill, $0.sharpness, $0.calibrationCount) = ("far", 9, 0.1, 0.7, 0)
      change(&$0)
    }
  }

  private func corrupted(_ name: String, _ severity: Int) throws -> [PredictionsFile] {
    try methods {
      $0.corruption = .init(name: name, severity: severity)
      $0.skill -= 0.2 * Float(severity)
    }
  }

  private func rejection(
    shifted: [PredictionsFile] = [], corrupted: [PredictionsFile] = []
  ) throws -> Fault? {
    do {
      _ = try ShiftTest(inDistribution: methods(), shifted: shifted, corrupted: corrupted, settings: settings)
    } catch let fault as Fault { return fault }
    return nil
  }

  @Test func theTemperatureIsFittedOnInDistributionQuestions() throws {
    // The shifted set has its own calibration split, which must not be used.
    let shifted = try far { $0.calibrationCount = 60 }
    let test = try ShiftTest(inDistribution: methods(), shifted: shifted, corrupted: [], settings: settings)
    let evaluation = try Evaluation(try methods(), settings: settings)
    let temperatures = evaluation.rows.compactMap(\.forecast.temperature)
    #expect(temperatures.count == 2)
    #expect(test.shifted[0].rows.compactMap(\.forecast.temperature) == temperatures)
    #expect(test.inDistribution.rows[1][.nll] == evaluation.rows[1][.nll])
  }

  /// A method has a file for every set, but its settings are the same on all of them.
  @Test func theRunCountsEachMethodOnce() throws {
    func withSettings(_ file: PredictionsFile) throws -> PredictionsFile {
      var set = file.predictions
      set.settings = #"{"seed":0,"fit":{"rank":\#(set.groups),"steps":0}}"#
      return try PredictionsFile(path: file.path, set)
    }
    let page = try ShiftTest(
      inDistribution: methods().map(withSettings), shifted: far().map(withSettings), corrupted: [], settings: settings
    ).page()
    #expect(page.contains("<dt>Methods</dt><dd>point, ensemble</dd>"))
    #expect(page.contains(">ensemble: 3</td>") && page.contains(">those of the epochs</td>"))
  }

  @Test func detectionCountsTheShiftedSetAsPositive() throws {
    let test = try ShiftTest(inDistribution: methods(), shifted: far(), corrupted: [], settings: settings)
    let scores = test.shifted[0].detection[2]
    // The far set's logits are a third as large, so that its entropies are higher.
    #expect(try #require(scores["auroc_entropy"]?.score.value) > 0.6)
    #expect(try #require(scores["auroc_max_probability"]?.score.value) > 0.6)
    #expect(scores["auroc_entropy"]?.count == 240)
    let home = test.inDistribution.rows[2].forecast.mixture.entropies
    let away = test.shifted[0].rows[2].forecast.mixture.entropies
    let expected = Detection(inDistribution: home, shifted: away, .areaUnderROC).score
    #expect(scores["auroc_entropy"]?.score == expected)
    #expect(test.inDistribution.detection.isEmpty)
  }

  @Test func energyAndMaxLogitAreThoseOfTheLogits() throws {
    let (inside, outside) = (try methods { $0.keepsLogits = true }, try far { $0.keepsLogits = true })
    let test = try ShiftTest(inDistribution: inside, shifted: outside, corrupted: [], settings: settings)
    func scores(_ file: PredictionsFile, _ value: (_ logits: [Double]) -> Double) -> [Double] {
      let set = file.predictions
      let draws = set.groups * set.samples
      return set.splits.indices.filter { set.splits[$0] == .test }.map { row in
        (0..<draws).reduce(0) { sum, draw in
          let start = (row * draws + draw) * set.choices
          let logits = (0..<set.choices).map { choice in
            Double(set.logProbabilities[start + choice]) + Double(set.logSums[row * draws + draw])
          }
          return sum + value(logits) / Double(draws)
        }
      }
    }
    let values: [(String, ([Double]) -> Double)] = [
      ("energy", { -log($0.reduce(0) { $0 + exp($1) }) }), ("max_logit", { -$0.max()! }),
    ]
    for (method, row) in [(0, 0), (1, 2)] {
      for (name, value) in values {
        let expected = Detection(
          inDistribution: scores(inside[method], value), shifted: scores(outside[method], value), .areaUnderROC
        ).score
        let found = try #require(test.shifted[0].detection[row]["auroc_\(name)"]?.score.value)
        #expect(abs(found - (expected.value ?? .nan)) < 1e-3, "\(name), method \(method)")
      }
    }
    #expect(test.shifted[0].detection[1]["auroc_energy"]?.score == .undefined("as without temperature"))
  }

  @Test func withoutLogitsThereIsNoEnergy() throws {
    let test = try ShiftTest(inDistribution: methods(), shifted: far(), corrupted: [], settings: settings)
    #expect(test.shifted[0].detection[0]["auroc_energy"]?.score == .undefined("no logits were kept"))
    #expect(test.shifted[0].detection[0]["auroc_max_logit"]?.score == .undefined("no logits were kept"))
  }

  @Test func scoresThatNeedASpreadGiveAReasonIfThereIsNone() throws {
    let test = try ShiftTest(inDistribution: methods(), shifted: far(), corrupted: [], settings: settings)
    let (point, scaled, ensemble) = (
      test.shifted[0].detection[0], test.shifted[0].detection[3], test.shifted[0].detection[2]
    )
    #expect(point["auroc_disagreement"]?.score == .undefined("no spread measured: one set of weights"))
    #expect(scaled["auroc_mutual_information"]?.score == .undefined("as without temperature"))
    #expect(ensemble["fpr95_mutual_information"]?.score.value != nil)
  }

  @Test func unlabelledShiftedQuestionsAreStillDetected() throws {
    let shifted = try far { $0.isLabelled = { _ in false } }
    let test = try ShiftTest(inDistribution: methods(), shifted: shifted, corrupted: [], settings: settings)
    #expect(test.shifted[0].rows[0][.accuracy].score == .undefined("no labels"))
    #expect(test.shifted[0].detection[0]["auroc_entropy"]?.score.value != nil)
    #expect(
      test.remarks.sentences.filter { $0.contains("label") } == [
        "far: no test question has a label, so nothing is scored"
      ])
  }

  @Test func partlyLabelledQuestionsAreAllDetected() throws {
    let partly = { (recipe: inout SyntheticPredictions) in recipe.isLabelled = { $0 % 3 != 0 } }
    let test = try ShiftTest(
      inDistribution: methods(partly), shifted: far(partly), corrupted: [], settings: settings)
    let all = try ShiftTest(inDistribution: methods(), shifted: far(), corrupted: [], settings: settings)
    #expect(test.shifted[0].rows.map(\.[.accuracy].count) == [80, 80, 80, 80])
    // Detecting a shift needs no labels; only the temperature of the second row was fitted on fewer questions.
    #expect(test.shifted[0].detection[0] == all.shifted[0].detection[0])
    #expect(test.shifted[0].detection[1]["auroc_entropy"]?.count == 240)
  }

  @Test func oneShiftedQuestionHasScoresButNoIntervals() throws {
    let test = try ShiftTest(
      inDistribution: methods(), shifted: far { $0.testCount = 1 }, corrupted: [], settings: settings)
    let detection = try #require(test.shifted[0].detection[0]["auroc_entropy"])
    #expect(detection.score.value != nil && detection.interval == nil)
    #expect(test.shifted[0].rows[0][.nll].interval == nil && test.inDistribution.rows[0][.nll].interval != nil)
    #expect(
      test.remarks.sentences.filter { $0.contains("single question") } == [
        "far: a single question cannot be resampled: there are no intervals"
      ])
    #expect(test.page().contains("far (1)"))
  }

  @Test func severitiesFormCurvesWithCleanTextAtZero() throws {
    let sets = try corrupted("typos", 5) + corrupted("typos", 1) + corrupted("case", 1) + corrupted("case", 5)
    let test = try ShiftTest(inDistribution: methods(), shifted: [], corrupted: sets, settings: settings)
    let corruption = try #require(test.corruption)
    #expect(corruption.corruptions == ["typos", "case", "all corruptions"])
    let curve = try #require(corruption.curves.first { $0.corruption == "typos" && $0.name == "point" })
    #expect(curve.severities == [0, 1, 5])
    let values = try #require(curve.values[.accuracy]).compactMap(\.score.value)
    #expect(values[0] == test.inDistribution.rows[0][.accuracy].score.value && values[2] < values[1])
    let area = (values[0] + values[1]) / 2 * 1 + (values[1] + values[2]) / 2 * 4
    let degradation = try #require(curve.degradation[.accuracy]?.score.value)
    #expect(abs(degradation - (area / 5 - values[0])) < 1e-12)
    let mean = try #require(corruption.curves.first { $0.corruption == "all corruptions" && $0.name == "point" })
    let other = try #require(corruption.curves.first { $0.corruption == "case" && $0.name == "point" })
    let both = (degradation + (try #require(other.degradation[.accuracy]?.score.value))) / 2
    #expect(abs(try #require(mean.degradation[.accuracy]?.score.value) - both) < 1e-12)
  }

  @Test func corruptionsWithOtherSeveritiesHaveNoMean() throws {
    let sets = try corrupted("typos", 1) + corrupted("typos", 2) + corrupted("case", 1)
    let test = try ShiftTest(inDistribution: methods(), shifted: [], corrupted: sets, settings: settings)
    #expect(test.corruption?.corruptions == ["typos", "case"])
  }

  @Test func filesThatDoNotMatchAreRejectedByName() throws {
    #expect(try rejection()?.code == .usage)
    let missing = try #require(try rejection(shifted: [try far()[0]]))
    #expect(missing.subject == "point-far-0.h5" && missing.message.contains("no predictions of ensemble"))
    let foreign = try far { if $0.method == "ensemble" { $0.method = "swag" } }
    #expect(
      try rejection(shifted: try far() + [foreign[1]])?.message.contains("swag has no predictions in dis") == true)
    #expect(try rejection(shifted: try methods())?.message.contains("no shift") == true)
    #expect(try rejection(corrupted: try far())?.hint == "for a set of other questions, use `shifted`")
    let shorter = try methods { ($0.corruption, $0.testCount) = (.init(name: "typos", severity: 1), 100) }
    #expect(try rejection(corrupted: shorter)?.message.contains("the test questions differ") == true)
    var set = try far()[0].predictions
    set.baseDigest = "77"
    var ensemble = try far()[1].predictions
    ensemble.baseDigest = "77"
    let other = try [set, ensemble].map { try PredictionsFile(path: "other.h5", $0) }
    #expect(try rejection(shifted: other)?.message.contains("another base") == true)
    #expect(try rejection(shifted: try far() + far())?.message.contains("the same method and set") == true)
  }

  @Test func everythingIsWrittenAndEqualResultsAreEqualBytes() throws {
    let sets = try corrupted("typos", 1) + corrupted("typos", 2)
    let tests = try (0..<2).map { _ in
      try ShiftTest(inDistribution: methods(), shifted: far(), corrupted: sets, settings: settings)
    }
    #expect(tests[0].page() == tests[1].page())
    #expect(tests[0].text == tests[1].text)
    let table = try tests[0].table()
    let other = try tests[1].table()
    #expect(table == other && table.kind == .shift)
    let names = table.rows.map { "\($0.method)|\($0.dataset)|\($0.metric)" }
    #expect(Set(names).count == names.count)
    for name in [
      "point|far|auroc_entropy", "ensemble + temperature|far|nll", "ensemble|far|nll_minus_point",
      "point|almanac (typos 2)|ece", "point|almanac (typos)|nll_degradation", "point|almanac|accuracy",
    ] { #expect(names.contains(name), "\(name)") }
    for outside in ["http:", "https:", "<script", "src="] { #expect(!tests[0].page().contains(outside)) }
    let json = try JSON.parse(Array(try tests[0].harnessJSON().utf8), subject: "shift.json")
    #expect(try json.object("results", in: "").object("far_ensemble").double("auroc_entropy,none") > 0.5)
    #expect(try json.object("results", in: "").object("almanac_typos_2_point").double("acc,none") > 0)
  }
}
