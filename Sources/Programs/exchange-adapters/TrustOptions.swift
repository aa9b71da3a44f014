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

  /// What computes the similarity of an adapter's values, sent by another client, to the adapter of `client`.
  ///
  /// - Throws: `Fault` where a file cannot be read, or the client's own adapter cannot be scored.
  func comparison(
    in round: ClientRound, _ start: Continuation, client: String, _ context: StageContext
  ) throws -> ([Float], _ other: String) throws -> Double {
    switch trust {
    case .none, .average: return { _, _ in 0 }
    case .weights: return { [similarity] values, _ in round.ofWeights(values, by: similarity) }
    case .validation:
      let split = try CalibrationSplit(start.scorer.data)
      return { values, _ in -(try split.scores(start.scorer, parameters: values).nll) }
    case .predictions:
      let compare = try round.ofPredictions(on: start.scorer(onTokens: reference!))
      return { values, _ in try compare(values) }
    case .theoretical:
      let mixtures = try DataMixtures(readMixtures(context), path: mixtures!)
      return { _, other in try mixtures.overlap(client, other) }
    }
  }

  /// All that the similarities and their weights depend on, beside the files.
  var settings: [String] { [trust.rawValue, "\(temperature)", similarity.rawValue, "\(largestRatio)"] }

  private func readMixtures(_ context: StageContext) throws -> JSON {
    let path = mixtures!
    let bytes = try readBytes(path, limit: 1 << 24)
    try context.record(input: path, digest: SHA256.hexDigest(of: bytes))
    return try JSON.parse(bytes, subject: path)
  }
}
