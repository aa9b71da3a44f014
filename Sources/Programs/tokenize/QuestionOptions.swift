// The flags of `tokenize` that say which questions, and what they mean together.
import ArgumentParser
import Artifacts
import Faults
import Tasks

/// Which files are read, and how they become questions with splits.
struct QuestionOptions: ParsableArguments {
  @Option(help: "The data set's name, as later stages and tables call it.")
  var dataset: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Files to train on; the calibration split is cut from them.", valueName: "file"))
  var train: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Files to test on, with or without labels. Without any, a test split is cut from the training files.",
      valueName: "file"))
  var test: [String] = []

  @Option(help: ArgumentHelp("The files' format; otherwise their first rows tell it. One of the list below."))
  var format: String?

  @Option(help: "What the answers of your own files are, where that could be mistaken: index, letter or text.")
  var answers: AnswerStyle?

  @Flag(help: "Put U+FFFD where the text is not UTF-8, instead of refusing it.")
  var replace = false

  @Flag(help: "Let test questions have ids of training questions.")
  var allowOverlap = false

  @Option(help: ArgumentHelp("The share of the training rows that calibrates.", valueName: "share"))
  var calibrationFraction = 0.1

  @Option(help: ArgumentHelp("The number of training rows that calibrate, instead of a share.", valueName: "rows"))
  var calibrationSize: Int?

  @Option(help: ArgumentHelp("The share of the training rows that tests, where no file does.", valueName: "share"))
  var testFraction = 0.2

  @Option(help: ArgumentHelp("Damage the test texts: \(Corruption.allCases.map(\.rawValue).joined(separator: ", "))."))
  var corruption: String?

  @Option(help: "How much damage, 1 to 5.")
  var severity: Int?

  @Flag(help: "Write versions without content of the questions, for contextual calibration.")
  var contentFree = false

  @Option(help: ArgumentHelp("Only the first so many test rows, for a quick look.", valueName: "rows"))
  var limit: Int?

  @Option(help: "Decides splits and corruptions.")
  var seed: UInt64 = 0

  func validate() throws {
    if train.isEmpty && test.isEmpty { throw ValidationError("give --train or --test files") }
    if dataset.isEmpty { throw ValidationError("--dataset needs a name") }
    if let limit, limit < 1 { throw ValidationError("--limit \(limit) leaves no test rows") }
    if (corruption == nil) != (severity == nil) { throw ValidationError("--corruption and --severity go together") }
    if let severity, !Corruption.severities.contains(severity) {
      throw ValidationError("--severity \(severity) is not between 1 and 5")
    }
  }

  /// How to read the files.
  func reading() throws -> QuestionFile.Options {
    var options = QuestionFile.Options()
    options.format = try format.map(Format.named)
    options.answers = answers
    options.replacesInvalidText = replace
    return options
  }

  /// How to divide the training rows.
  var splitRule: SplitRule {
    SplitRule(
      calibration: calibrationSize.map(SplitRule.Size.count) ?? .fraction(calibrationFraction),
      test: test.isEmpty ? .fraction(testFraction) : nil, seed: seed)
  }

  /// `set` as it is to be written: damaged, no more of it than wanted, and without content if so.
  func selection(of set: QuestionSet, for scoring: TokenizedSet.Scoring) throws -> QuestionSet {
    var set = set
    if let corruption, let severity {
      let corruption = try Corruption.named(corruption)
      if corruption == .choiceOrder && scoring == .classes {
        throw Fault(.usage, "--corruption choice-order", "classes have one order; it needs --scoring letters or pairs")
      }
      set = set.corrupted(by: corruption, severity: severity, seed: seed)
    }
    set = limit.map(set.limitingTest) ?? set
    return contentFree ? set.contentFree() : set
  }
}

extension AnswerStyle: ExpressibleByArgument {}
