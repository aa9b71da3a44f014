// The flags of the stages that start from a fitted adapter, and what these stages read.
import Adapters
import ArgumentParser
import Artifacts
import StageKit
import Training

/// The flags that name an adapter, what it was fitted on, and the file that is made of it.
package struct ContinuationOptions: ParsableArguments {
  @OptionGroup var network: NetworkInputs
  /// The adapter.
  @Option(help: "The adapter, from fit-adapters, or a PEFT folder.") package var adapter: String
  /// The result.
  @Option(help: "The file to write.") package var output: String

  package init() {}

  /// The tokenized set's path, for messages.
  package var tokens: String { network.tokens }

  /// Opens base, tokens, adapter and prefix, once the output is known to be writable.
  ///
  /// - Parameter anyTokens: whether other tokens will do than those of the fit.
  /// - Throws: `Fault` where a file cannot be read or written; of kind `.configuration` where they do not belong together.
  package func open(_ context: StageContext, anyTokens: Bool = false) throws -> Continuation {
    try context.check(outputs: output)
    let data = try network.open(context, verifyingDigest: AdapterReader.isFolder(self.adapter))
    let adapter = try data.adapters.adapter(self.adapter)
    try adapter.check(self.adapter, base: data.base, tokensDigest: anyTokens ? nil : data.tokensDigest)
    let fit = try AdapterSettings(ofOneIn: adapter, path: self.adapter)
    return Continuation(adapter: adapter, fit: fit, scorer: try data.scorer(fit), data: data, output: output)
  }
}

/// A fitted adapter, and its network on the tokenized set.
package struct Continuation {
  /// The adapter.
  package let adapter: Adapter
  /// How it was fitted.
  package let fit: AdapterSettings
  /// The network.
  package let scorer: Scorer
  let data: NetworkData
  let output: String

  /// The adapter of another client, as `AdapterReader.sentAdapter` reads it. What a PEFT folder does not say is that of the
  /// own adapter.
  ///
  /// - Throws: as that.
  package func sentAdapter(_ path: String) throws -> Adapter { try data.adapters.sentAdapter(path, settings: fit) }

  /// The network on the tokenized set of another file; see `NetworkData.scorer(_:onTokens:)`.
  ///
  /// - Throws: as that.
  package func scorer(onTokens path: String) throws -> Scorer { try data.scorer(fit, onTokens: path) }

  /// Says what a run will hold in memory; see `NetworkData.announce`.
  ///
  /// - Throws: `Fault` of kind `.configuration` where it cannot fit.
  package func announce(_ memory: RunMemory) throws { try data.announce(memory) }

  /// Runs `run` to its end and writes its result; see `NetworkData.finish`.
  ///
  /// - Throws: as `NetworkData.finish`.
  @discardableResult
  package func finish<Run: Resumable, Result: NetworkResult>(
    _ run: inout Run, settings: any Encodable, _ checkpoints: CheckpointOptions, result: (Run) throws -> Result
  ) throws -> Result {
    try data.finish(
      &run, settings: settings, startingFrom: adapter.cost, to: output, checkpoints, result: result)
  }
}
