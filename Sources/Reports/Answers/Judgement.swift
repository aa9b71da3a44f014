// Which texts of a file of answers mean the same, by the decisions of `judge-entailment` about them.
import Artifacts
import Calibration
import Faults

/// The decisions about one file of answers.
package struct Judgement: Sendable {
  /// The judge: its method and the data set that it was fitted on.
  let judge: String
  /// When two texts mean the same.
  let rule: EquivalenceRule
  /// [row of the answers] The decisions about its texts; nil for rows that are not judged.
  private let questions: [JudgedAnswers?]

  /// - Parameter entailments: read from `path`.
  /// - Throws: `Fault` of kind `.data` unless they are decisions about every text of these answers; of kind `.usage` for the
  ///   lenient rule with a judge that knows no contradiction, by which almost all texts would mean the same.
  package init(
    _ entailments: Entailments, path: String, about file: AnswersFile, _ rule: EquivalenceRule
  ) throws {
    func require(_ isValid: Bool, _ message: String) throws {
      if !isValid {
        throw Fault(.data, path, message, hint: "make it again from \(file.path) by judge-entailment")
      }
    }
    guard rule == .strict || entailments.hasContradiction else {
      throw Fault(
        .usage, setting: "equivalence", "found \(rule.rawValue), but the judge of \(path) has no class contradiction",
        hint: "use `equivalence strict`, or a judge that was fitted on pairs with a class `contradiction`")
    }
    let judged = try JudgedAnswers.all(in: entailments) { try require(false, $0) }
    questions = file.answers.rowIDs.map { judged[$0] }
    (judge, self.rule) = ("\(entailments.method) on \(entailments.dataset)", rule)
    let reasoning = file.hasReasoning
    for row in file.scoredRows {
      let isKnown = file.differentAnswers(to: row, reasoning: reasoning).allSatisfy {
        questions[row]?.contains($0) == true
      }
      try require(isKnown, "lacks a text of question \(file.answers.rowIDs[row])")
    }
  }

  /// The clusters of the answers to a question.
  ///
  /// - Precondition: the question is scored.
  func clusters(of answers: [String?], row: Int) -> AnswerClusters {
    guard let judged = questions[row] else { preconditionFailure("row \(row) was not judged") }
    return AnswerClusters(answers, judged: judged, rule)
  }
}

extension JudgedAnswers {
  /// [row id] What a file says about the answers to each question.
  ///
  /// - Parameter refuse: throws for a file with equal texts of one question.
  fileprivate static func all(
    in entailments: Entailments, orElse refuse: (_ message: String) throws -> Void
  ) rethrows -> [String: JudgedAnswers] {
    var (judged, start): ([String: JudgedAnswers], Int) = ([:], 0)
    for (question, id) in entailments.rowIDs.enumerated() {
      let texts = Array(entailments.texts[entailments.textRange(question)])
      let end = start + texts.count * texts.count
      if Set(texts.map(normalizedAnswer)).count < texts.count { try refuse("has equal texts of question \(id)") }
      judged[id] = JudgedAnswers(texts, relations: entailments.relations[start..<end].map { Entailment(rawValue: $0)! })
      start = end
    }
    return judged
  }
}
