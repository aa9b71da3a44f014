// evaluate-answers: scores the texts of all methods on one data set, and the doubt about them.
import ArgumentParser
import Artifacts
import Calibration
import Faults
import Files
import ReportStages
import Reports
import StageKit
import Tokenization

extension EquivalenceRule: ExpressibleByArgument {}

@main struct EvaluateAnswers: Stage {
  static let makeVariable: String? = "EVALUATE_FLAGS"
  static let makeSettings = ["model": "MODEL"]
  static let configuration = CommandConfiguration(
    commandName: "evaluate-answers",
    abstract: "Score every method's texts on one data set: the answers, and which doubt finds the wrong ones.",
    discussion: """
      The answer to a question is what most of its texts mean, where texts mean the same if \
      they are equal but for case, punctuation, articles and white space, or with --entailment \
      if each implies the other. Where all accepted answers end with \
      "So the answer is (...)" or with a line "Answer: ...", texts are reasoning, and each \
      votes for the answer that it ends with.
      Example:
        .build/release/evaluate-answers \\
          --generated runs/almanac-open/texts/*/almanac-open.h5 \\
          --model data/almanac/base --output written.h5 --html written.html
      """)

  @Option(
    parsing: .upToNextOption, help: "Texts of generate-answers on one data set, one file for each method.")
  var generated: [String]
  @Option(
    parsing: .upToNextOption,
    help: "Decisions of judge-entailment, a file for each of --generated: texts mean the same by what they entail.")
  var entailment: [String] = []
  @Option(
    help: """
      With --entailment: strict, if each text entails the other; lenient, if neither contradicts the other and not both \
      are neutral.
      """)
  var equivalence = EquivalenceRule.strict
  @Option(help: "The model folder: the report then names it and shows answers token by token.") var model: String?
  @OptionGroup var scoring: ScoringOptions
  @OptionGroup var results: ResultFiles
  @Option(help: "All answers, one a line, as CSV.") var answersCsv: String?
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    let settings = try scoring.settings
    try results.check(context)
    try context.check(outputs: answersCsv)
    guard entailment.count <= generated.count else {
      throw Fault(
        .usage, "--entailment",
        "found \(entailment.count), expected at most \(generated.count): one for each of --generated",
        hint: "judge each file of texts by judge-entailment")
    }
    guard equivalence == .strict || !entailment.isEmpty else {
      throw Fault(
        .usage, "--equivalence", "found \(equivalence.rawValue) without --entailment",
        hint: "add --entailment, or omit it")
    }
    let files = try answers(context)
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

  /// The files of texts, with the decisions about them.
  private func answers(_ context: StageContext) throws -> [AnswersFile] {
    let files = try generated.map { AnswersFile(path: $0, try context.read(Answers.self, $0)) }
    if entailment.isEmpty { return files }
    let judged = try entailment.map { (path: $0, decisions: try context.read(Entailments.self, $0)) }
    return try files.map { file in
      let digest = context.digest(of: file.path)
      guard let own = judged.first(where: { $0.decisions.answersDigest == digest }) else {
        throw Fault(
          .data, file.path, "none of the files of --entailment is about these texts",
          hint: "make one with judge-entailment --generated \(file.path)")
      }
      let judgement = try Judgement(own.decisions, path: own.path, about: file, equivalence)
      return AnswersFile(path: file.path, file.answers, judgement: judgement)
    }
  }
}
