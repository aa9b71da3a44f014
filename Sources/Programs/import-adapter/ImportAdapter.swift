// import-adapter: makes an adapter file of a PEFT folder, for every stage that starts from a fitted adapter.
import Adapters
import ArgumentParser
import Artifacts
import Faults
import NetworkStages
import StageKit
import Training
import Transformers

extension PooledHead.Pooling: ExpressibleByArgument {}

@main struct ImportAdapter: Stage {
  static let configuration = CommandConfiguration(
    commandName: "import-adapter", abstract: "Make an adapter file of a PEFT folder.",
    discussion: """
      Reads adapter_config.json and adapter_model.safetensors of a LoRA adapter. Every \
      tensor and setting is used, or the folder is refused. --tokens are the questions \
      that posteriors around the adapter are made on, in the prompts that it was trained on. \
      Other stages read a PEFT folder themselves, with the defaults of the options below.
      Example:
        .build/release/import-adapter \\
          --base runs/own/base.h5 --tokens runs/own/tokens/own.h5 \\
          --adapter my-adapter --output adapter.h5
      """)

  @OptionGroup var files: BaseAndTokens
  @Option(help: "The PEFT folder.") var adapter: String
  @Option(help: "The adapter file to write.") var output: String
  @Option(help: "The adapter's name in later tables.") var method = "point"
  @Option(help: "Tells imported adapters apart, and orders the data where training goes on.") var seed = 0
  @Option(help: "Encoders whose head is a `score` that sample-posterior has exported: mean, first or last token.")
  var pooling = AdapterSettings().pooling
  @OptionGroup var products: PrecisionOption
  @Option(help: "Learning rate that collect-swag halves.") var learningRate = AdapterSettings().learningRate
  @Option(help: "Examples in a step of collect-swag.") var batchSize = AdapterSettings().batchSize
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try context.check(outputs: output)
    let (base, set) = try files.read(context, verifyingDigest: true)
    context.announce(settings.precision)
    let reader = AdapterReader(context, files, base: base, set)
    var result = try reader.adapter(ofFolder: adapter, seed: seed, settings: settings)
    result.method = method
    let fit = try AdapterSettings(ofOneIn: result, path: adapter)
    let scorer = try Scorer(base, path: files.base, data: set, settings: fit, threads: context.threads)
    try report(result, scorer, context)
    try context.write(result, to: output)
  }

  /// What the folder does not say, in the terms of a fit.
  private var settings: AdapterSettings {
    var settings = AdapterSettings()
    (settings.pooling, settings.precision) = (pooling, products.precision)
    (settings.learningRate, settings.batchSize) = (learningRate, batchSize)
    return settings
  }

  /// Says how the adapter does on the calibration questions: where the prompts are not those of its training, this shows.
  private func report(_ result: Adapter, _ scorer: Scorer, _ context: StageContext) throws {
    context.say("\(scorer.layout.modules.count) modules, \(result.values.count) parameters")
    if !scorer.data.classNames.isEmpty {
      context.say("outputs of the head: \(scorer.data.classNames.joined(separator: ", "))")
    }
    guard !scorer.data.examples(of: .calibration).isEmpty else { return }
    let scores = try CalibrationSplit(scorer.data).scores(scorer, parameters: result.values)
    let accuracy = scores.accuracy.map { ", accuracy \($0.formatted(4))" } ?? ""
    context.say("calibration NLL \(scores.nll.formatted(4))\(accuracy)")
  }
}
