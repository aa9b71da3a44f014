// The outputs: CSV, the harness's JSON, the terminal's table and the page.
import Artifacts
import Calibration
import Foundation
import JSON
import Reports
import Testing

@Suite struct EvaluationOutputTests {
  private let evaluation: Evaluation

  init() throws {
    evaluation = try Evaluation(
      try SyntheticPredictions.files(), settings: .init(bootstrap: Bootstrap(draws: 40, seed: 2)))
  }

  @Test func resultsHaveOneLineForEachMethodAndMetric() throws {
    let lines = try evaluation.table().csv(evaluation.remarks).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(lines[0].joined(separator: ",") == "method,dataset,metric,value,low,high,n,remark")
    #expect(lines.allSatisfy { $0.count == 8 })
    #expect(Set(lines.map { "\($0[0]),\($0[2])" }).count == lines.count)
    for metric in Metric.all {
      #expect(lines.count { $0[2] == metric.name } == 6, "\(metric.name)")
    }
    let accuracy = try #require(lines.first { $0[2] == "accuracy" })
    #expect(Double(accuracy[3]) == evaluation.rows[0][.accuracy].score.value && accuracy[6] == "120")
    #expect(lines.contains { $0.prefix(7).joined(separator: ",") == "point,almanac,disagreement,,,,120" })
    #expect(lines.contains { $0[0] == "ensemble" && $0[2] == "nll_minus_point" })
    #expect(lines.contains { $0[0] == "point + temperature" && $0[2] == "temperature" && $0[6] == "60" })
    #expect(!lines.contains { $0.contains("nan") || $0.contains("inf") })
  }

  @Test func costsThatWereNotRecordedAreOmitted() throws {
    var set = SyntheticPredictions().predictions
    (set.cost.trainingSeconds, set.cost.predictionSeconds, set.cost.peakMemory) = (nil, nil, nil)
    let plain = try Evaluation([try PredictionsFile(path: "p.h5", set)], settings: evaluation.settings)
    let csv = try plain.table().csv(plain.remarks)
    #expect(!csv.contains("seconds") && csv.contains("forward_passes,1.0,,,120"))
    #expect(csv.contains("trainable_parameters,36864.0,,,120") && csv.contains("stored_parameters,73728.0,,,120"))
    #expect(csv.contains("training_steps,120.0,,,120") && csv.contains("training_tokens,91000.0,,,120"))
    #expect(
      plain.text.contains("36.9k   73.7k    120   91.0k      \u{2013}       \u{2013}   \u{2013}       1"))
    (set.cost.trainingSteps, set.cost.trainingTokens) = (0, 0)
    let older = try Evaluation([try PredictionsFile(path: "p.h5", set)], settings: evaluation.settings)
    #expect(older.text.contains("36.9k   73.7k      \u{2013}       \u{2013}      \u{2013}"))
    #expect(!(try older.table().csv(older.remarks)).contains("training_"))
  }

  @Test func thePredictionsCSVHasEveryExampleOfEveryMethod() throws {
    let lines = evaluation.predictionsCSV.split(separator: "\n")
    #expect(lines.count == 1 + 3 * 180)
    #expect(lines[0].hasPrefix("method,id,split,label,prediction,correct,confidence,scaled_confidence,entropy_total,"))
    #expect(lines[0].hasSuffix("disagreement,p_0,p_1,p_2,p_3"))
    let fields = lines[1].split(separator: ",", omittingEmptySubsequences: false)
    #expect(fields[0..<3] == ["point", "c0", "calibration"] && fields[9..<12] == ["", "", ""])
    let probabilities = fields[12...].compactMap { Double($0) }
    #expect(probabilities.count == 4 && abs(probabilities.reduce(0, +) - 1) < 1e-6)
    #expect(Double(fields[6]) == probabilities.max())
  }

  @Test func harnessScriptsFindAccuracyUnderItsName() throws {
    let text = try evaluation.harnessJSON()
    let document = try JSON.parse(Array(text.utf8), subject: "evaluation.json")
    let results = try document.object("results", in: "evaluation.json")
    let point = try results.object("almanac_point")
    #expect(try point.double("acc,none") == evaluation.rows[0][.accuracy].score.value)
    #expect(try point.double("acc_stderr,none") == evaluation.rows[0][.accuracy].standardError)
    #expect(try point.double("ece,none") > 0)
    #expect(try point.optional("disagreement,none") == nil)
    let reasons = try document.object("undefined", in: "evaluation.json").object("almanac_point")
    #expect(try reasons.string("disagreement,none") == "no spread measured: one set of weights")
    #expect(try document.object("n-samples", in: "").object("almanac_ensemble").int("effective") == 120)
    #expect(try document.object("higher_is_better", in: "").object("almanac_ensemble").bool("acc"))
    #expect(try !document.object("higher_is_better", in: "").object("almanac_ensemble").bool("ece"))
  }

  @Test func tableIsAligned() {
    let lines = evaluation.text.split(separator: "\n", omittingEmptySubsequences: false)
    let table = lines.drop { !$0.hasPrefix("method") }.prefix { !$0.isEmpty }
    #expect(table.count == 2 + 6 && table.allSatisfy { $0.last != " " })
    #expect(evaluation.text.contains("what each method cost\n\nmethod     trained  stored"))
    // The columns of NLL end under their title.
    let column = table.first!.range(of: "NLL")!.upperBound
    let position = table.first!.distance(from: table.first!.startIndex, to: column)
    for line in table.dropFirst(2) { #expect(Array(line)[position - 1].isNumber, "\(line)") }
    #expect(evaluation.text.contains("T: a temperature fitted on 60 questions of the calibration split"))
  }

  @Test func aTemperatureFittedOnFewQuestionsGetsARemark() throws {
    for (count, isFew) in [(29, true), (30, false)] {
      var few = SyntheticPredictions()
      few.calibrationCount = count
      let text = try Evaluation([few.file()]).text
      #expect(text.contains("fitted on \(count) questions of the calibration split"))
      #expect(text.contains("T: \(count) calibration questions are too few for a reliable temperature") == isFew)
    }
  }

  @Test func numbersAreCountedUpToBillions() throws {
    var large = SyntheticPredictions().predictions
    (large.cost.trainableParameters, large.storedParameters) = (999_400_000, 6_700_000_000)
    let text = try Evaluation([PredictionsFile(path: "large.h5", large)]).text
    #expect(text.contains(" 999M ") && text.contains(" 6.7G "))
  }

  @Test func thePageIsSelfContained() {
    let page = evaluation.page(histories: [history])
    for outside in ["http:", "https:", "<script", "<link", "@import", "url(", "src="] {
      #expect(!page.contains(outside), "\(outside)")
    }
    for word in [
      "Reliability", "Risk and coverage", "Training curves", "<h2>Definitions</h2>", "prefers-color-scheme",
    ] {
      #expect(page.contains(word), "\(word)")
    }
    for metric in Metric.all { #expect(page.contains(metric.title), "\(metric.title)") }
    #expect(!page.contains("nan") && !page.contains("inf\""))
  }

  @Test func everyElementOfThePageIsClosed() throws {
    var open: [Substring] = []
    let page = evaluation.page(histories: [history])
    for match in page.matches(of: /<(\/?)([a-z0-9]+)[^>]*?(\/?)>/)
    where !["meta", "br"].contains(match.2) && match.3.isEmpty {
      if match.1.isEmpty {
        open.append(match.2)
      } else {
        #expect(open.popLast() == match.2, "\(match.0)")
      }
    }
    #expect(open.isEmpty)
  }

  @Test func textInThePageIsEscaped() throws {
    var recipe = SyntheticPredictions()
    recipe.dataset = "a<b>&\"c\""
    let page = try Evaluation([try recipe.file("<i>.h5")], settings: evaluation.settings).page()
    #expect(page.contains("a&lt;b&gt;&amp;&quot;c&quot;") && !page.contains("a<b>") && !page.contains("<i>.h5"))
  }

  @Test func equalResultsGiveEqualBytes() throws {
    let again = try Evaluation(try SyntheticPredictions.files(), settings: evaluation.settings)
    #expect(again.page(histories: [history]) == evaluation.page(histories: [history]))
    #expect(try again.table().csv(again.remarks) == (try evaluation.table().csv(evaluation.remarks)))
    #expect(try again.harnessJSON() == (try evaluation.harnessJSON()))
    #expect(again.predictionsCSV == evaluation.predictionsCSV)
  }

  private var history: TrainingHistory {
    var adapter = Adapter()
    (adapter.method, adapter.seed) = ("point", 3)
    adapter.history = (1...4).map { epoch in
      Adapter.Epoch(
        epoch: epoch, step: 10 * epoch, learningRate: 1e-4, trainingLoss: 1 / Double(epoch), calibrationNLL: 1.1,
        calibrationAccuracy: 0.5, calibrationECE: 0.02 * Double(epoch))
    }
    return TrainingHistory(adapter)
  }
}
