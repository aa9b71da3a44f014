// share-adapter: writes of an adapter what others need to use it, and nothing else.
import ArgumentParser
import Artifacts
import NetworkStages
import StageKit

@main struct ShareAdapter: Stage {
  static let configuration = CommandConfiguration(
    commandName: "share-adapter", abstract: "Write what of an adapter may be sent to others.",
    discussion: """
      The values, their shapes, the settings of the fit, the digest of the base and the names
      of the classes. Left out are the optimizer's moments, the training history, and digests
      and paths of the data. The values themselves tell something about the data: see
      exchange-adapters --membership.
      Example:
        .build/release/share-adapter \\
          --adapter ann/fit-1.h5 --tokens ann/tokens.h5 --output ann/sent-1.h5
      """)

  @Option(help: "The adapter, from fit-adapters.") var adapter: String
  @Option(help: "The tokens that it was trained on, for the names of the classes.") var tokens: String
  @Option(help: "The file to write.") var output: String
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try context.check(outputs: output)
    let adapter = try context.read(Adapter.self, adapter)
    let classNames = try context.read(TokenizedSet.self, tokens).classNames
    try context.share(adapter, classNames: classNames, to: output)
  }
}
