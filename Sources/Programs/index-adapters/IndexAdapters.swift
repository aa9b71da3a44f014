// index-adapters: makes a library of adapters, from which later stages choose by what is asked.
import ArgumentParser
import Artifacts
import Faults
import NetworkStages
import Posteriors
import StageKit

@main struct IndexAdapters: Stage {
  static let configuration = CommandConfiguration(
    commandName: "index-adapters", abstract: "Make a library of adapters that are chosen by what is asked.",
    discussion: """
      Embeds the training rows of each adapter: the mean over the tokens of the base's hidden \
      states, scaled to length 1. A text is answered by the adapters whose mean embedding is \
      nearest to its own. The calibration split of --tokens chooses the temperature of their \
      weights. Adapters of several ranks, scales and modules get the shape that holds them all, \
      which does not change what they compute.
      Example:
        .build/release/index-adapters \\
          --base runs/both/own/base.h5 --tokens runs/both/own/tokens/own.h5 \\
          --adapters runs/bones/own/adapters/point-0.h5 \\
          runs/moons/own/adapters/point-0.h5 \\
          --examples runs/bones/own/tokens/own.h5 runs/moons/own/tokens/own.h5 \\
          --output library.h5
      """)

  @OptionGroup var inputs: NetworkInputs
  @Option(parsing: .upToNextOption, help: "The adapters, files or PEFT folders, all of one base and kind of head.")
  var adapters: [String]
  @Option(parsing: .upToNextOption, help: "The tokenized set of the texts of each, in the same order.")
  var examples: [String]
  @Option(help: "How many of the nearest adapters answer a text.") var top = AdapterLibrary().top
  @Option(
    name: .customLong("embedding-blocks"),
    help: "How many of the base's lowest blocks embed texts. Default: all of an encoder, none of a decoder.")
  var blocks: Int?
  @Option(help: "The library to write.") var output: String
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try context.check(outputs: output)
    try Fault.check(count: top, of: "top")
    guard adapters.count == examples.count else {
      throw Fault(
        .usage, "--examples", "found \(examples.count), expected \(adapters.count): one for each adapter",
        hint: "give the tokenized set of each adapter, in the same order")
    }
    let network = try inputs.open(context, verifyingDigest: adapters.allSatisfy(AdapterReader.isFolder))
    let entries = try LibraryEntries(try self.entries(network, context), network.architecture())
    let files = try PosteriorFiles(entries.files, on: network.base)
    let scorer = try network.scorer(files.fit)
    try files.check(scorer.parameters, dataset: network.set.dataset)
    try network.announce(scorer.memoryOfPrediction)
    var index = try LibraryIndex(entries, base: network.base, blocks: blocks, top: top, scorer: scorer, path: output)
    _ = try context.complete(
      &index, settings: [top, index.library.blocks], output: output, options: checkpoints)
    var library = index.library
    (library.tokensDigest, library.cost) = (network.tokensDigest, files.cost)
    try context.write(library, to: output)
    context.say("\(plural(library.count, "adapter")): \(library.names.joined(separator: ", "))")
    if top > library.count { context.say("`top` is \(top), more than the library has: all of it answers every text") }
    let choice = index.likelihood.map { "calibration NLL \($0.formatted(4))" } ?? "the default: nothing to choose it by"
    context.say("temperature \(library.temperature.formatted(4)), \(choice)")
  }

  /// The adapters, each with the texts of its fit.
  private func entries(_ network: NetworkData, _ context: StageContext) throws -> [LibraryEntry] {
    try zip(adapters, examples).map { path, texts in
      let set = try context.read(TokenizedSet.self, texts)
      let adapter = try network.adapters(set, tokens: texts).adapter(path)
      try adapter.check(path, base: network.base)
      let entry = try LibraryEntry(path, adapter, texts: set, digest: context.digest(of: texts), textsPath: texts)
      try entry.check(answering: network.set)
      return entry
    }
  }
}
