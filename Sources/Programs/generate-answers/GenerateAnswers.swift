// generate-answers: lets the draws of a posterior write texts after the prompts of a tokenized set.
import Adapters
import ArgumentParser
import Artifacts
import Faults
import Generation
import JSON
import NetworkStages
import Posteriors
import StageKit
import Tasks
import Tokenization
import Transformers

@main struct GenerateAnswers: Stage {
  static let makeVariable: String? = "WRITE_FLAGS"
  static let makeSettings = [
    "base": "MODEL", "model": "MODEL", "method": "METHODS", "draws": "DRAWS", "texts": "TEXTS", "template": "TEMPLATE",
    "maximum-length": "MAXIMUM_LENGTH",
  ]
  static let configuration = CommandConfiguration(
    commandName: "generate-answers", abstract: "Write texts with samples from a posterior.",
    discussion: """
      Writes texts after the prompts of the calibration and test examples of --tokens, with \
      every sample of a method, and stores what each of their tokens was worth. --seed is \
      that of the samples and of the tokens.
      Example:
        .build/release/generate-answers \\
          --base runs/own/base.h5 --tokens runs/own/tokens/own.h5 --model smollm2 \\
          --method swag --posterior runs/own/swag/0.h5 --samples 5 --texts 10 \\
          --stop "\\n" --output texts.h5
      """)

  @OptionGroup var inputs: BaseAndTokens
  @OptionGroup var tokenizer: TokenizerOption
  @OptionGroup var options: MethodOptions
  @OptionGroup var writing: WritingOptions
  @Option(help: "The file of answers to write.") var output: String
  @OptionGroup var peft: PEFTExport
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try Fault.check(count: options.drawing.samples, of: "samples")
    let law = writing.law(seed: options.drawing.seed)
    try law.check(texts: writing.texts)
    try Catalogue.requireWriting(options.method, options.drawing.draws)
    try context.check(outputs: output)
    let network = try inputs.open(context, verifyingDigest: options.needsVerifiedBase)
    let architecture = try network.architecture()
    try check(architecture, network.set)
    let (tokenizer, usualEnd) = try tokenizer.read(context, of: network.set, at: inputs.tokens)
    let decoder = textDecoder(of: network.set, tokenizer, endToken: network.set.endToken ?? usualEnd, context)
    let question = writing.pTrue ? try truthQuestion(about: network.set, tokenizer) : nil
    let files = try network.adapters.posterior(options.posterior)
    let positions = network.set.positions(
      writing: law.maximumNewTokens + (question?.count ?? 0), on: architecture)
    let scorer = try network.scorer(files.fit, positions: positions)
    try files.check(scorer.parameters, dataset: network.set.dataset)
    let posterior = try Catalogue.posterior(
      PosteriorRequest(options.method, files, options.drawing, parameterCount: scorer.parameters.count))
    var run = try WritingRun(scorer, posterior, writing.settings, law, decoder, question: question)
    try network.announce(scorer.memoryOfPrediction.adding("keys and values", run.cacheBytes))
    try peft.write(posterior, method: options.method, fit: files.fit, scorer)
    let settings = options.settings(found: posterior.details, fit: files.fit)
    let answers = try network.finish(
      &run, settings: options.drawing.samples, settings, writing.settings, law, startingFrom: files.cost, to: output,
      checkpoints
    ) {
      var answers = try $0.answers()
      (answers.method, answers.settings) = (options.method, try settings.canonicalJSON)
      return answers
    }
    report(answers, context)
  }

  private func check(_ architecture: Architecture, _ set: TokenizedSet) throws {
    guard architecture.isDecoder else {
      throw Fault(.configuration, inputs.base, "is an encoder, which cannot write", hint: "use a decoder as `base`")
    }
    guard set.scoring != .letters else {
      throw Fault(
        .configuration, inputs.tokens, "its prompts ask for a letter, and texts are compared with the words of answers",
        hint: "tokenize with `template open`")
    }
  }

  /// The question whether a text is true, in the words of the set's template.
  private func truthQuestion(about set: TokenizedSet, _ tokenizer: Tokenizer) throws -> TruthTokens {
    let question = try Template.named(set.template).truthQuestion
    return TruthTokens(
      tokenizer.encode(question.text, addSpecialTokens: false),
      yes: try tokenizer.singleTokenID(of: question.yes, afterPrompt: question.text),
      no: try tokenizer.singleTokenID(of: question.no, afterPrompt: question.text))
  }

  private func textDecoder(
    of set: TokenizedSet, _ tokenizer: Tokenizer, endToken: Int32?, _ context: StageContext
  ) -> TextDecoder {
    if endToken == nil && writing.stops.isEmpty {
      context.warn("no token is known to end a text, so every text has --max-new-tokens tokens; --stop ends it earlier")
    }
    return TextDecoder(endToken: endToken) { try tokenizer.decode($0) }
  }

  private func report(_ answers: Answers, _ context: StageContext) {
    let draws =
      answers.mixedDraws > 1
      ? "a mixture of \(answers.mixedDraws) samples" : "\(answers.groups) x \(plural(answers.samples, "sample"))"
    context.say("\(plural(answers.count, "prompt")), \(draws), \(plural(answers.textsPerDraw, "text")) each")
    let cut = answers.endings.count { $0 == .length || $0 == .positions }
    if cut > 0 { context.say("cut, since they had not ended: \(cut) of \(plural(answers.texts.count, "text"))") }
  }
}
