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
      "Go on from this adapter of the same base: a file of fit-adapters or exchange-adapters, or a PEFT folder.",
      discussion: """
        Rank, targets and all else that decides its shape are the adapter's; --epochs, --steps and the learning rate are \
        those of this fit. With the same tokens and --seed, the order of the data goes on where it ended.
        """)) var from: String?
  @Option(help: "With --from, AdamW's moments: keep or reset. Default: keep.") var moments: AdapterSettings.Moments?

  /// The adapter to go on from; nil without one.
  ///
  /// - Parameter settings: those of the fit, of which a PEFT folder takes over what it does not say.
  /// - Throws: `Fault` where it cannot be read or is of another base; of kind `.usage` for moments that it does not have.
  func open(_ context: StageContext, _ network: NetworkData, _ settings: AdapterSettings) throws -> TrainingStart? {
    guard let from else { return nil }
    let adapter = try network.adapters.adapter(from, settings: settings)
    if adapter.optimizer.firstMoment.isEmpty {
      guard moments != .keep else {
        throw Fault(
          .usage, "--moments", "found keep, but \(from) has no moments of AdamW", hint: "omit it: they begin at zero")
      }
      context.say("\(from) has no moments of AdamW: they begin at zero")
    }
    return try TrainingStart(adapter, path: from, base: network.base, tokensDigest: network.tokensDigest)
  }
}
