// The flags that name a method, its files and its draws: the same for predictions that are scored and for new texts.
import Adapters
import ArgumentParser
import Faults
import Posteriors

extension DrawRule: ExpressibleByArgument {}

/// A method and how it is drawn from.
package struct MethodOptions: ParsableArguments {
  /// The method's name.
  @Option(help: "The method.") package var method: String
  /// The files that it is made from.
  @Option(
    parsing: .upToNextOption,
    help: "The files that the method is made from, or PEFT folders in place of adapters; none for base.")
  package var posterior: [String] = []
  @Option(
    help: """
      Draws from each member, where the method is random (default: 20); of choices, with --draws linearised, of the \
      logits (default: 256).
      """)
  var samples: Int?
  @Option(help: "Seed of the draws.") var seed = 0
  @Option(
    help: """
      How the draws of a Gaussian over the parameters are combined; or, of choices, linearised: the network is \
      linearised around the mean, and its Gaussian logits are drawn, for a few passes. Other methods know independent \
      alone.
      """)
  var draws = DrawRule.independent
  @Option(help: "Factor on the covariance of SWAG (default: 1/2 with the low-rank part, else 1) and TFB (default: 1).")
  var scale: Double?
  @Option(help: "Method dropout: probability in prediction. Default: that of training.") var dropout: Double?

  package init() {}

  /// Whether the base's content must be compared with its digest: no file contains the digest of what it was made from.
  package var needsVerifiedBase: Bool { posterior.allSatisfy(AdapterReader.isFolder) }

  /// How to draw.
  package var drawing: Drawing {
    Drawing(
      samples: samples ?? (draws == .linearised ? 256 : 20), seed: seed, draws: draws, scale: scale, dropout: dropout)
  }

  /// Rejects a method that reads other versions of its questions, which new texts lack.
  ///
  /// - Throws: `Fault` of kind `.usage`.
  package func requireNoVersions() throws {
    guard let use = QuestionVersions.Use.named(by: method) else { return }
    throw Fault(
      .usage, "--method \(method)", "new texts are not prepared for \(use.title)",
      hint: "use --method \(use.plain(method))")
  }

  /// The settings that a file of predictions records; `found` is what the method has found from its files, such as TFB's
  /// scale.
  package func settings(found: [String: Double], fit: AdapterSettings) -> some Encodable {
    Settings(
      method: method, seed: seed, draws: draws, scale: scale, dropout: dropout, found: found.isEmpty ? nil : found,
      fit: fit)
  }

  private struct Settings: Encodable {
    let method: String
    let seed: Int
    let draws: DrawRule
    let scale: Double?
    let dropout: Double?
    let found: [String: Double]?
    let fit: AdapterSettings
  }
}
