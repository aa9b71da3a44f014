// The evaluation of open answers: scores computed by hand, votes of reasoning, files that cannot be compared, and what
// the table and the page show.
import Artifacts
import Calibration
import Faults
import Foundation
import Reports
import TestSupport
import Testing

@Suite struct AnswerEvaluationTests {
  private let texts = [
    [" Paris", " paris.", " Rome", " Paris"], ["Rome", "Rome", "rome", "Rome"], ["Bern", "Wien", "Riga", "Kyiv"],
    ["Quito", "Quito", "Quito", "Quito"],
  ]
  private let accepted = [["Paris", "the city of Paris"], ["Rome"], ["Oslo"], ["Lima"]]

  private func evaluation(_ answers: [Answers], bins: Int = 4) throws -> AnswerEvaluation {
    let settings = ScoringSettings(bins: bins, bootstrap: Bootstrap(draws: 20, seed: 1))
    return try AnswerEvaluation(answers.map { AnswersFile(path: "\($0.method).h5", $0) }, settings: settings)
  }

  private func value(_ metric: String, of method: String, _ evaluation: AnswerEvaluation) throws -> Double {
    try #require(evaluation.table().rows.first { $0.method == method && $0.metric == metric }).value
  }

  /// The votes are 3/4 (right), 1 (right), 1/4 (wrong), 1 (wrong), the entropies 0.562, 0, log 4, 0.
  @Test func scoresAgreeWithThoseComputedByHand() throws {
    let evaluation = try evaluation([.written(texts, accepted: accepted)])
    for (metric, expected) in [
      ("accuracy", 0.5), ("f1", 0.5), ("ece", (0.25 + 0.25 + 2 * 0.5) / 4), ("auroc_semantic_entropy", 2.5 / 4),
      ("rejection_accuracy_semantic_entropy", (0.5 + 0.5 + 2.0 / 3 + 0.5) / 4), ("auroc_minority", 2.5 / 4),
      ("unparsed", 0), ("cut", 0), ("auroc_mean_log_probability", 0.5), ("texts", 4), ("draws", 1), ("tokens", 16),
      ("forward_passes", 1),
    ] {
      #expect(abs(try value(metric, of: "point", evaluation) - expected) < 1e-12, "\(metric)")
    }
    #expect(try value("auroc_epistemic_entropy", of: "point", evaluation).isNaN)
    let lines = evaluation.answersCSV.split(separator: "\n")
    #expect(lines.count == 5 && lines[1].hasPrefix("point,q0,Paris,Paris | the city of Paris,1,1.0,0.75,0.0,2,0.56"))
  }

  @Test func methodsAreComparedWithThePointEstimateOnTheSameResamples() throws {
    let sure = texts.map { Array(repeating: $0[0], count: 4) }
    let evaluation = try evaluation([
      .written(texts, accepted: accepted), .written(by: "ensemble", sure, accepted: accepted, draws: 2),
    ])
    #expect(try value("accuracy_minus_point", of: "ensemble", evaluation) == 0)
    #expect(try value("auroc_epistemic_entropy", of: "ensemble", evaluation) == 0.5)
    #expect(try value("draws", of: "ensemble", evaluation) == 2)
  }

  /// Two draws, of which each has one meaning: log 2 is between them. Of one text each, nothing can be said.
  @Test func aSplitOfTheEntropyNeedsSeveralTextsOfEachDraw() throws {
    let texts = [["Rome", "Rome", "Bern", "Bern"]]
    for (draws, expected) in [(2, log(2.0)), (4, .nan), (1, .nan)] {
      let found = try value(
        "epistemic_entropy", of: "swag",
        evaluation([.written(by: "swag", texts, accepted: [["Rome"]], draws: draws)]))
      #expect(expected.isNaN ? found.isNaN : abs(found - expected) < 1e-12, "\(draws) draws: \(found)")
    }
  }

  /// The answers are right, right, wrong, wrong. p(true) of the first is the mean over its three texts, (0.9 + 0.6 + 0) / 3
  /// = 0.5; of the others 0.8, 0.4 and 0.5: of the four pairs of a wrong and a right one, 0.4 doubts more than both, and
  /// 0.5 more than 0.8 and as much as 0.5.
  @Test func theTruthThatAModelGivesToItsTextsIsADoubt() throws {
    var answers = Answers.written(texts, accepted: accepted)
    answers.truthProbabilities =
      [0.9, 0.6, 0.1, 0] + [Float](repeating: 0.8, count: 4) + [0.4, 0, 0, 0] + [Float](repeating: 0.5, count: 4)
    let asked = try evaluation([answers])
    #expect(abs(try value("auroc_p_true", of: "point", asked) - 3.5 / 4) < 1e-9)
    #expect(asked.text.contains("p(true)"))
    let plain = try evaluation([.written(texts, accepted: accepted)])
    #expect(try value("auroc_p_true", of: "point", plain).isNaN && !plain.text.contains("p(true)"))
  }

  /// All texts of q0 and of q2 mean the same by the judge, whose first text then stands for them: "Paris" is still right,
  /// and "Bern" wrong.
  @Test func meaningsCanBeThoseOfAJudge() throws {
    let answers = Answers.written(texts, accepted: accepted)
    var judged = Entailments()
    (judged.method, judged.dataset) = ("swag", "rte")
    for (row, different) in [["Paris", "Rome"], ["Rome"], ["Bern", "Wien", "Riga", "Kyiv"], ["Quito"]].enumerated() {
      judged.rowIDs.append("q\(row)")
      judged.texts += different
      judged.textOffsets.append(Int32(judged.texts.count))
      judged.relations += [UInt8](repeating: 2, count: different.count * different.count)
    }
    let file = AnswersFile(path: "point.h5", answers)
    let judgement = try Judgement(judged, path: "judged.h5", about: file, .strict)
    let evaluation = try AnswerEvaluation(
      [AnswersFile(path: "point.h5", answers, judgement: judgement)],
      settings: ScoringSettings(bins: 4, bootstrap: Bootstrap(draws: 20, seed: 1)))
    #expect(try value("semantic_entropy", of: "point", evaluation) == 0)
    #expect(try value("accuracy", of: "point", evaluation) == 0.5)
    // Right at 0.562 and 0, wrong at log 4 and 0.
    #expect(try value("auroc_wording_entropy", of: "point", evaluation) == 2.5 / 4)
    #expect(evaluation.remarks.sentences.contains { $0.contains("they entail each other, as swag on rte judges") })
    for line in evaluation.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    // To a judge of two classes a contradiction is neutral, and the lenient rule would not see it.
    let lenient = #expect(throws: Fault.self) { try Judgement(judged, path: "judged.h5", about: file, .lenient) }
    #expect(lenient?.code == .usage && lenient?.subject == "`equivalence`")
    #expect(lenient?.message == "found lenient, but the judge of judged.h5 has no class contradiction")
    judged.hasContradiction = true
    _ = try Judgement(judged, path: "judged.h5", about: file, .lenient)
    judged.texts[0] = "Oslo"
    let fault = #expect(throws: Fault.self) { try Judgement(judged, path: "judged.h5", about: file, .strict) }
    #expect(fault?.subject == "judged.h5" && fault?.message == "lacks a text of question q0")
  }

  /// The first question has two votes for b of two, the second none: it is wrong, and its texts are counted.
  @Test func reasoningVotesForTheAnswerThatItEndsWith() throws {
    let reasons = [
      ["As (a) is no city. So the answer is (b).", "So the answer is (b)", "It is (a)", ""], ["a", "b", "c", "d"],
    ]
    let evaluation = try evaluation([
      .written(reasons, accepted: [["Paris is one. So the answer is (b)"], ["So the answer is (a)"]])
    ])
    for method in ["point", "point + weights"] {
      #expect(try value("accuracy", of: method, evaluation) == 0.5)
      #expect(try value("unparsed", of: method, evaluation) == 0.75)
    }
    #expect(evaluation.text.contains("the answers that reasoning ends with"))
  }

  @Test func withoutAnyAnswerNoCalibrationCanBeMeasured() throws {
    let evaluation = try evaluation([
      .written([["It is (a)", ""], ["b", "c"]], accepted: [["So the answer is (a)"], ["So the answer is (b)"]])
    ])
    #expect(try value("accuracy", of: "point", evaluation) == 0)
    #expect(try value("unparsed", of: "point", evaluation) == 1)
    #expect(try value("ece", of: "point", evaluation).isNaN)
  }

  /// Votes are 2 to 1 for a, but the texts for it are long: exp(-1) each, as a token is worth -1, unless its own is 0.
  @Test func aVoteMayCountTheTextsProbability() throws {
    var answers = Answers.written(
      [["So the answer is (a)", "So the answer is (a)", "So the answer is (b)"]], accepted: [["So the answer is (b)"]])
    for token in answers.tokenRange(2) { answers.logProbabilities[token] = 0 }
    let evaluation = try evaluation([answers])
    #expect(try value("accuracy", of: "point", evaluation) == 0)
    #expect(try value("accuracy", of: "point + weights", evaluation) == 1)
  }

  /// An ECE of 0 would say that no confidence is the right one.
  @Test func textsWithoutAnyAnswerHaveNoECE() throws {
    let reference = ["So the answer is (a)"]
    let none = try evaluation([.written([["a", "b"], ["c", "d"]], accepted: [reference, reference])])
    #expect(try value("ece", of: "point", none).isNaN && value("unparsed", of: "point", none) == 1)
    let line = try #require(none.text.split(separator: "\n").first { $0.hasPrefix("point ") })
    #expect(line.split(separator: " ").contains("\u{2013}"), "\(line)")
    let one = try evaluation([.written([["a", "b"], ["c", reference[0]]], accepted: [reference, reference])])
    #expect(try value("ece", of: "point", one) == 0)
  }

  /// The note below the tables has the names of their columns, and no others.
  @Test func everyDoubtIsExplainedByTheNameOfItsColumn() throws {
    let several = try evaluation([.written(texts, accepted: accepted, draws: 2)])
    for (evaluation, hasDraws) in [(try evaluation([.written(texts, accepted: accepted)]), false), (several, true)] {
      let lines = evaluation.text.split(separator: "\n").map(String.init)
      let start = try #require(lines.firstIndex { $0.hasPrefix("AUROC") })
      let head = try #require(lines[start...].first { $0.hasPrefix("method") })
      let note = lines[(lines.firstIndex { $0.contains("meaning: ") } ?? 0)...].prefix { !$0.isEmpty }
      let explained = note.joined(separator: " ").split(separator: "; ")
        .map { String($0.split(separator: ": ")[0]).trimmingCharacters(in: .whitespaces) }
      let columns = head.replacing("by p", with: "by_p").split(separator: " ").dropFirst()
      #expect(explained.map { $0.replacing("by p", with: "by_p") } == columns.map(String.init))
      #expect(columns.contains("draws") == hasDraws)
    }
  }

  @Test func filesThatCannotBeComparedAreRefused() throws {
    let own = Answers.written(texts, accepted: accepted)
    var other = Answers.written(by: "swag", texts, accepted: accepted)
    other.rowIDs[0] = "other"
    let unknown = Answers.written(texts, accepted: texts.map { _ in [] })
    for (files, code, says) in [
      ([own, own], Fault.Code.data, "has the same method as point.h5: point"),
      ([own, other], .data, "differs from point.h5 in its row ids"),
      ([unknown], .data, "no test question has an accepted answer"), ([], .usage, "no file is given"),
    ] {
      let fault = #expect(throws: Fault.self) { try evaluation(files) }
      #expect(fault?.code == code && fault?.message.contains(says) == true, "\(says)")
    }
  }

  @Test func theTableFitsATerminalAndSaysWhatIsMissing() throws {
    let evaluation = try evaluation([
      .written(by: "ensemble-consistent", texts.map { [$0[0]] }, accepted: accepted)
    ])
    for line in evaluation.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    #expect(evaluation.remarks.sentences.contains { $0.contains("one text for each question") })
    #expect(evaluation.remarks.sentences.contains { $0.contains("there is no method point") })
  }

  /// The table ends with the row of the only method.
  @Test func thePageHasTheCostsOfTheTable() throws {
    let evaluation = try evaluation([.written(texts, accepted: accepted)])
    let page = evaluation.page()
    let cells = try #require(evaluation.text.split(separator: "\n").last).split(separator: " ").dropFirst()
    #expect(Array(cells.prefix(3)) == ["1", "4", "16"] && cells.count == 8)
    let start = try #require(page.range(of: "Cost</h2>")).upperBound
    #expect(page[start...].contains(cells.map { "<td>\($0)</td>" }.joined(separator: "\n")))
  }

  @Test func thePageShowsTokensMeaningsAndDoubtfulQuestions() throws {
    var answers = Answers.written(texts, accepted: accepted)
    answers.texts[8] = "<b> & co"
    answers.tokenOffsets = answers.tokenOffsets.enumerated().map { $0 > 8 ? $1 + 2 : $1 }
    for _ in 0..<2 {
      answers.tokens.insert(1, at: 8)
      answers.logProbabilities.insert(-1, at: 8)
      answers.totalEntropies.insert(6, at: 8)
      answers.aleatoricEntropies.insert(6, at: 8)
    }
    let words = ["<b>", " &", " co"]
    let page = try evaluation([answers]).page { tokens in words.prefix(tokens.count).joined() }
    let token = " 100%, transparent)\" title=\"p 36.8 %, entropy 6.00 nats\">&lt;b&gt;</span>"
    #expect(page.contains(token) && page.contains("> &amp;</span>"))
    #expect(page.contains("<li>75 % Paris (2 wordings)</li>"))
    let start = try #require(page.range(of: "Questions it would rather not answer</h2>")).upperBound
    // The most doubtful question comes first.
    #expect(page[start...].firstRange(of: "q2</th>").map { page[start..<$0.lowerBound].contains("q0</th>") } == false)
    #expect(!page.contains("<b> & co"))
  }
}
