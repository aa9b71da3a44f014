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
      Embeds the training rows of each adapter: the mean over the tokens of the base's hidden
      states, scaled to length 1. A text is answered by the adapters whose mean embedding is
      nearest to its own. The calibration split of --tokens chooses the temperature of their
      weights. A PEFT folder becomes an adapter file by import-adapter.
      Example:
        .build/release/index-adapters \\
          --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --adapters runs/bones/own/adapters/point-0.h5 runs/moons/own/adapters/point-0.h5 \\
          --examples runs/bones/own/tokens/own.h5 runs/moons/own/tokens/own.h5 \\
          --output library.h5
      """)

  @OptionGroup var inputs: NetworkInputs
  @Option(parsing: .upToNextOption, help: "The adapters, all of one base, rank, scale and head.") var adapters: [String]
  @Option(parsing: .upToNextOption, help: "The tokenized set that each of them was fitted on, in the same order.")
  var examples: [String]
  @Option(help: "How many of the nearest adapters answer a text.") var top = AdapterLibrary().top
  @Option(
    name: .customLong("embedding-blocks"),
    help: "How many of the base's lowest blocks embed texts. Default: all of an encoder, none of a decoder.")
  var blocks: Int?
  @Option(help: "The library to write.") var output: String
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try context.check(outputs: output)
    try Fault.check(count: top, of: "top")
    guard adapters.count == examples.count else {
      throw Fault(
        .usage, "--examples", "found \(examples.count), expected \(adapters.count): one for each adapter",
        hint: "give the tokenized set of each adapter, in the same order")
    }
    let network = try inputs.open(context)
    let files = try PosteriorFiles(reading: adapters, base: network.base) { try context.open($0) }
    let entries = try zip(files.all, examples).map { entry, texts in
      guard let adapter = entry.file as? Adapter else {
        throw Fault(.data, entry.path, "it is not an adapter", hint: "give files of fit-adapters or import-adapter")
      }
      let set = try context.read(TokenizedSet.self, texts)
      return try LibraryEntry(entry.path, adapter, texts: set, digest: context.digest(of: texts), textsPath: texts)
    }
    var library = try AdapterLibrary(
      entries, base: network.base, network.architecture(), blocks: blocks, top: top, threads: context.threads)
    let scorer = try network.scorer(files.fit)
    try files.check(scorer.parameters, dataset: network.set.dataset)
    try network.announce(scorer.memoryOfPrediction)
    let likelihood = try library.chooseTemperature(on: scorer, path: output)
    (library.tokensDigest, library.cost) = (network.tokensDigest, files.cost)
    try context.write(library, to: output)
    context.say("\(library.count) adapters: \(library.names.joined(separator: ", "))")
    let choice = likelihood.map { "calibration NLL \($0.formatted(4))" } ?? "the default: nothing to choose it by"
    context.say("temperature \(library.temperature.formatted(4)), \(choice)")
  }
}
