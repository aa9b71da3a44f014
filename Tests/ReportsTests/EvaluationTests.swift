// The results table: what is compared with what, what is refused at the door, and what has no value.
import Artifacts
import Calibration
import Faults
import Reports
import Testing

@Suite struct EvaluationTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 40, seed: 2))

  private func refusal(_ files: [PredictionsFile]) throws -> Fault? {
    do { _ = try Evaluation(files, settings: settings) } catch let fault as Fault { return fault }
    return nil
  }

  private func changed(_ change: (inout Predictions) -> Void) throws -> [PredictionsFile] {
    let files = try SyntheticPredictions.files()
    var other = files[1].predictions
    change(&other)
    return [files[0], try PredictionsFile(path: "other.h5", other)]
  }

  @Test func everyMethodHasARowAsItCameAndOneWithItsTemperature() throws {
    let evaluation = try Evaluation(try SyntheticPredictions.files(), settings: settings)
    #expect(
      evaluation.rows.map(\.name) == [
        "point", "point + temperature", "ensemble", "ensemble + temperature", "multiswag", "multiswag + temperature",
      ])
    #expect(evaluation.scoredRows.count == 120 && evaluation.calibrationCount == 60)
    #expect(evaluation.remarks.sentences.allSatisfy { $0.contains("T is above 2") })
  }

  @Test func temperatureIsFittedOnTheCalibrationSplitAloneAndKeepsAccuracy() throws {
    let files = try SyntheticPredictions.files()
    let evaluation = try Evaluation(files, settings: settings)
    let calibration = files[0].predictions.splits.indices.filter { files[0].predictions.splits[$0] == .calibration }
    let set = files[0].predictions
    let expected = Temperature.fit(
      Outcomes(
        Mixture(
          logits: Array(set.logProbabilities[0..<(60 * 4)]), choices: 4, choiceCounts: Array(set.choiceCounts[0..<60])),
        labels: Array(set.labels[0..<60])))
    #expect(calibration == Array(0..<60))
    #expect(evaluation.rows[1].forecast.temperature == expected)
    #expect(expected.value > 1.2)
    #expect(evaluation.rows[0][.accuracy] == evaluation.rows[1][.accuracy])
    let (raw, scaled) = (evaluation.rows[0][.nll].score.value, evaluation.rows[1][.nll].score.value)
    #expect(try #require(scaled) < (try #require(raw)))
  }

  @Test func pointIsComparedWithByEveryRowButItsOwn() throws {
    let evaluation = try Evaluation(try SyntheticPredictions.files(), settings: settings)
    #expect(evaluation.rows[0].differences.isEmpty)
    let difference = try #require(evaluation.rows[2].differences[.nll]?.score.value)
    let (ensemble, point) = (evaluation.rows[2][.nll].score.value, evaluation.rows[0][.nll].score.value)
    #expect(difference == (try #require(ensemble)) - (try #require(point)))
    #expect(Set(evaluation.rows[1].differences.keys) == Set(Metric.scores))
  }

  @Test func oneSetOfWeightsHasNoMutualInformationAndNoZeroInstead() throws {
    let evaluation = try Evaluation(try SyntheticPredictions.files(), settings: settings)
    for metric in [Metric.epistemicEntropy, .aleatoricEntropy, .disagreement] {
      #expect(evaluation.rows[0][metric].score == .undefined("no spread measured: one set of weights"))
      #expect(evaluation.rows[2][metric].score.value != nil)
    }
    #expect(evaluation.rows[5][.epistemicEntropy].score == .undefined("as without temperature"))
  }

  @Test func unlabelledQuestionsHaveEntropiesButNoScores() throws {
    let evaluation = try Evaluation(try SyntheticPredictions.files(isLabelled: false), settings: settings)
    #expect(evaluation.rows.map(\.name) == ["point", "ensemble", "multiswag"])
    for metric in Metric.scores { #expect(evaluation.rows[1][metric].score == .undefined("no labels")) }
    #expect(evaluation.rows[1][.totalEntropy].score.value != nil)
    #expect(evaluation.remarks.sentences.first == "no test question has a label, so nothing is scored")
    #expect(evaluation.predictionsCSV.split(separator: "\n").count == 1 + 3 * 180)
    #expect(evaluation.page().contains("Kinds of doubt") && !evaluation.page().contains("Reliability"))
  }

  @Test func questionsWithoutALabelAreLeftOutAndCounted() throws {
    var set = SyntheticPredictions().predictions
    for row in 170..<180 { set.labels[row] = -1 }
    let evaluation = try Evaluation([try PredictionsFile(path: "p.h5", set)], settings: settings)
    #expect(evaluation.rows[0][.accuracy].count == 110)
    #expect(
      evaluation.remarks.sentences.filter { !$0.contains("T is") } == [
        "10 of 120 test questions have no label and are not scored"
      ])
  }

  @Test func oneTestQuestionHasScoresAndNoIntervals() throws {
    let files = try ["point", "ensemble"].map { method in
      var recipe = SyntheticPredictions()
      (recipe.method, recipe.testCount) = (method, 1)
      return try recipe.file()
    }
    let evaluation = try Evaluation(files, settings: settings)
    let metrics = ["accuracy", "nll", "ece", "nll_minus_point"]
    let scores = try evaluation.table().rows.filter { metrics.contains($0.metric) }
    #expect(scores.count == 4 * 3 + 3)
    #expect(scores.allSatisfy { !$0.value.isNaN && $0.low.isNaN && $0.high.isNaN && $0.n == 1 })
    #expect(evaluation.text.hasPrefix("almanac: 1 test question, ECE") && !evaluation.text.contains("["))
    #expect(
      evaluation.remarks.sentences.filter { !$0.contains("T is") } == [
        "one question cannot be resampled: no number has an interval"
      ])
    #expect(evaluation.page().contains("1 test question."))
  }

  @Test func withoutACalibrationSplitThereIsNoTemperatureRow() throws {
    var recipe = SyntheticPredictions()
    recipe.calibrationCount = 0
    let evaluation = try Evaluation([try recipe.file()], settings: settings)
    #expect(evaluation.rows.map(\.name) == ["point"])
  }

  @Test func remarksOfMethodsAndUnidentifiableTemperaturesAreRepeated() throws {
    var set = SyntheticPredictions().predictions
    set.warnings = ["the spread was not measured"]
    set.logProbabilities = set.logProbabilities.map { _ in -1.5 }
    let evaluation = try Evaluation([try PredictionsFile(path: "p.h5", set)], settings: settings)
    let sentences = evaluation.remarks.sentences
    #expect(
      sentences.prefix(3) == [
        "point: temperature not identifiable: every choice has the same probability, so T = 1",
        "point: the spread was not measured", "point: all 120 answers are choice 0, counted from 0",
      ])
    #expect(sentences.count == 4 && sentences[3].hasPrefix("point: accuracy is no better than guessing"))
  }

  @Test func filesThatCannotBeComparedAreRefusedByName() throws {
    let changes: [(String, (inout Predictions) -> Void)] = [
      ("another data set (arc, not almanac)", { $0.dataset = "arc" }), ("another base", { $0.baseDigest = "77" }),
      ("other tokens", { $0.tokensDigest = "77" }), ("other row ids", { $0.rowIDs[3] = "x" }),
      ("other labels", { $0.labels[3] = ($0.labels[3] + 1) % 4 }),
      ("another corruption", { $0.corruption.severity = 2 }),
    ]
    for (message, change) in changes {
      let fault = try #require(try refusal(try changed(change)))
      #expect(fault.code == .data && fault.subject == "other.h5" && fault.message.contains(message), "\(fault)")
    }
    let twice = try SyntheticPredictions.files()
    #expect(try refusal([twice[0], twice[0]])?.message.contains("second file of method point") == true)
    #expect(try refusal([])?.code == .usage)
  }

  @Test func numbersThatAreNotFiniteAreRefusedWithTheirExample() throws {
    var set = SyntheticPredictions().predictions
    set.logProbabilities[4 * 7 + 2] = .nan
    let fault = #expect(throws: Fault.self) { try PredictionsFile(path: "p.h5", set) }
    #expect(fault?.subject == "p.h5: example \"c7\"")
    set.logProbabilities[4 * 7 + 2] = -.infinity
    #expect(throws: Fault.self) { try PredictionsFile(path: "p.h5", set) }
    // Beyond an example's own choices minus infinity is as it should be.
    set.choiceCounts[7] = 2
    set.labels[7] = 1
    #expect(throws: Never.self) { try PredictionsFile(path: "p.h5", set) }
  }

  @Test func idsThatAppearTwiceInASplitAreRefused() throws {
    var set = SyntheticPredictions().predictions
    set.rowIDs[5] = set.rowIDs[4]
    #expect(throws: Fault.self) { try PredictionsFile(path: "p.h5", set) }
    set.splits[5] = .test
    #expect(throws: Never.self) { try PredictionsFile(path: "p.h5", set) }
  }
}
