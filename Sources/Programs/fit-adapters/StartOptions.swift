// The flags of a fit that goes on from an adapter.
import Adapters
import ArgumentParser
import Artifacts
import Faults
import NetworkStages
import StageKit
import Training

extension AdapterSettings.Moments: ExpressibleByArgument {}

/// Where a fit begins, if not at the initial values.
struct StartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Go on from this adapter of the same base, from fit-adapters, import-adapter or exchange-adapters.",
      discussion: """
        Rank, targets and all else that decides its shape are the adapter's; --epochs, --steps and the learning rate are \
        those of this fit. With the same tokens and --seed, the order of the data goes on where it ended.
        """)) var from: String?
  @Option(help: "With --from, AdamW's moments: keep or reset. Default: keep.") var moments: AdapterSettings.Moments?

  /// The adapter to go on from; nil without one.
  ///
  /// - Throws: `Fault` where it cannot be read or is of another base; of kind `.usage` for moments without an adapter.
  func open(_ context: StageContext, _ network: NetworkData) throws -> TrainingStart? {
    guard let from else {
      guard let moments else { return nil }
      throw Fault(
        .usage, "--moments", "found \(moments.rawValue) without --from", hint: "name the adapter to go on from")
    }
    return try TrainingStart(
      context.read(Adapter.self, from), path: from, base: network.base, tokensDigest: network.tokensDigest)
  }
}
