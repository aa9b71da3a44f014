// The finding: each rule on predictions whose differences are known, because they come from one method by adding to the
// logit of the right choice.
import Artifacts
import Calibration
import Foundation
import Reports
import Testing

@Suite struct FindingTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 200, seed: 2))

  /// The point estimate's predictions with `gain` added to the logit of the right choice, under another name.
  private func file(
    _ method: String, gain: Float = 0, passes: Int = 1, parameters: Int = 100, isLabelled: Bool = true
  ) throws -> PredictionsFile {
    var recipe = SyntheticPredictions(calibrationCount: 0, sharpness: 0.7)
    recipe.isLabelled = { _ in isLabelled }
    var set = recipe.predictions
    for row in 0..<set.count where isLabelled {
      let cells = (4 * row)..<(4 * row + 4)
      set.logProbabilities[4 * row + Int(set.labels[row])] += gain
      let sum = log(set.logProbabilities[cells].reduce(0) { $0 + exp($1) })
      for cell in cells { set.logProbabilities[cell] -= sum }
    }
    set.method = method
    (set.cost.forwardPasses, set.cost.trainableParameters, set.storedParameters) = (passes, parameters, parameters)
    return try PredictionsFile(path: "\(method).h5", set)
  }

  private func finding(_ files: [PredictionsFile]) throws -> Finding {
    try Evaluation(files, settings: settings).finding
  }

  @Test func theMethodThatBeatsAllOthersIsRecommended() throws {
    let found = try finding([file("point"), file("ensemble", gain: 0.5, passes: 5), file("swag", gain: -0.5)])
    #expect(found.recommended == "ensemble")
    let sentences = found.sentences
    #expect(sentences.count == 3)
    #expect(
      sentences[0].contains(#/^ensemble beats point: NLL lower by 0\.\d{3} \[0\.\d\d, 0\.\d\d\]\. swag is worse than /#)
    )
    #expect(sentences[0].contains(#/point: NLL higher by 0\.\d{3} \[0\.\d\d, 0\.\d\d\]\.$/#))
    #expect(sentences[1].contains(#/^ensemble has the lowest NLL, [01]\.\d{3}; every other method is worse\.$/#))
    #expect(sentences[2].contains(#/^Use ensemble\. It is right in \d\d\.\d % \[\d\d, \d\d\] of the questions\.$/#))
  }

  @Test func theCheapestOfThoseThatAreAsGoodIsRecommended() throws {
    let found = try finding([
      file("point"), file("multiswag", gain: 0.505, passes: 20), file("ensemble", gain: 0.5, passes: 5),
    ])
    #expect(found.recommended == "ensemble")
    #expect(found.sentences[0].hasPrefix("multiswag and ensemble beat point: NLL lower by "))
    #expect(found.sentences[1].hasSuffix("; ensemble cannot be told apart from it on 120 questions."))
    #expect(
      found.sentences[2].hasPrefix(
        "Use ensemble, the cheapest of them: 5 passes over each text, multiswag takes 20. "))
  }

  @Test func passesThenParametersThenTheOrderDecideWhatIsCheaper() throws {
    #expect(try finding([file("a", passes: 2, parameters: 1), file("b", passes: 1, parameters: 9)]).recommended == "b")
    #expect(try finding([file("a", parameters: 9), file("b", parameters: 1)]).recommended == "b")
    #expect(try finding([file("a"), file("b")]).recommended == "a")
  }

  @Test func aDifferenceThatIsCertainButOfNoSizeIsNone() throws {
    let evaluation = try Evaluation([file("point"), file("dropout", gain: 0.008, passes: 9)], settings: settings)
    #expect(evaluation.rows[1].differences[.nll]?.excludesZero == true)
    #expect(evaluation.finding.recommended == "point")
    #expect(
      evaluation.finding.sentences[0] == "No method differs from point in NLL by more than chance on 120 questions.")
    #expect(
      evaluation.remarks.sentences == ["dropout: NLL differs from point's by less than 0.01, too little to matter"])
  }

  @Test func manyMethodsAreCounted() throws {
    let names = ["a", "b", "c", "d"]
    let good = try finding([file("point")] + names.map { try file($0, gain: 0.5, passes: 2) })
    #expect(good.sentences[0].hasPrefix("4 of 4 methods beat point, a by most: NLL lower by 0."))
    let bad = try finding([file("point")] + names.map { try file($0, gain: -0.5) })
    #expect(bad.sentences[0].hasPrefix("No method beats point. 4 of 4 methods are worse than point, "))
    #expect(bad.recommended == "point" && bad.sentences.count == 3)
  }

  /// Without the point estimate, methods are still compared with the best one.
  @Test func withoutThePointEstimateThereIsNoComparisonWithIt() throws {
    let found = try finding([file("swa"), file("ensemble", gain: 0.5, passes: 5)])
    #expect(found.recommended == "ensemble" && found.sentences.count == 2)
    #expect(try finding([file("swa")]).sentences.first?.hasPrefix("swa is the only method. It is right in ") == true)
  }

  @Test func withoutLabelsThePointEstimateIsRecommended() throws {
    let found = try finding([file("base", isLabelled: false), file("point", passes: 2, isLabelled: false)])
    #expect(found.recommended == "point")
    #expect(
      found.sentences == ["Nothing can be compared, because no question has a label. Use point, the usual choice."])
    #expect(try finding([file("b", passes: 2, isLabelled: false), file("a", isLabelled: false)]).recommended == "a")
  }

  /// A method is used with its temperature: one that is good only without is not recommended.
  @Test func methodsAreComparedAfterTemperatureScaling() throws {
    let files = try [("point", Float(6)), ("ensemble", 1)].map { method, sharpness in
      var set = SyntheticPredictions(sharpness: sharpness).predictions
      (set.method, set.cost.forwardPasses) = (method, method == "point" ? 1 : 5)
      return try PredictionsFile(path: "\(method).h5", set)
    }
    let evaluation = try Evaluation(files, settings: settings)
    #expect(evaluation.rows[2].differences[.nll]?.excludesZero == true)
    #expect(evaluation.finding.recommended == "point")
    #expect(evaluation.finding.sentences[0].hasPrefix("After temperature scaling, no method differs from point in NLL"))
  }

  /// Each sentence that compares says so, where it is about methods with their temperatures.
  @Test func whatIsComparedAfterTemperatureScalingIsSaid() throws {
    func scaled(_ method: String, _ skill: Float) throws -> PredictionsFile {
      var recipe = SyntheticPredictions(method: method)
      recipe.skill = skill
      return try recipe.file()
    }
    let (point, better, worse) = try (scaled("point", 1.2), scaled("swag", 3), scaled("swa", 0.1))
    func first(_ files: [PredictionsFile]) throws -> String { try finding(files).sentences[0] }
    #expect(try first([point, better]).hasPrefix("After temperature scaling, swag beats point: "))
    #expect(try first([point, worse]).hasPrefix("After temperature scaling, no method beats point. swa is worse "))
    #expect(try first([better, worse]).hasPrefix("After temperature scaling, swag has the lowest NLL, "))
  }

  @Test func aMethodThatOnlyGuessesIsNotJustRecommended() throws {
    let guesses = try [("point", 1), ("ensemble", 3)].map { method, groups in
      var recipe = SyntheticPredictions(skill: 0, sharpness: 0.5)
      (recipe.method, recipe.groups) = (method, groups)
      return try recipe.file()
    }
    let found = try finding(guesses)
    let last = try #require(found.sentences.last)
    #expect(last.hasPrefix("\(found.recommended) is no better than guessing, which is right in "))
    #expect(last.contains(#/ % of the questions: do not rely on it yet\. If you need one, use /#))
    let only = try finding([guesses[0]]).sentences
    #expect(only[0].hasPrefix("point is no better than guessing, ") && only[0].contains("point is the only method."))
  }

  @Test func theFindingIsAboveTheTable() throws {
    let evaluation = try Evaluation([file("point"), file("ensemble", gain: 0.5)], settings: settings)
    let text = evaluation.text
    let found = try #require(text.range(of: "\nensemble beats point: "))
    #expect(try found.upperBound < #require(text.range(of: "\nmethod ")).lowerBound)
  }
}

/// The same for a shifted set.
@Suite struct ShiftFindingTests {
  private func sentences(_ change: (inout SyntheticPredictions) -> Void) throws -> [String] {
    func files(_ change: (inout SyntheticPredictions) -> Void) throws -> [PredictionsFile] {
      var recipe = SyntheticPredictions(sharpness: 0.7)
      change(&recipe)
      return [try recipe.file()]
    }
    let far = try files {
      ($0.dataset, $0.seed, $0.calibrationCount) = ("far", 9, 0)
      change(&$0)
    }
    return try ShiftTest(
      inDistribution: files { _ in }, shifted: far, corrupted: [],
      settings: ScoringSettings(bootstrap: Bootstrap(draws: 200, seed: 2))
    ).sentences
  }

  @Test func aMethodThatIsLessSureNoticesTheShift() throws {
    let found = try sentences { $0.sharpness = 0.1 }
    #expect(found[0] == "Use point, as on almanac.")
    #expect(found[1].contains(#/^On far it is right in \d\d\.\d % of the questions \(almanac: \d\d\.\d %\)\. /#))
    #expect(
      found[1].contains(#/It is less sure of far than of almanac: AUROC \d+\.\d % \[\d+, \d+\], guessing has 50 %\.$/#))
  }

  @Test func aMethodThatIsSurerGetsAWarning() throws {
    #expect(try sentences { $0.sharpness = 6 }[1].contains("Beware: it is surer of far than of almanac, which it was "))
  }

  @Test func aMethodThatDoesNotNoticeGetsAWarning() throws {
    #expect(try sentences { _ in }[1].contains("Beware: it is as sure of far as of almanac: AUROC "))
  }
}
