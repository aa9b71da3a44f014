// route-adapters: trains a router that weighs the adapters of a library for each token.
import ArgumentParser
import Artifacts
import Faults
import NetworkStages
import Posteriors
import StageKit
import Training

@main struct RouteAdapters: Stage {
  static let configuration = CommandConfiguration(
    commandName: "route-adapters", abstract: "Train a router that weighs the adapters of a library for each token.",
    discussion: """
      The router is one more low-rank pair of every adapted module (RAMoLE). It is trained on the \
      training rows of --examples, whose adapters are in the library and stay as they are. The \
      calibration split of --tokens chooses the epoch. Adapters that come later need no training: \
      give the tasks of some adapters to a library of all.
      Example:
        .build/release/route-adapters \\
          --base runs/both/own/base.h5 --tokens runs/both/own/tokens/own.h5 \\
          --library library.h5 --output routed.h5 \\
          --examples runs/bones/own/tokens/own.h5 runs/moons/own/tokens/own.h5
      """)

  @OptionGroup var files: BaseAndTokens
  @Option(help: "The library, from index-adapters.") var library: String
  @Option(parsing: .upToNextOption, help: "Tokenized sets that adapters of the library were fitted on.")
  var examples: [String]
  @OptionGroup var router: RouterOptions
  @Option(help: "The library with the router to write.") var output: String
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try context.check(outputs: output)
    let (base, set) = try files.read(context, verifyingDigest: false)
    let library = try PosteriorFiles([(self.library, PosteriorFiles.read(context.open(self.library)))], on: base)
    guard let adapters = library.all[0].file as? AdapterLibrary else {
      throw Fault(.data, self.library, "it is not a library of adapters", hint: "give a file of index-adapters")
    }
    let tasks = try examples.map { path in
      let task = try context.read(TokenizedSet.self, path)
      guard let index = adapters.fitDigests.firstIndex(of: context.digest(of: path)) else {
        throw Fault(
          .configuration, path, "no adapter of \(self.library) was fitted on it",
          hint: "give tokenized sets that were `examples` of index-adapters")
      }
      return (name: adapters.names[index], path: path, set: task)
    }
    let scorer = try Scorer(
      base, path: files.base, data: set.pooled(trainingOf: tasks), settings: library.fit, threads: context.threads)
    try library.check(scorer.parameters, dataset: set.dataset)
    if adapters.answering == 1 { context.warn("each text is answered by one adapter: the router has nothing to weigh") }
    var run = try RouterRun(scorer, adapters, router.settings)
    try context.announce(run.memory)
    let seconds = try context.complete(&run, settings: [router.settings], output: output, options: checkpoints)
    var result = try run.routed()
    result.cost.addTraining(seconds: seconds, peakMemory: context.peakMemory, to: adapters.cost)
    try context.write(result, to: output)
    context.say(
      "a router of \(result.router.count) parameters for \(plural(result.count, "adapter")), \(plural(run.total, "step"))"
    )
  }
}
