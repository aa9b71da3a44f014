// All methods' open answers on one data set, in one table: whether they are right, and whether the doubt about them finds
// the wrong ones. Where each accepted answer is reasoning that ends with an answer (`finalAnswer`), each text votes for the
// answer that it ends with (self-consistency).
import Calibration
import Faults

/// The results of `evaluate-answers`.
package struct AnswerEvaluation: Sendable {
  /// The data set.
  package let dataset: String
  /// The bins and resamples.
  package let settings: ScoringSettings
  /// Whether texts are reasoning that ends with an answer.
  let hasReasoning: Bool
  /// A row for each method; with reasoning a second one, in which votes have weights.
  let rows: [AnswerRow]
  /// Warnings about the results.
  package let remarks: Remarks

  /// Scores `files`, one for each method.
  ///
  /// - Throws: `Fault` of kind `.usage` for no file; `.data` for files that cannot be compared, two files of one method,
  ///   or no test question with an accepted answer.
  package init(_ files: [AnswersFile], settings: ScoringSettings = ScoringSettings()) throws {
    guard let first = files.first else { throw Fault(.usage, setting: "generated", "no file is given") }
    for (index, file) in files.enumerated() {
      try file.check(comparableWith: first)
      if let other = files[..<index].first(where: { $0.answers.method == file.answers.method }) {
        throw Fault(.data, file.path, "has the same method as \(other.path): \(file.answers.method)")
      }
    }
    let scored = first.scoredRows
    guard !scored.isEmpty else {
      throw Fault(
        .data, first.path, "no test question has an accepted answer, so nothing can be scored",
        hint: "tokenize test questions with their answers")
    }
    let reasoning = first.hasReasoning
    let forecasts = files.flatMap { file in
      [AnswerForecast(file, reasoning: reasoning)]
        + (reasoning ? [AnswerForecast(file, reasoning: true, byLikelihood: true)] : [])
    }
    let clusters = Clusters(scored.map { first.answers.prompts[$0] })
    (dataset, self.settings, hasReasoning) = (first.answers.dataset, settings, reasoning)
    rows = AnswerRow.compare(forecasts, clusters, settings)
    remarks = Self.remarks(files, scored: scored.count, copies: scored.count - clusters.count)
  }

  /// The doubts that some method has.
  var measuredDoubts: [Doubt] {
    Doubt.all.filter { doubt in rows.contains { doubt.needs.reason($0.forecast.file) == nil } }
  }

  /// The row with the highest accuracy, the first one of several.
  var best: AnswerRow {
    rows[firstMaximum(rows.map { $0[.accuracy].score.value ?? 0 })]
  }

  private static func remarks(_ files: [AnswersFile], scored: Int, copies: Int) -> Remarks {
    var remarks = Remarks(files.map(\.answers.method), .question)
    let unscored = files[0].answers.splits.count { $0 == .test } - scored
    if unscored > 0 { remarks.add("test questions without an accepted answer, which are not scored: \(unscored)") }
    if copies > 0 {
      remarks.add(
        "\(copies) of \(scored) test questions are copies of others: intervals resample a question together with its "
          + "copies")
    }
    for file in files {
      let method = file.answers.method
      if let judge = file.judgement?.judge {
        remarks.add("texts mean the same if they entail each other, as \(judge) judges", about: method)
      }
      for warning in file.answers.warnings { remarks.add(warning, about: method) }
      if file.textsPerQuestion == 1 {
        remarks.add("one text for each question: its semantic entropy is 0, and every vote is unanimous", about: method)
      }
      if file.answers.law.temperature == 0 && file.answers.textsPerDraw > 1 {
        remarks.add("temperature 0: all texts of a draw are equal", about: method)
      }
    }
    if Set(files.map(\.textsPerQuestion)).count > 1 {
      remarks.add("methods have different numbers of texts, and semantic entropy grows with that number")
    }
    if !files.contains(where: { $0.answers.method == MethodRow.reference }) {
      remarks.add("there is no method \(MethodRow.reference) to compare the others with")
    }
    return remarks
  }
}
