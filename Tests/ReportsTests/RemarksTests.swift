// Remarks: each rule on predictions made for it, and every remark in every output.
import Artifacts
import Calibration
import JSON
import Reports
import Testing

@Suite struct RemarksTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 200, seed: 2))

  private func files(
    _ methods: [String], _ change: (inout SyntheticPredictions) -> Void = { _ in }
  ) throws -> [PredictionsFile] {
    try methods.map { method in
      var recipe = SyntheticPredictions()
      (recipe.method, recipe.sharpness) = (method, 0.7)
      change(&recipe)
      return try recipe.file()
    }
  }

  private func sentences(_ change: (inout SyntheticPredictions) -> Void) throws -> [String] {
    try Evaluation(files(["point"], change), settings: settings).remarks.sentences
  }

  @Test func goodPredictionsGetNoRemark() throws {
    #expect(try sentences { _ in }.isEmpty)
  }

  @Test func temperaturesFarFromOneGetARemark() throws {
    #expect(try sentences { $0.sharpness = 6 } == ["point: T is above 2: very overconfident before scaling"])
    #expect(try sentences { $0.sharpness = 0.2 } == ["point: T is below 0.5: very underconfident before scaling"])
  }

  @Test func fewCalibrationQuestionsGetARemark() throws {
    let few = "T: 29 calibration questions are too few for a reliable temperature"
    #expect(try sentences { $0.calibrationCount = 29 }.contains(few))
    #expect(try !sentences { $0.calibrationCount = 30 }.contains { $0.contains("too few") })
  }

  @Test func answersNoBetterThanGuessingGetARemark() throws {
    let found = try sentences { ($0.skill, $0.sharpness) = (0, 0.5) }
    #expect(found.contains { $0.hasPrefix("point: accuracy is no better than guessing, which reaches ") })
    // Always choosing the most frequent label is a guess too, although it is better than a random choice.
    var set = SyntheticPredictions().predictions
    for row in 0..<set.count {
      set.labels[row] = row % 10 == 0 ? 1 : 2
      for choice in 0..<4 { set.logProbabilities[4 * row + choice] = choice == 2 ? -0.1 : -3.4 }
    }
    let always = try Evaluation([PredictionsFile(path: "p.h5", set)], settings: settings).remarks.sentences
    #expect(always.contains("point: all 120 answers are choice 2 (counting from 0)"))
    #expect(always.contains("point: accuracy is no better than guessing, which reaches 90.0 %"))
  }

  @Test func moreConfidenceUnderShiftGetsARemark() throws {
    let far = try files(["point"]) { ($0.dataset, $0.seed, $0.sharpness, $0.calibrationCount) = ("far", 9, 6, 0) }
    let test = try ShiftTest(inDistribution: files(["point"]), shifted: far, corrupted: [], settings: settings)
    #expect(test.remarks.sentences == ["point: far: more confident there than on almanac (AUROC below 50 %)"])
    #expect(test.text.contains("point [1]") && test.page().contains("point <sup>[1]</sup>"))
    #expect(
      try test.table().csv(test.remarks).contains(",far: more confident there than on almanac (AUROC below 50 %)\n"))
  }

  /// One method with its own remark, and a remark about both.
  private func remarked() throws -> Evaluation {
    let sets = try files(["point", "tfb"]).map { file -> Predictions in
      var set = file.predictions
      set.warnings = ["both of them"]
      if set.method == "tfb" { set.warnings.append("the search ended at the end of its range") }
      return set
    }
    return try Evaluation(try sets.map { try PredictionsFile(path: "\($0.method).h5", $0) }, settings: settings)
  }

  @Test func aRemarkIsInEveryOutput() throws {
    let evaluation = try remarked()
    let own = "tfb: the search ended at the end of its range"
    #expect(evaluation.remarks.sentences == ["all methods: both of them", own])
    // The finding, the remarks directly below it, and then the table.
    let table = try #require(evaluation.text.range(of: "\ntfb [1]"))
    let remark = try #require(evaluation.text.range(of: "\n[1] \(own)\n"))
    let use = try #require(evaluation.text.range(of: "\nUse point"))
    #expect(use.upperBound < remark.lowerBound && remark.upperBound <= table.lowerBound)
    #expect(evaluation.text.contains("\nall methods: both of them\n") && !evaluation.text.contains("\npoint ["))
    let page = evaluation.page()
    #expect(page.contains("tfb <sup>[1]</sup>") && page.contains("</div>\n<ul class=\"remarks\"><li>all methods: both"))
    #expect(page.contains("<li>[1] \(own)</li>"))
    let rows = try evaluation.table().csv(evaluation.remarks).split(separator: "\n").dropFirst()
    for row in rows {
      let expected = row.hasPrefix("tfb") ? ",both of them; the search ended at the end of its range" : ",both of them"
      #expect(row.hasSuffix(expected), "\(row)")
    }
    let json = try JSON.parse(Array(try evaluation.harnessJSON().utf8), subject: "")
    for (task, count) in [("almanac_tfb_temperature", 2), ("almanac_point", 1)] {
      let metadata = try json.object("configs", in: "").object(task).object("metadata")
      #expect(try metadata.array("remarks").count == count)
    }
  }

  @Test func aRemarkAboutManyMethodsCountsThem() throws {
    let methods = ["point", "a", "b", "c", "d", "e", "f", "g", "sure"]
    let evaluation = try Evaluation(
      try methods.map { method in
        var recipe = SyntheticPredictions()
        (recipe.method, recipe.sharpness) = (method, method == "point" ? 1 : 6)
        return try recipe.file()
      }, settings: settings)
    #expect(evaluation.text.contains("\n[1] 8 of 9 methods: T is above 2: very overconfident before scaling\n"))
    #expect(evaluation.text.contains("\ng [1]") && !evaluation.text.contains("\npoint ["))
  }
}
