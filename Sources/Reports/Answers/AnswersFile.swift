// Texts of one method with the name of the file they came from, as SampledAnswers of each question.
import Artifacts
import Calibration
import Faults
import Foundation

/// A file of `generate-answers`.
package struct AnswersFile: Sendable {
  /// The file, for messages.
  package let path: String
  /// Its content.
  package let answers: Answers
  /// What decides which texts mean the same; nil for normalised equality.
  package let judgement: Judgement?

  package init(path: String, _ answers: Answers, judgement: Judgement? = nil) {
    (self.path, self.answers, self.judgement) = (path, answers, judgement)
  }

  /// The number of draws that each wrote texts of its own.
  var draws: Int { answers.groups * answers.samples }

  /// The number of texts for a question.
  var textsPerQuestion: Int { draws * answers.textsPerDraw }

  /// The test questions that have an accepted answer.
  var scoredRows: [Int] {
    answers.splits.indices.filter { answers.splits[$0] == .test && !answers.references(of: $0).isEmpty }
  }

  /// The texts of the question at `row`, as indices into `texts`.
  func texts(of row: Int) -> Range<Int> { row * textsPerQuestion..<(row + 1) * textsPerQuestion }

  /// What was sampled for the question at `row`. With `reasoning`, texts end with their answers.
  func sampled(_ row: Int, reasoning: Bool) -> SampledAnswers {
    let texts = texts(of: row).map { index in
      let (text, tokens) = (answers.texts[index], answers.tokenRange(index))
      return SampledText(
        text, answer: answer(text, reasoning: reasoning),
        logLikelihood: answers.logProbabilities[tokens].reduce(0) { $0 + Double($1) }, tokens: tokens.count)
    }
    return SampledAnswers(texts, draws: draws, clusters: judgement?.clusters(of: texts.map(\.answer), row: row))
  }

  /// The answer that a text gives; nil where reasoning ends without one.
  private func answer(_ text: String, reasoning: Bool) -> String? {
    reasoning ? finalAnswer(of: text) : text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The answers to the question at `row` that differ by more than case, punctuation, articles and white space, in the
  /// order of the texts.
  package func differentAnswers(to row: Int, reasoning: Bool) -> [String] {
    let answers = texts(of: row).compactMap { answer(self.answers.texts[$0], reasoning: reasoning) }
    return AnswerClusters(answers).firsts.map { answers[$0] }
  }

  /// Whether there are accepted answers and every one is a text with reasoning, which ends with an answer.
  package var hasReasoning: Bool {
    !scoredRows.isEmpty
      && scoredRows.allSatisfy { answers.references(of: $0).allSatisfy { finalAnswer(of: $0) != nil } }
  }

  /// The accepted answers of the question at `row`, without their reasoning.
  func references(of row: Int, reasoning: Bool) -> [String] {
    answers.references(of: row).map { reasoning ? finalAnswer(of: $0) ?? $0 : $0 }
  }

  /// Throws unless both files answer the same questions.
  ///
  /// - Throws: `Fault` of kind `.data`.
  func check(comparableWith other: AnswersFile) throws {
    let (mine, theirs) = (answers, other.answers)
    for (isSame, what) in [
      (mine.dataset == theirs.dataset, "its data set (\(mine.dataset), not \(theirs.dataset))"),
      (mine.corruption == theirs.corruption, "its corruption"), (mine.baseDigest == theirs.baseDigest, "its base"),
      (mine.tokensDigest == theirs.tokensDigest, "its tokens"),
      (mine.rowIDs == theirs.rowIDs && mine.splits == theirs.splits, "its row ids"),
      (
        mine.references == theirs.references && mine.referenceOffsets == theirs.referenceOffsets,
        "its accepted answers"
      ),
    ] where !isSame {
      throw Fault(
        .data, path, "differs from \(other.path) in \(what)",
        hint: "compare texts of one base on one tokenized data set")
    }
  }
}
