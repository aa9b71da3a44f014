// predict: asks a fitted method about new texts. Nothing is fitted; `decide` makes answers of the forecasts.
import Adapters
import ArgumentParser
import Artifacts
import Faults
import Files
import JSON
import NetworkStages
import Posteriors
import StageKit
import Tasks
import Training

@main struct Predict: Stage {
  static let makeSettings = [
    "text-column": "NEW_TEXT", "second-text-column": "NEW_TEXT_B", "label-column": "NEW_LABEL", "id-column": "NEW_ID",
    "encoding": "NEW_ENCODING",
  ]
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Predict new texts with a fitted method.",
    discussion: """
      Reads the texts in blocks: its memory does not grow with their number. The texts are \
      worded and cut as those of --tokens, which the method was fitted on.
      Example:
        .build/release/predict \\
          --base runs/own/base.h5 --tokens runs/own/tokens/own.h5 --model minilm \\
          --method ensemble --posterior runs/own/adapters/point-*.h5 \\
          --new texts.csv --output forecasts.h5
      """)

  @OptionGroup var inputs: BaseAndTokens
  @OptionGroup var tokenizer: TokenizerOption
  @OptionGroup var options: MethodOptions
  @Option(help: ArgumentHelp("The file of new texts.", valueName: "file")) var new: String
  @OptionGroup var columns: TextColumnOptions
  @Option(help: "Which part of the texts: i/n for the i-th of n, from 1. The values are the same for any n.")
  var shard = Shard()
  @Option(help: "The forecasts file to write.") var output: String
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try Fault.check(count: options.drawing.samples, of: "samples")
    try context.check(outputs: output)
    try options.requireNoVersions()
    let (base, set) = try inputs.read(context, verifyingDigest: options.needsVerifiedBase)
    let texts = try wording(of: set, context)
    let files = try AdapterReader(context, inputs, base: base, set).posterior(options.posterior)
    let scorer = try Scorer(
      base, path: inputs.base, data: set, settings: files.fit, threads: context.threads,
      positions: set.maximumLength)
    try files.check(scorer.parameters, dataset: set.dataset)
    let posterior = try Catalogue.posterior(
      PosteriorRequest(options.method, files, options.drawing, parameterCount: scorer.parameters.count))
    try context.announce(scorer.memoryOfPrediction)

    var header = ForecastHeader()
    let settings = options.settings(found: posterior.details, fit: files.fit)
    (header.method, header.dataset, header.settings) = (options.method, set.dataset, try settings.canonicalJSON)
    (header.baseDigest, header.tokensDigest) = (base.digest, context.digest(of: inputs.tokens))
    (header.textsDigest, header.classNames) = (context.digest(of: new), set.commonChoices ?? [])
    (header.groups, header.samples) = (posterior.groups, posterior.samples)
    (header.shard, header.shards) = (shard.index, shard.count)
    try texts.measure(&header)
    try posterior.checkMemory(answers: header.blockRows * header.choices)
    var run = try ForecastRun(texts, posterior, scorer, header, output: output)
    _ = try context.complete(&run, settings: [settings, shard.description], output: output, options: checkpoints)
    try run.write(to: output, provenance: context.provenance)
    context.removeCheckpoint(of: output)
    run.removeSpools()
    report(run.header, context)
  }

  /// The new texts, worded as those of `set`.
  ///
  /// - Throws: what reading the tokenizer throws.
  private func wording(of set: TokenizedSet, _ context: StageContext) throws -> NewTextWording {
    let tokenizer = try tokenizer.read(context, of: set, at: inputs.tokens).tokenizer
    try context.record(input: new, digest: SHA256.hexDigest(ofFile: new))
    return try NewTextWording(
      path: new, columns.options(), set: set, tokenizer: tokenizer, threads: context.threads)
  }

  private func report(_ header: ForecastHeader, _ context: StageContext) {
    context.say(
      "\(header.ownRows) of \(plural(header.rows, "text")), \(header.groups) x \(plural(header.samples, "sample"))")
  }
}
