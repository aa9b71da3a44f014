// compute-prefix: runs the frozen blocks below the lowest adapter over a tokenized set, once for all later passes.
import Adapters
import ArgumentParser
import Arrays
import Artifacts
import Faults
import StageKit
import Training

extension Precision: ExpressibleByArgument {}

@main struct ComputePrefix: Stage {
  static let configuration = CommandConfiguration(
    commandName: "compute-prefix", abstract: "Run the blocks below the adapters over a tokenized set, once.",
    discussion: """
      Where adapters change the upper blocks alone (fit-adapters --layers), those below make
      the same of a token in every epoch and for every member and sample. The other stages take
      that as --prefix; their results are the same with it and without. It is one pass and
      keeps no checkpoint: stopped, it starts over. With the --training-examples of the fit,
      training rows that it does not use are left out.
      Example:
        .build/release/compute-prefix \\
          --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --blocks 2 --output prefix.h5
      """)

  @Option(help: "The base, from pretrain-load.") var base: String
  @Option(help: "The tokenized set, from tokenize.") var tokens: String
  @Option(help: "How many of the lowest blocks: the number of the lowest one that adapters change, counted from 0.")
  var blocks: Int
  @Option(help: "Numbers of the frozen products, as in fit-adapters: float32 or bfloat16.")
  var precision = AdapterSettings().precision
  @Option(help: "Only the training rows that fit-adapters takes with this flag; 0 for all.")
  var trainingExamples = AdapterSettings().trainingExamples
  @Option(help: "What draws them, as in fit-adapters.") var subsampleSeed = AdapterSettings().subsampleSeed
  @Option(help: "The file to write.") var output: String
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try context.check(outputs: output)
    guard trainingExamples >= 0 else {
      throw Fault(.usage, "--training-examples", "found \(trainingExamples), expected 0 or more")
    }
    let base = try context.open(base: base, verifyingDigest: true)
    let set = try context.read(TokenizedSet.self, tokens)
    let used = set.examplesInUse(trainingExamples: trainingExamples, subsampleSeed: subsampleSeed)
    var run = try PrefixRun(
      base, path: self.base, data: set, examples: used, blocks: blocks, precision: precision, threads: context.threads,
      availableMemory: Memory.available)
    try run.complete { context.progress($0, of: $1) }
    try FrozenPrefix.write(
      to: output, baseDigest: base.digest, tokensDigest: context.digest(of: tokens), examples: used,
      blocks: blocks, precision: precision, width: run.width, states: run.states, provenance: context.provenance)
    if let used { context.say("\(set.count - used.count) training rows are not used and left out") }
    context.say("\(run.states.count / run.width) tokens above \(blocks) blocks, \(run.width) numbers each")
  }
}
