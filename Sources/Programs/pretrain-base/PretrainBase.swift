// pretrain-base: trains the tokenizer and the weights of the embedded experiment's small base from scratch.
import Almanac
import ArgumentParser
import Artifacts
import Checkpoints
import Faults
import Files
import StageKit
import Tokenization
import Training
import Transformers

@main struct PretrainBase: Stage {
  static let configuration = CommandConfiguration(
    commandName: "pretrain-base", abstract: "Pretrain the embedded experiment's base on text about its facts.",
    discussion: """
      Writes a Hugging Face model folder: config.json, model.safetensors (bfloat16), tokenizer.json.
      Example:
        pretrain-base --facts data/almanac/facts --output data/almanac/base
      """)

  @Option(help: "The folder with the tables of facts (*.tsv).") var facts: String
  @Option(help: "The seed of the question files, which decides which facts the text also asks about.")
  var questionSeed: UInt64 = 2026
  @Option(help: "How many times the text repeats the facts.") var repetitions = 40
  @Option(help: "Number of tokens in the vocabulary.") var vocabularySize = 2048
  @Option(help: "Hidden size, the width of the residual stream.") var hiddenSize = 192
  @Option(help: "Number of blocks.") var layers = 4
  @Option(help: "Passes over the text.") var epochs = PretrainingSettings().epochs
  @Option(help: "Largest learning rate.") var learningRate = PretrainingSettings().learningRate
  @Option(help: "Documents in a step.") var documentsPerStep = PretrainingSettings().documentsPerStep
  @Option(help: "Seed of the initial values and of the documents' order.") var seed = 0
  @Option(help: "The model folder to write.") var output: String
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try validateSizes()
    try ModelFolder.checkTarget(output)
    let texts = try Almanac(facts: facts, seed: questionSeed).corpus(repetitions: repetitions)
    let vocabulary = try BytePairTrainer.train(texts, vocabularySize: vocabularySize)
    let tokenizer = try Tokenizer(json: vocabulary, subject: "the new tokenizer")
    let (bos, eos) = (tokenizer.id("<s>")!, tokenizer.id("</s>")!)
    let documents = texts.map { tokenizer.encode($0) + [eos] }
    let architecture = architecture(vocabularySize: tokenizer.vocabularySize)
    guard let longest = documents.map(\.count).max(), longest <= architecture.maximumPositions else {
      throw Fault(.data, facts, "a document is longer than \(architecture.maximumPositions) tokens")
    }
    var settings = PretrainingSettings()
    (settings.epochs, settings.learningRate, settings.documentsPerStep) = (epochs, learningRate, documentsPerStep)
    settings.seed = seed
    var run = try LanguageModelRun(architecture, documents: documents, settings, threads: context.threads)
    context.say(
      "\(texts.count) documents, \(documents.reduce(0) { $0 + $1.count }) tokens, \(run.parameters.count) parameters, \(run.total) steps"
    )
    _ = try context.complete(
      &run, settings: [architecture.canonicalJSON, settings, questionSeed, repetitions], output: output,
      options: checkpoints)
    try ModelFolder.write(
      to: output, architecture: architecture, dtype: .bfloat16, bosTokenID: Int(bos), eosTokenID: Int(eos)
    ) { name in
      let entry = run.parameters[name]!
      return Array(run.values[entry.offset..<entry.offset + entry.count])
    }
    try AtomicFile.write(try vocabulary.encode() + "\n", to: output + "/tokenizer.json")
    context.removeCheckpoint(of: output)
    context.say("\(output): \(run.note)")
  }

  private func validateSizes() throws {
    try Fault.check(repetitions, of: "repetitions", in: 1...10_000)
    try Fault.check(count: vocabularySize, of: "vocabulary-size")
    try Fault.check(hiddenSize, of: "hidden-size", in: 64...65_536)
    guard hiddenSize % 64 == 0 else {
      throw Fault(.usage, "--hidden-size", "found \(hiddenSize), expected a multiple of 64")
    }
    try Fault.check(layers, of: "layers", in: 1...1000)
    try Fault.check(count: epochs, of: "epochs")
    try Fault.check(count: documentsPerStep, of: "documents-per-step")
    guard learningRate > 0, learningRate.isFinite else {
      throw Fault(.usage, "--learning-rate", "found \(learningRate), expected above 0")
    }
  }

  private func architecture(vocabularySize: Int) -> Architecture {
    .llama(
      hiddenSize: hiddenSize, layers: layers, heads: hiddenSize / 32, keyValueHeads: hiddenSize / 64,
      headSize: 32, intermediateSize: hiddenSize * 8 / 3, vocabularySize: vocabularySize, maximumPositions: 256,
      tiedHead: true)
  }
}
