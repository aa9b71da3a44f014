// tokenize: the first stage. It reads question files and a tokenizer, and writes one file of tokens.
import Adapters
import ArgumentParser
import Artifacts
import Checkpoints
import Faults
import StageKit
import Tasks
import Tokenization
import Transformers

@main struct Tokenize: Stage {
  static let makeVariable: String? = "TOKENIZE_FLAGS"
  static var makeSettings: [String: String] {
    let words = CommandLine.arguments
    let dataset = words.firstIndex(of: "--dataset").flatMap { words[($0 + 1)...].first } ?? "own"
    return TextColumnOptions.makeSettings.merging(
      [
        "cut": "CUT", "template": "TEMPLATE", "train": "TRAIN", "test": "TEST", "maximum-length": "MAXIMUM_LENGTH",
        "number-bins": "NUMBER_BINS", "model": "MODEL", "format": "FORMAT.\(dataset)",
      ]
    ) { $1 }
  }
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Turns question files into token ids, with splits, labels and row ids.",
    discussion: """
      Example:
        .build/release/tokenize --model data/almanac/base --dataset mine \\
          --train train.jsonl --test test.jsonl --output mine.h5

      Formats (gzipped or not):
      \(Format.all.map { "  \($0.names.joined(separator: ", ")): \($0.summary)" }.joined(separator: "\n"))

      Templates:
      \(Template.all.map { "  \($0.name) (\($0.scoring.rawValue)): \($0.summary)" }.joined(separator: "\n"))
      """)

  @Option(help: ArgumentHelp("The Hugging Face folder of the base: config.json, tokenizer.json.", valueName: "folder"))
  var model: String
  @OptionGroup var questions: QuestionOptions
  @Option(
    help: ArgumentHelp(
      "How choices get their logits: letters, continuations, pairs, classes, labels; or answers, which are written. "
        + "auto: by files, template and model."))
  var scoring = ScoringChoice.auto
  @Option(help: "How questions are put into words; see the list below.")
  var template: String?
  @Option(
    help: ArgumentHelp(
      "Truncate longer sequences. Default: 256, or the network's positions if these are fewer.", valueName: "tokens"))
  var maximumLength: Int?
  @OptionGroup var longTexts: LongTextOptions
  @Flag(help: "The classes are numbers whose order and distance count, such as grades.")
  var ordinal = false
  @Flag(help: "Refuse answers that are to be written, for stages that need choices.")
  var needsChoices = false
  @Flag(help: "Check everything and write nothing.")
  var check = false
  @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    if !check { try context.check(outputs: output) }
    // Checked before the files are read, which can take minutes.
    if let template { _ = try Template.named(template) }
    let folder = try ModelFolder(model)
    try scoring.check(template, for: folder.architecture, questions.dataset)
    let tokenizer = try Tokenizer(contentsOf: model)
    tokenizer.notes.forEach(context.warn)
    let (train, test, doubts) = try questions.read(
      answersWithoutChoices: scoring.answersWithoutChoices(for: folder.architecture, template: template))
    try context.report(train + test, of: folder)
    doubts.forEach(context.warn)

    let all = try QuestionSet(
      train: train.flatMap(\.questions), test: test.flatMap(\.questions), questions.splitRule,
      allowsOverlap: questions.allowOverlap)
    context.report(all)
    let scoring = try scoring.resolved(for: folder.architecture, train + test, template: template)
    if needsChoices { try scoring.requireChoices(train + test) }
    let template =
      try template.map { try Template.named($0, for: scoring) }
      ?? Template.usual(for: scoring, of: all.questions)
    let longTexts = try longTexts.rule(for: scoring)
    context.warnOfRepeatedChoices(in: all, scoring)
    let selection = try questions.selection(of: all, for: scoring, template)
    questions.versions?.note(for: scoring).map(context.say)

    let maximumLength = try maximumLength(within: folder.architecture)
    var truncation = Truncation()
    var set = try TokenizedSet(
      selection, named: questions.dataset, template, scoring: scoring, tokenizer,
      vocabularySize: folder.architecture.vocabularySize, maximumLength: maximumLength,
      positions: folder.architecture.maximumPositions, longTexts: longTexts,
      bins: (train + test).lazy.compactMap(\.bins).first, endToken: folder.endToken(tokenizer.eosID),
      threads: context.threads, truncation: &truncation)
    if ordinal { try set.readClassesAsGrades() }
    set.tokenizerDigest = folder.tokenizerDigest
    try set.check(on: folder.architecture)
    set.summary.forEach(context.say)
    context.noteNumbers(in: set)
    if truncation.neededWindows > 0 {
      context.report(truncation, windows: set.longestText)
    } else {
      context.report(truncation, of: set, positions: folder.architecture.maximumPositions)
    }
    if !check { try set.write(to: output, provenance: context.provenance) }
  }

  private func maximumLength(within architecture: Architecture) throws -> Int {
    let positions = architecture.maximumPositions
    guard let maximumLength else { return min(256, positions) }
    if (1...positions).contains(maximumLength) { return maximumLength }
    throw Fault(.usage, "--maximum-length \(maximumLength)", "the network has positions for 1 to \(positions) tokens")
  }
}
