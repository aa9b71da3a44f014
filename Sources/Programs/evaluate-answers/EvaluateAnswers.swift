// evaluate-answers: scores the texts of all methods on one data set, and the doubt about them.
import ArgumentParser
import Artifacts
import Files
import ReportStages
import Reports
import StageKit
import Tokenization

@main struct EvaluateAnswers: Stage {
  static let makeVariable: String? = "EVALUATE_FLAGS"
  static let makeSettings = ["model": "MODEL"]
  static let configuration = CommandConfiguration(
    commandName: "evaluate-answers",
    abstract: "Score every method's texts on one data set: the answers, and which doubt finds the wrong ones.",
    discussion: """
      The answer to a question is what most of its texts mean, where texts mean the same if \
      they are equal but for case, punctuation, articles and white space. Where all accepted \
      answers end with "So the answer is (...)" or with a line "Answer: ...", texts are \
      reasoning, and each votes for the answer that it ends with.
      Example:
        .build/release/evaluate-answers \\
          --generated runs/almanac-open/texts/*/almanac-open.h5 \\
          --model data/almanac/base --output written.h5 --html written.html
      """)

  @Option(
    parsing: .upToNextOption, help: "Texts of generate-answers on one data set, one file for each method.")
  var generated: [String]
  @Option(help: "The model folder: the report then names it and shows answers token by token.") var model: String?
  @OptionGroup var scoring: ScoringOptions
  @OptionGroup var results: ResultFiles
  @Option(help: "All answers, one a line, as CSV.") var answersCsv: String?
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    let settings = try scoring.settings
    try results.check(context)
    try context.check(outputs: answersCsv)
    let files = try generated.map { AnswersFile(path: $0, try context.read(Answers.self, $0)) }
    let tokenizer = try model.map { try Tokenizer(of: $0, thatMade: files[0].path, files[0].answers.tokenizerDigest) }
    let evaluation = try AnswerEvaluation(files, settings: settings)
    let table = try evaluation.table()
    try results.write(table, evaluation.remarks, harness: evaluation.harnessJSON)
    if let answersCsv { try AtomicFile.write(evaluation.answersCSV, to: answersCsv) }
    if let html = results.html {
      let run = RunFacts(model: model, provenance: context.provenance, date: context.date, host: context.host)
      let links = Links(from: html, to: [results.csv, results.json, answersCsv]).targets
      try AtomicFile.write(evaluation.page(run: run, links: links) { try? tokenizer?.decode($0) }, to: html)
    }
    try context.write(table, to: results.output)
    context.print(evaluation.text)
  }
}
