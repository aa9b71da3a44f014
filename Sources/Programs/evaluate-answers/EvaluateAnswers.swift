// evaluate-answers: scores the texts of all methods on one data set, and the doubt about them.
import ArgumentParser
import Artifacts
import Files
import Reports
import StageKit
import Tokenization

@main struct EvaluateAnswers: Stage {
  static let configuration = CommandConfiguration(
    commandName: "evaluate-answers",
    abstract: "Score every method's texts on one data set: the answers, and which doubt finds the wrong ones.",
    discussion: """
      The answer to a question is what most of its texts mean, where texts mean the same if
      they are equal but for case, punctuation, articles and white space. Where all accepted
      answers end with "So the answer is (...)", texts are reasoning, and each votes for the
      answer that it ends with.
      Example:
        .build/release/evaluate-answers \\
          --generated runs/almanac-open/answers/*/almanac.h5 \\
          --output answers.h5 --csv answers.csv --html answers.html
      """)

  @Option(
    parsing: .upToNextOption, help: "Texts of generate-answers on one data set, one file for each method.")
  var generated: [String]
  @Option(help: "The model folder: the report then names it and shows answers token by token.") var model: String?
  @OptionGroup var scoring: ScoringOptions
  @Option(help: "The results file to write.") var output: String
  @Option(help: "The results as CSV.") var csv: String?
  @Option(help: "The results in the shape of lm-evaluation-harness.") var json: String?
  @Option(help: "All answers, one a line, as CSV.") var answersCsv: String?
  @Option(help: "The report, one HTML file.") var html: String?
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    let settings = try ScoringSettings(bins: scoring.bins, draws: scoring.bootstrap, seed: scoring.seed)
    try context.check(outputs: output, csv, json, answersCsv, html)
    let files = try generated.map { AnswersFile(path: $0, try context.read(Answers.self, $0)) }
    let evaluation = try AnswerEvaluation(files, settings: settings)
    let table = try evaluation.table()
    if let csv { try AtomicFile.write(table.csv(evaluation.remarks), to: csv) }
    if let json { try AtomicFile.write(try evaluation.harnessJSON(), to: json) }
    if let answersCsv { try AtomicFile.write(evaluation.answersCSV, to: answersCsv) }
    if let html {
      let tokenizer = try model.map(Tokenizer.init(contentsOf:))
      let run = RunFacts(model: model, provenance: context.provenance, date: context.date, host: context.host)
      let page = evaluation.page(run: run, links: Links(from: html, to: [csv, json, answersCsv]).targets) {
        try? tokenizer?.decode($0)
      }
      try AtomicFile.write(page, to: html)
    }
    try context.write(table, to: output)
    context.print(evaluation.text)
  }
}
