// compute-prefix: runs the frozen blocks below the lowest adapter over a tokenized set, once for all later passes.
import Adapters
import ArgumentParser
import Artifacts
import Faults
import NetworkStages
import StageKit
import Training

@main struct ComputePrefix: Stage {
  static let configuration = CommandConfiguration(
    commandName: "compute-prefix", abstract: "Run the blocks below the adapters over a tokenized set, once.",
    discussion: """
      Where only upper blocks have adapters (fit-adapters --layers), the hidden states below \
      them are the same in every epoch and for every member and sample. This stage computes \
      them once, and the others read them with --prefix; their results are the same with and \
      without it. It is one pass without checkpoints: once stopped, it starts over. Give it the \
      --training-examples of the fit to leave out the training rows that the fit does not use.
      Example:
        .build/release/compute-prefix \\
          --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --blocks 2 --output prefix.h5
      """)

  @OptionGroup var inputs: BaseAndTokens
  @Option(help: "How many of the lowest blocks: the index of the lowest block with adapters, counted from 0.")
  var blocks: Int
  @OptionGroup var products: PrecisionOption
  @Option(help: "Only the training rows that fit-adapters chooses with the same flag; 0 for all.")
  var trainingExamples = AdapterSettings().trainingExamples
  @Option(help: "Seed of that choice, as in fit-adapters.") var subsampleSeed = AdapterSettings().subsampleSeed
  @Option(help: "The file to write.") var output: String
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try context.check(outputs: output)
    try Fault.check(count: trainingExamples, of: "training-examples", atLeast: 0)
    let (base, set) = try inputs.read(context, verifyingDigest: true)
    let used = set.examplesInUse(trainingExamples: trainingExamples, subsampleSeed: subsampleSeed)
    let precision = products.precision
    context.announce(precision)
    var run = try PrefixRun(
      base, path: inputs.base, data: set, examples: used, blocks: blocks, precision: precision,
      threads: context.threads,
      availableMemory: Memory.available)
    try run.complete { context.progress($0, of: $1) }
    try FrozenPrefix.write(
      to: output, baseDigest: base.digest, tokensDigest: context.digest(of: inputs.tokens), examples: used,
      blocks: blocks, precision: precision, width: run.width, states: run.states, provenance: context.provenance)
    if let used { context.say("\(set.count - used.count) training rows are not used, and were left out") }
    context.say("\(run.states.count / run.width) tokens above \(blocks) blocks, \(run.width) values each")
  }
}
