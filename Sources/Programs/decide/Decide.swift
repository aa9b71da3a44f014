// decide: makes answers of the forecasts for new texts, and says what they can be trusted with.
import ArgumentParser
import Artifacts
import Faults
import Files
import JSON
import Reports
import StageKit
import Tasks

@main struct Decide: Stage {
  static let configuration = CommandConfiguration(
    commandName: "decide", abstract: "Answer new texts, or leave them to a human.",
    discussion: """
      The calibration rows of --predictions give the temperature, and its labelled test rows \
      the thresholds: they chose neither temperature nor epoch.
      Example:
        .build/release/decide --forecasts runs/own/answers/texts/*.h5 \\
          --predictions runs/own/predictions/ensemble/own.h5 \\
          --tokens runs/own/tokens/own.h5 --new texts.csv --risk 5% \\
          --answers-csv answers.csv --output answers.h5
      """)

  @Option(parsing: .upToNextOption, help: "The forecasts of predict, of all shards.") var forecasts: [String]
  @Option(help: "The method's predictions for the run's calibration and test rows, from sample-posterior.")
  var predictions: String
  @Option(help: "The tokenized set that the run was fitted on.") var tokens: String
  @Option(help: ArgumentHelp("The file of new texts that was predicted.", valueName: "file")) var new: String
  @OptionGroup var promises: PromiseOptions
  @Option(help: "The answers as CSV: the columns of the new texts, then what is said about each.")
  var answersCsv: String?
  @Option(help: "The share of each class among the texts, or the mean of their numbers, with its interval, as CSV.")
  var sharesCsv: String?
  @Option(help: "The fifty texts that are most worth a label, as CSV.") var labelNextCsv: String?
  @Option(help: "The results file to write.") var output: String
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try context.check(outputs: output, answersCsv, sharesCsv, labelNextCsv)
    let shards = try ForecastShards(
      forecasts.map { path in
        let file = try Forecasts(mapping: path)
        try context.record(input: path, digest: file.digest)
        return file
      })
    let test = try PredictionsFile(path: predictions, context.read(Predictions.self, predictions))
    let set = try context.read(TokenizedSet.self, tokens)
    let digest = try SHA256.hexDigest(ofFile: new)
    try context.record(input: new, digest: digest)
    guard digest == shards.header.textsDigest else {
      throw Fault(.configuration, new, "it has changed since it was predicted", hint: "predict it again")
    }
    let texts = try NewTexts(
      new, like: set, TextOptions(canonicalJSON: shards.header.reading, subject: forecasts[0]))
    var decisions = try Decisions(
      shards, test: test, trainingLabels: set.examples(of: .train).map { set.labels[$0] },
      copies: set.idsOfCopiedTestRows, columns: texts.columns, promises.settings())
    try write(&decisions, texts)
    if let sharesCsv { try AtomicFile.write(decisions.sharesCSV, to: sharesCsv) }
    if let labelNextCsv { try AtomicFile.write(decisions.labelNextCSV, to: labelNextCsv) }
    try context.write(decisions.table(), to: output)
    context.print(decisions.text)
  }

  /// Writes answers.csv, or only counts where it was not asked for.
  private func write(_ decisions: inout Decisions, _ texts: NewTexts) throws {
    func write(to append: (String) throws -> Void) throws {
      try decisions.writeAnswers(
        nextTexts: { try texts.next($0).map { ($0.fields, $0.question.choices) } }, to: append)
    }
    guard let answersCsv else { return try write { _ in } }
    try AtomicFile.write(to: answersCsv) { temporary in
      let file = try AppendedText(temporary)
      try write(to: file.append)
      try file.close()
    }
  }
}
