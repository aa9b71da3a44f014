// judge-entailment: decides which of the texts that a method wrote for a question entail which others, by a method that
// was fitted on pairs of texts.
import Adapters
import ArgumentParser
import Artifacts
import Faults
import JSON
import NetworkStages
import Posteriors
import Reports
import StageKit

@main struct JudgeEntailment: Stage {
  static let configuration = CommandConfiguration(
    commandName: "judge-entailment",
    abstract: "Decide which of the texts that were written for a question entail which others.",
    discussion: """
      Reads the texts of one method, and for each test question asks a judge whether the first
      of two different texts implies the second, each with the question before it. The judge is
      a method that was fitted on pairs of texts, such as those of RTE and CB; --base, --tokens
      and --model are those of its run. evaluate-answers --entailment takes what it decides.
      Example:
        .build/release/judge-entailment --generated texts.h5 \\
          --base runs/entailment/base.h5 \\
          --tokens runs/entailment/tokens/entailment.h5 --model minilm \\
          --method point --posterior runs/entailment/adapters/point-0.h5 \\
          --output judged.h5
      """)

  @Option(help: ArgumentHelp("Texts of generate-answers.", valueName: "file")) var generated: String
  @OptionGroup var inputs: BaseAndTokens
  @OptionGroup var tokenizer: TokenizerOption
  @OptionGroup var options: MethodOptions
  @Option(help: ArgumentHelp("The judge's class that means: the first text implies the second.", valueName: "class"))
  var entails = "entailment"
  @Option(help: "The file of decisions to write.") var output: String
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try Fault.check(count: options.drawing.samples, of: "samples")
    try options.requireNoVersions()
    try context.check(outputs: output)
    let answers = AnswersFile(path: generated, try context.read(Answers.self, generated))
    let network = try inputs.open(context, verifyingDigest: options.needsVerifiedBase)
    let task = try PairTask(
      network.set, path: inputs.tokens, entails: entails,
      tokenizer: tokenizer.read(context, of: network.set, at: inputs.tokens).tokenizer, threads: context.threads)
    let files = try network.adapters.posterior(options.posterior)
    let scorer = try network.scorer(files.fit, positions: network.set.maximumLength)
    try files.check(scorer.parameters, dataset: network.set.dataset)
    let posterior = try Catalogue.posterior(
      PosteriorRequest(options.method, files, options.drawing, parameterCount: scorer.parameters.count))
    try posterior.checkMemory(answers: EntailmentRun.pairsPerStep * task.classes.count)
    var run = try EntailmentRun(answers, task, posterior, scorer)
    try network.announce(scorer.memoryOfPrediction)
    let settings = options.settings(found: posterior.details, fit: files.fit)
    _ = try context.complete(&run, settings: [settings, entails], output: output, options: checkpoints)
    var entailments = run.entailments
    (entailments.method, entailments.dataset) = (options.method, network.set.dataset)
    (entailments.baseDigest, entailments.tokensDigest) = (network.base.digest, network.tokensDigest)
    (entailments.settings, entailments.answersDigest) = (try settings.canonicalJSON, context.digest(of: generated))
    try context.write(entailments, to: output)
    report(run, context)
  }

  private func report(_ run: EntailmentRun, _ context: StageContext) {
    let (pairs, entailed) = (run.pairs.count, run.entailedPairs)
    let share = pairs == 0 ? "" : ", of which \((100 * Double(entailed) / Double(pairs)).formatted(1)) % entail"
    context.say("\(run.entailments.rowIDs.count) questions, \(pairs) pairs of different texts\(share)")
    if run.truncated > 0 {
      context.warn(
        "\(run.truncated) pairs were longer than the \(inputs.tokens) allows and lost the beginnings of their texts")
    }
  }
}
