// The results table: what is compared, which files are rejected, and which values are undefined.
import Artifacts
import Calibration
import Faults
import Reports
import Testing

@Suite struct EvaluationTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 40, seed: 2))

  private func rejection(_ files: [PredictionsFile]) throws -> Fault? {
    do { _ = try Evaluation(files, settings: settings) } catch let fault as Fault { return fault }
    return nil
  }

  private func changed(_ change: (inout Predictions) -> Void) throws -> [PredictionsFile] {
    let files = try SyntheticPredictions.files()
    var other = files[1].predictions
    change(&other)
    return [files[0], try PredictionsFile(path: "other.h5", other)]
  }

  @Test func everyMethodHasARowWithoutAndWithItsTemperature() throws {
    let evaluation = try Evaluation(try SyntheticPredictions.files(), settings: settings)
    #expect(
      evaluation.rows.map(\.name) == [
        "point", "point + temperature", "ensemble", "ensemble + temperature", "multiswag", "multiswag + temperature",
      ])
    #expect(evaluation.scoredRows.count == 120 && evaluation.calibrationCount == 60)
    #expect(evaluation.remarks.sentences.allSatisfy { $0.contains("T is above 2") })
  }

  @Test func theTemperatureIsFittedOnTheCalibrationSplitAndKeepsAccuracy() throws {
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

  /// Where the whole weight of a row is that of one group, the group answers alone.
  @Test func theGroupsOfARowCountByItsWeights() throws {
    var set = SyntheticPredictions(method: "library-mixture", groups: 2).predictions
    set.weights = (0..<set.count).flatMap { $0 % 3 == 0 ? [0, 1] : [1, 0] as [Float] }
    var alone = set
    (alone.method, alone.groups, alone.weights) = ("alone", 1, [])
    alone.logProbabilities = (0..<set.count).flatMap { row in
      let start = (2 * row + (row % 3 == 0 ? 1 : 0)) * set.choices
      return set.logProbabilities[start..<start + set.choices]
    }
    let files = try [set, alone].map { try PredictionsFile(path: "\($0.method).h5", $0) }
    let rows = try Evaluation(files, settings: settings).rows
    for (metric, row) in [(Metric.accuracy, 0), (.nll, 0), (.nll, 1)] {
      let (found, expected) = (rows[row][metric].score.value, rows[row + 2][metric].score.value)
      #expect(abs(try #require(found) - (try #require(expected))) < 1e-9, "\(metric.name) of \(rows[row].name)")
    }
  }

  @Test func everyRowExceptPointIsComparedWithPoint() throws {
    let evaluation = try Evaluation(try SyntheticPredictions.files(), settings: settings)
    #expect(evaluation.rows[0].differences.isEmpty)
    let difference = try #require(evaluation.rows[2].differences[.nll]?.score.value)
    let (ensemble, point) = (evaluation.rows[2][.nll].score.value, evaluation.rows[0][.nll].score.value)
    #expect(difference == (try #require(ensemble)) - (try #require(point)))
    #expect(Set(evaluation.rows[1].differences.keys) == Set(Metric.scores))
  }

  @Test func oneSetOfWeightsHasUndefinedMutualInformationNotZero() throws {
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
    #expect(evaluation.page().contains("Kinds of uncertainty") && !evaluation.page().contains("Reliability"))
  }

  @Test func questionsWithoutALabelAreSkippedAndCounted() throws {
    var set = SyntheticPredictions().predictions
    for row in 170..<180 { set.labels[row] = -1 }
    let evaluation = try Evaluation([try PredictionsFile(path: "p.h5", set)], settings: settings)
    #expect(evaluation.rows[0][.accuracy].count == 110)
    #expect(
      evaluation.remarks.sentences.filter { !$0.contains("T is") } == [
        "10 of 120 test questions have no label and are not scored"
      ])
  }

  @Test func oneTestQuestionHasScoresButNoIntervals() throws {
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
        "a single question cannot be resampled: there are no intervals"
      ])
    #expect(evaluation.page().contains("1 test question."))
  }

  @Test func withoutACalibrationSplitThereIsNoTemperatureRow() throws {
    var recipe = SyntheticPredictions()
    recipe.calibrationCount = 0
    let evaluation = try Evaluation([try recipe.file()], settings: settings)
    #expect(evaluation.rows.map(\.name) == ["point"])
  }

  @Test func remarksOfMethodsAndUnidentifiableTemperaturesAreShown() throws {
    var set = SyntheticPredictions().predictions
    set.warnings = ["the spread was not measured"]
    set.logProbabilities = set.logProbabilities.map { _ in -1.5 }
    let evaluation = try Evaluation([try PredictionsFile(path: "p.h5", set)], settings: settings)
    let sentences = evaluation.remarks.sentences
    #expect(
      sentences.prefix(3) == [
        "point: temperature not identifiable: every choice has the same probability, so T = 1",
        "point: the spread was not measured", "point: all 120 answers are choice 0 (counting from 0)",
      ])
    #expect(sentences.count == 4 && sentences[3].hasPrefix("point: accuracy is no better than guessing"))
  }

  @Test func filesThatCannotBeComparedAreRejectedByName() throws {
    let changes: [(String, (inout Predictions) -> Void)] = [
      ("its data set (arc, not almanac)", { $0.dataset = "arc" }), ("its base", { $0.baseDigest = "77" }),
      ("its tokens", { $0.tokensDigest = "77" }), ("its row ids", { $0.rowIDs[3] = "x" }),
      ("its labels", { $0.labels[3] = ($0.labels[3] + 1) % 4 }),
      ("its corruption", { $0.corruption.severity = 2 }),
    ]
    for (message, change) in changes {
      let fault = try #require(try rejection(try changed(change)))
      #expect(fault.code == .data && fault.subject == "other.h5" && fault.message.contains(message), "\(fault)")
    }
    let twice = try SyntheticPredictions.files()
    #expect(try rejection([twice[0], twice[0]])?.message.contains("has the same method as") == true)
    #expect(try rejection([])?.code == .usage)
  }

  @Test func valuesThatAreNotFiniteAreRejectedWithTheirExample() throws {
    var set = SyntheticPredictions().predictions
    set.logProbabilities[4 * 7 + 2] = .nan
    let fault = #expect(throws: Fault.self) { try PredictionsFile(path: "p.h5", set) }
    #expect(fault?.subject == "p.h5: example \"c7\"")
    set.logProbabilities[4 * 7 + 2] = -.infinity
    #expect(throws: Fault.self) { try PredictionsFile(path: "p.h5", set) }
    // Beyond an example's number of choices, minus infinity is correct.
    set.choiceCounts[7] = 2
    set.labels[7] = 1
    #expect(throws: Never.self) { try PredictionsFile(path: "p.h5", set) }
  }

  @Test func duplicateIDsInASplitAreRejected() throws {
    var set = SyntheticPredictions().predictions
    set.rowIDs[5] = set.rowIDs[4]
    #expect(throws: Fault.self) { try PredictionsFile(path: "p.h5", set) }
    set.splits[5] = .test
    #expect(throws: Never.self) { try PredictionsFile(path: "p.h5", set) }
  }
}
