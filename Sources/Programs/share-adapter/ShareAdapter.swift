// share-adapter: writes of an adapter what others need to use it, and nothing else.
import ArgumentParser
import Artifacts
import Faults
import NetworkStages
import StageKit

@main struct ShareAdapter: Stage {
  static let configuration = CommandConfiguration(
    commandName: "share-adapter", abstract: "Write what of an adapter may be sent to others.",
    discussion: """
      The values, their shapes, the settings of the fit, the digest of the base and the names \
      of the classes. Left out are the optimizer's moments, the training history, and digests \
      and paths of the data. The values themselves tell something about the data: see \
      exchange-adapters --membership.
      Example:
        .build/release/share-adapter \\
          --adapter ann/fit-1.h5 --tokens ann/tokens.h5 --output ann/sent-1.h5
      """)

  @Option(help: "The adapter, from fit-adapters, or a PEFT folder.") var adapter: String
  @Option(help: "The tokens that it was trained on, for the names of the classes.") var tokens: String
  @Option(help: "The base, where the adapter is a PEFT folder.") var base: String?
  @Option(help: "The file to write.") var output: String
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try context.check(outputs: output)
    let set = try context.read(TokenizedSet.self, tokens)
    try context.share(try read(set, context), classNames: set.classNames, to: output)
  }

  private func read(_ set: TokenizedSet, _ context: StageContext) throws -> Adapter {
    guard AdapterReader.isFolder(adapter) else { return try context.read(Adapter.self, adapter) }
    guard let base else {
      throw Fault(.usage, "--base", "is missing: \(adapter) is a PEFT folder, which is read with its base")
    }
    let model = try context.open(base: base, verifyingDigest: true)
    return try AdapterReader(context, base: model, basePath: base, set, tokens: tokens).adapter(adapter)
  }
}
