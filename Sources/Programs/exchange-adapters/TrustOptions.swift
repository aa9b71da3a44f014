// The flags that decide how far a client trusts the others.
import ArgumentParser
import Collaboration
import Faults
import Files
import JSON
import NetworkStages
import StageKit
import Training

extension Trust: ExpressibleByArgument {}
extension ClientRound.Similarity: ExpressibleByArgument {}

/// How trust is decided.
struct TrustOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "By what the adapters are weighted.",
      discussion: """
        none: the own alone. average: all alike. weights: the cosine of the adapters. validation: minus their NLL on the \
        own calibration split. predictions: minus the mean Jensen-Shannon divergence of their answers to --reference. \
        theoretical: the overlap of the clients' data in --mixtures.
        """)) var trust: Trust
  @Option(help: "Trust predictions: the tokens of questions that all clients share; labels are not used.")
  var reference: String?
  @Option(help: #"Trust theoretical: the clients' data, as JSON {"client": {"category": amount}}."#)
  var mixtures: String?
  @Option(help: "Trust weights: compare products of factors, or rows of matrices, as published.")
  var similarity = ClientRound.Similarity.products
  @Option(
    name: .customLong("temperature"),
    help: "The similarities are divided by this before the softmax. Default: 1 for weights, else 0.1.")
  var givenTemperature: Double?
  @Option(help: "An adapter so many times longer or shorter than the own is left out.") var largestRatio = 10.0

  /// What divides the similarities.
  var temperature: Double { givenTemperature ?? trust.usualTemperature }

  func validate() throws {
    guard temperature > 0, temperature.isFinite else { throw ValidationError("--temperature must be a number above 0") }
    guard largestRatio >= 1 else { throw ValidationError("--largest-ratio must be a number of at least 1") }
    for (flag, value, kind) in [("--reference", reference, Trust.predictions), ("--mixtures", mixtures, .theoretical)] {
      guard (value != nil) == (trust == kind) else {
        throw ValidationError(
          value == nil ? "--trust \(kind.rawValue) needs \(flag)" : "\(flag) is for --trust \(kind.rawValue) alone")
      }
    }
  }

  /// [client] The similarities of the adapters of a round to that of `client`; nil for those that are left out.
  ///
  /// - Throws: `Fault` where a file cannot be read, or the client's own adapter cannot be scored.
  func similarities(
    _ round: inout ClientRound, _ start: Continuation, client: String, _ context: StageContext
  ) throws -> [Double?] {
    switch trust {
    case .none, .average: return try round.similarities { _, _ in 0 }
    case .weights:
      let (fixed, kind) = (round, similarity)
      return try round.similarities { values, _ in fixed.ofWeights(values, by: kind) }
    case .validation:
      let split = try CalibrationSplit(start.scorer.data)
      return try round.similarities { values, _ in -(try split.scores(start.scorer, parameters: values).nll) }
    case .predictions:
      let compare = try round.ofPredictions(on: start.scorer(onTokens: reference!))
      return try round.similarities { values, _ in try compare(values) }
    case .theoretical:
      let mixtures = try DataMixtures(readMixtures(context), path: mixtures!)
      return try round.similarities { _, other in try mixtures.overlap(client, other) }
    }
  }

  private func readMixtures(_ context: StageContext) throws -> JSON {
    let path = mixtures!
    let bytes = try readBytes(path, limit: 1 << 24)
    try context.record(input: path, digest: SHA256.hexDigest(of: bytes))
    return try JSON.parse(bytes, subject: path)
  }
}
