// The answers of the recommended method by name: confusion, doubt, the least sure texts, predictions.csv, and a report
// without labels.
import Artifacts
import Calibration
import Faults
import Foundation
import Reports
import Testing

@Suite struct AnswerSheetTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 20, seed: 2))

  /// The point estimate's predictions of three classes for six questions, with the answers and confidences of `answers`;
  /// the labels are 0, 1, 2, 0, 1, 2. None is for calibration.
  private func file(_ answers: [(choice: Int, confidence: Float)], isLabelled: Bool = true) throws -> PredictionsFile {
    var set = Predictions()
    (set.method, set.dataset, set.baseDigest, set.tokensDigest) = ("point", "animals", "b", "t")
    (set.groups, set.samples, set.choices) = (1, 1, 3)
    for (row, answer) in answers.enumerated() {
      set.rowIDs.append("row-\(row)")
      set.splits.append(.test)
      set.labels.append(isLabelled ? Int32(row % 3) : -1)
      set.choiceCounts.append(3)
      set.logProbabilities += (0..<3).map { log($0 == answer.choice ? answer.confidence : (1 - answer.confidence) / 2) }
    }
    return try PredictionsFile(path: "p.h5", set)
  }

  private let answers: [(choice: Int, confidence: Float)] = [
    (0, 0.995), (2, 0.55), (2, 0.92), (0, 0.8), (2, 0.4), (1, 0.6),
  ]

  /// The tokens of these questions: one token for each, whose text is `text N`.
  private func texts(digest: String = "t") -> QuestionTexts {
    var tokens = TokenizedSet()
    (tokens.scoring, tokens.classNames) = (.classes, ["cat", "dog", "<owl>"])
    for row in 0..<6 {
      tokens.rowIDs.append("row-\(row)")
      tokens.splits.append(.test)
      tokens.labels.append(Int32(row % 3))
      tokens.choiceTexts += tokens.classNames
      tokens.choiceOffsets.append(Int32(tokens.choiceTexts.count))
      tokens.tokens.append(Int32(row))
      tokens.segments.append(0)
      tokens.tokenOffsets.append(Int64(row + 1))
      tokens.sequenceOffsets.append(Int32(row + 1))
    }
    let files = QuestionFileNames(training: ["/secret/a.csv", "b.csv"], test: ["/secret/c.csv"])
    return QuestionTexts(tokens, digest: digest, path: "tokens.h5", from: files) { ids in "text \(ids[0])" }
  }

  private func evaluation(isLabelled: Bool = true) throws -> Evaluation {
    try Evaluation([file(answers, isLabelled: isLabelled)], settings: settings, texts: texts())
  }

  /// The cells of the table with that name, row by row, without markup.
  private func table(_ name: String, of page: String) throws -> [[String]] {
    let start = try #require(page.range(of: "aria-label=\"Table: \(name)\"")).upperBound
    let body = page[start...].prefix(upTo: try #require(page[start...].range(of: "</tbody>")).lowerBound)
    return body.components(separatedBy: "<tr").dropFirst(2).map { row in
      row.matches(of: #/(?s)<t[hd][^>]*>(.*?)</t[hd]>/#).map { String($0.1.replacing(#/<[^>]*>/#, with: "")) }
    }
  }

  @Test func confusionHasARowForEachRightClass() throws {
    let page = try evaluation().page()
    #expect(
      try table("right classes and answers", of: page) == [
        ["cat", "2", "\u{B7}", "\u{B7}"], ["dog", "\u{B7}", "0", "2"], ["&lt;owl&gt;", "\u{B7}", "1", "1"],
      ])
    #expect(try table("classes that are mixed up", of: page) == [["dog and &lt;owl&gt;", "3", "2", "1"]])
    #expect(
      try table("answers by class", of: page) == [
        ["cat", "2", "33.3", "2", "100.0", "100.0"], ["dog", "1", "16.7", "2", "0.0", "0.0"],
        ["&lt;owl&gt;", "3", "50.0", "2", "33.3", "50.0"],
      ])
  }

  /// Texts with classes are not called questions with choices, neither in the page nor in the terminal's text.
  @Test func textsAreCalledTextsAndClassesClasses() throws {
    let evaluation = try evaluation()
    for text in [evaluation.page().replacing(#/(?s)<style.*?<\/style>/#, with: ""), evaluation.text] {
      #expect(!text.contains(#/\b([Qq]uestion|[Cc]hoice)s?\b/#) && text.contains("6 test texts"))
    }
    // Without the tokens, nobody knows that they are texts.
    #expect(try Evaluation([file(answers)], settings: settings).text.contains("6 test questions"))
  }

  @Test func theRunNamesItsFilesWithoutTheirFolders() throws {
    let page = try evaluation().page()
    #expect(page.contains("<dt>Trained on</dt><dd>a.csv, b.csv</dd>"))
    #expect(page.contains("<dt>Tested on</dt><dd>c.csv</dd>") && !page.contains("secret"))
    #expect(page.contains("<dt>Methods</dt><dd>point</dd>"))
  }

  @Test func theLeastSureTextsComeFirst() throws {
    let rows = try table("least sure answers", of: evaluation().page())
    #expect(rows.map(\.[0]) == ["row-4", "row-1", "row-5", "row-3", "row-2", "row-0"])
    #expect(rows[0] == ["row-4", "text 4", "&lt;owl&gt;", "40.0", "dog"])
  }

  @Test func confidenceIsCounted() throws {
    let rows = try table("answers by confidence", of: evaluation().page())
    #expect(rows[0] == ["at least 50 %", "5", "83.3", "60.0"] && rows[6] == ["at least 99 %", "1", "16.7", "100.0"])
  }

  @Test func withoutLabelsThereIsWhatIsThere() throws {
    let evaluation = try evaluation(isLabelled: false)
    let page = evaluation.page()
    #expect(
      try table("answers by class", of: page) == [
        ["cat", "2", "33.3"], ["dog", "1", "16.7"], ["&lt;owl&gt;", "3", "50.0"],
      ])
    #expect(try table("least sure answers", of: page)[0] == ["row-4", "text 4", "&lt;owl&gt;", "40.0"])
    #expect(!page.contains("Which classes are mixed up"))
    #expect(evaluation.text.contains("\nAnswers of point: cat 2, dog 1, <owl> 3.\n"))
    #expect(evaluation.text.contains("\npoint is less than 90 % sure of 4 of its 6 answers.\n"))
  }

  @Test func thePredictionsHaveNamesAndCalibratedProbabilities() throws {
    let lines = try evaluation().predictionsCSV.split(separator: "\n")
    #expect(lines[0].hasSuffix(",p_2,answer,right_answer,calibrated_cat,calibrated_dog,calibrated_<owl>"))
    #expect(lines[2].contains(#/,<owl>,dog,0\.22[0-9]+,0\.22[0-9]+,0\.5[0-9]+$/#))
  }

  @Test func aConstantAnswerIsNamed() throws {
    let same = (0..<12).map { _ in (choice: 1, confidence: Float(0.7)) }
    let evaluation = try Evaluation([file(same)], settings: settings, texts: texts())
    #expect(evaluation.remarks.sentences.contains("point: all 12 answers are dog"))
  }

  @Test func otherTokensAreRefused() throws {
    #expect {
      _ = try Evaluation([file(answers)], settings: settings, texts: texts(digest: "u"))
    } throws: { error in
      (error as? Fault)?.description.hasPrefix("tokens.h5: p.h5 was not predicted from it") == true
    }
  }
}
