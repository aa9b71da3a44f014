// sample-posterior: draws fixed samples from a posterior and writes their log-probabilities on a tokenized set.
import Adapters
import ArgumentParser
import Artifacts
import Faults
import JSON
import Posteriors
import StageKit
import Training

extension DrawRule: ExpressibleByArgument {}

@main struct SamplePosterior: Stage {
  static let configuration = CommandConfiguration(
    commandName: "sample-posterior", abstract: "Predict a tokenized set with samples from a posterior.",
    discussion: """
      Methods: \(Catalogue.names.joined(separator: ", ")); each with \
      \(ContextualCalibration.suffix) behind it after contextual calibration.
      Example:
        .build/release/sample-posterior \\
          --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --method swag --posterior runs/almanac/swag/0.h5 --samples 20 \\
          --output predictions.h5
      """)

  @Option(help: "The base, from pretrain-load.") var base: String
  @Option(help: "The tokenized set to predict: its calibration and test examples.") var tokens: String
  @OptionGroup var below: PrefixOptions
  @Option(help: "The method.") var method: String
  @Option(parsing: .upToNextOption, help: "The method's files, from the stage that makes them; none for base.")
  var posterior: [String] = []
  @Option(help: "The same questions without content (tokenize --content-free), for a method's form NAME-contextual.")
  var contentFree: String?
  @Option(help: "Draws from each member, where the method is random.") var samples = 20
  @Option(help: "Seed of the draws.") var seed = 0
  @Option(help: "How the draws of a Gaussian go together: independent, antithetic or lattice.")
  var draws = DrawRule.independent
  @Option(help: "Factor on the covariance of SWAG (default: 1/2 with the low-rank part, else 1) and TFB (default: 1).")
  var scale: Double?
  @Option(help: "Method dropout's chance in prediction. Default: that of training.") var dropout: Double?
  @Option(help: "The predictions file to write.") var output: String
  @OptionGroup var peft: PEFTExport
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    guard samples >= 1 else { throw Fault(.usage, "--samples", "found \(samples), expected 1 or more") }
    try context.check(outputs: output)
    let base = try context.open(base: base, verifyingDigest: posterior.isEmpty)
    let set = try context.read(TokenizedSet.self, tokens)
    let files = try PosteriorFiles(reading: posterior, base: base)
    for path in posterior { try context.record(artifact: path) }
    let scorer = try Scorer(
      base, path: self.base, data: set, settings: files.fit, threads: context.threads,
      prefix: below.open(context, base: base, tokens: tokens))
    try files.check(scorer.parameters, dataset: set.dataset)
    let drawing = Drawing(samples: samples, seed: seed, draws: draws, scale: scale, dropout: dropout)
    let drawn = try Catalogue.posterior(
      PosteriorRequest(plainMethod, files, drawing, parameterCount: scorer.parameters.count))
    try drawn.checkMemory(on: set)
    try peft.write(drawn, method: method, fit: files.fit, scorer)
    let contextual = try self.contextual(context, base, set, files)
    var prediction = try drawn.prediction(on: scorer, contextual: contextual)
    let settings = try Settings(
      method: method, seed: seed, draws: draws, scale: scale, dropout: dropout,
      found: drawn.details.isEmpty ? nil : drawn.details, fit: files.fit
    ).canonicalJSON
    let digests =
      ([base.digest, context.digest(of: tokens)]
      + (posterior + [contentFree].compactMap(\.self))
      .map(context.digest(of:))).joined(separator: " ")
    let seconds = try context.complete(
      &prediction, output: output, identity: "\(context.name) \(samples) \(settings) \(digests)", options: checkpoints)
    var result = prediction.predictions()
    (result.method, result.settings) = (method, settings)
    (result.baseDigest, result.tokensDigest) = (base.digest, context.digest(of: tokens))
    result.cost.trainableParameters = files.cost.trainableParameters
    (result.cost.trainingSeconds, result.cost.predictionSeconds) = (files.cost.trainingSeconds, seconds)
    result.cost.peakMemory = max(context.peakMemory, files.cost.peakMemory ?? 0)
    try context.write(result, to: output)
    context.say("\(result.count) examples, \(result.groups) x \(result.samples) samples")
  }

  /// The method without contextual calibration.
  private var plainMethod: String {
    let suffix = ContextualCalibration.suffix
    return method.hasSuffix(suffix) ? String(method.dropLast(suffix.count)) : method
  }

  /// The questions without content, where the method wants them.
  ///
  /// - Throws: `Fault` of kind `.usage` unless method and flag agree.
  private func contextual(
    _ context: StageContext, _ base: BaseModel, _ set: TokenizedSet, _ files: PosteriorFiles
  ) throws -> ContextualCalibration? {
    guard (contentFree != nil) == (method != plainMethod) else {
      throw Fault(
        .usage, "--content-free", "found \(contentFree ?? "none") with method \(method)",
        hint: "a method's form NAME\(ContextualCalibration.suffix) needs it, and no other takes it")
    }
    guard let contentFree else { return nil }
    let versions = try Scorer(
      base, path: self.base, data: context.read(TokenizedSet.self, contentFree), settings: files.fit,
      threads: context.threads)
    try files.check(versions.parameters, dataset: contentFree)
    return try ContextualCalibration(versions, of: set, path: contentFree)
  }

  /// What the predictions file says of its making.
  private struct Settings: Encodable {
    let method: String
    let seed: Int
    let draws: DrawRule
    let scale: Double?
    let dropout: Double?
    /// What the method has found by itself, such as TFB's scale.
    let found: [String: Double]?
    let fit: AdapterSettings
  }
}
