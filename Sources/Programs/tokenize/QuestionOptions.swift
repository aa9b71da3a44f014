// The flags of `tokenize` that choose the questions, and the checks of flags that depend on each other.
import ArgumentParser
import Artifacts
import Faults
import Tasks
import StageKit

/// The question files, how they are read, and how their rows are divided into splits.
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

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Training files of which only the classes are read, for texts that are tested on without --train.",
      valueName: "file"))
  var classes: [String] = []

  @Option(help: ArgumentHelp("The files' format, one of those below. Without it, the first rows decide."))
  var format: String?

  @OptionGroup var columns: TextColumnOptions

  @Option(help: ArgumentHelp("The number of bins for numbers to predict (format numbers).", valueName: "bins"))
  var numberBins = NumberBins.usualCount

  @Option(help: "What the answers in your own files are, if that is ambiguous: index, letter or text.")
  var answers: AnswerStyle?

  @Flag(help: "Allow test questions with the ids of training questions.")
  var allowOverlap = false

  @Option(help: ArgumentHelp("The share of the training rows in the calibration split.", valueName: "share"))
  var calibrationFraction = 0.1

  @Option(
    help: ArgumentHelp("The number of training rows in the calibration split, instead of a share.", valueName: "rows"))
  var calibrationSize: Int?

  @Option(help: ArgumentHelp("The share of the training rows in the test split, without --test.", valueName: "share"))
  var testFraction = 0.2

  @Option(help: ArgumentHelp("Corrupt the test texts: \(Corruption.allCases.map(\.rawValue).joined(separator: ", "))."))
  var corruption: String?

  @Option(help: "Severity of the corruption, 1 to 5.")
  var severity: Int?

  @Flag(help: "Replace each question by versions without content, for contextual calibration.")
  var contentFree = false

  @Option(
    help: ArgumentHelp(
      """
      Replace each question by other versions of it, for methods NAME-consistent: shifts of the order of the choices, \
      corruptions of severity 1, or the other templates for the same scoring; auto: shifts where the prompt lists the choices (scoring letters), else corruptions.
      """, valueName: "kind"))
  var versions: VersionsChoice?

  @Option(help: ArgumentHelp("Use only this many test rows, from the first on, for a quick look.", valueName: "rows"))
  var limit: Int?

  @Option(help: "Seed of the splits and corruptions.")
  var seed: UInt64 = 0

  func validate() throws {
    if train.isEmpty && test.isEmpty { throw ValidationError("give --train or --test files") }
    if dataset.isEmpty { throw ValidationError("--dataset needs a name") }
    if contentFree && versions != nil { throw ValidationError("--content-free and --versions exclude each other") }
    if let limit, limit < 1 { throw ValidationError("--limit \(limit): must be an integer of at least 1") }
    if (corruption == nil) != (severity == nil) { throw ValidationError("--corruption and --severity go together") }
    if let severity, !Corruption.severities.contains(severity) {
      throw ValidationError("--severity \(severity): must be an integer from 1 to 5")
    }
  }

  /// How to read the files.
  private func reading(_ answersWithoutChoices: AnswerWithoutChoices) throws -> QuestionFile.Options {
    var options = QuestionFile.Options()
    options.answersWithoutChoices = answersWithoutChoices
    options.format = try format.map(Format.named)
    options.answers = answers
    options.numberBins = numberBins
    options.texts = try columns.options()
    return options
  }

  /// Reads the files. The second result has a line for each doubt about the labels of texts.
  func read(answersWithoutChoices: AnswerWithoutChoices) throws -> (
    train: [QuestionFile], test: [QuestionFile], doubts: [String]
  ) {
    try QuestionFile.read(train: train, test: test, classes: classes, reading(answersWithoutChoices))
  }

  /// How to divide the training rows.
  var splitRule: SplitRule {
    SplitRule(
      calibration: calibrationSize.map(SplitRule.Size.count) ?? .fraction(calibrationFraction),
      test: test.isEmpty ? .fraction(testFraction) : nil, seed: seed)
  }

  /// The questions to write: `set` with the corruption, the limit and the removal of content that the flags ask for.
  func selection(of set: QuestionSet, for scoring: TokenizedSet.Scoring, _ template: Template) throws -> QuestionSet {
    var set = set
    if let corruption, let severity {
      let corruption = try Corruption.named(corruption)
      if corruption == .choiceOrder && scoring.hasClasses {
        throw Fault(
          .usage, "--corruption choice-order", "classes have a fixed order; it needs --scoring letters or pairs")
      }
      if corruption == .choiceOrder && scoring == .answers {
        throw Fault(
          .usage, "--corruption choice-order", "written answers have no choices; it needs --scoring letters or pairs")
      }
      set = set.corrupted(by: corruption, severity: severity, seed: seed)
    }
    set = limit.map(set.limitingTest) ?? set
    if scoring == .answers && (contentFree || versions != nil) {
      throw Fault(
        .usage, contentFree ? "--content-free" : "--versions", "is for choices, and written answers have none")
    }
    if contentFree { return set.replaced(by: .contentFree, seed: seed) }
    guard let versions = try versions?.resolved(for: scoring, template) else { return set }
    return set.replaced(by: versions, seed: seed, templates: template.alternatives)
  }
}

extension AnswerStyle: ExpressibleByArgument {}
