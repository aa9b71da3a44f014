// sample-posterior: draws fixed samples from a posterior and writes their log-probabilities on a tokenized set.
import Adapters
import ArgumentParser
import Artifacts
import Faults
import JSON
import NetworkStages
import Posteriors
import StageKit

@main struct SamplePosterior: Stage {
  static let configuration = CommandConfiguration(
    commandName: "sample-posterior", abstract: "Predict a tokenized set with samples from a posterior.",
    discussion: """
      Predicts the calibration and test examples of --tokens.
      Methods: \(Catalogue.names.joined(separator: ", ")); each also as \
      \(QuestionVersions.Use.allCases.map { "NAME\($0.suffix), with \($0.title)" }.joined(separator: ", or ")).
      Example:
        .build/release/sample-posterior \\
          --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --method swag --posterior runs/almanac/swag/0.h5 --samples 20 \\
          --output predictions.h5
      """)

  @OptionGroup var inputs: NetworkInputs
  @OptionGroup var options: MethodOptions
  @Option(help: "The same questions without content (tokenize --content-free), for methods NAME-contextual.")
  var contentFree: String?
  @Option(help: "Other versions of the same questions (tokenize --versions), for methods NAME-consistent.")
  var versionTokens: String?
  @Option(help: "The predictions file to write.") var output: String
  @OptionGroup var peft: PEFTExport
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try Fault.check(count: options.drawing.samples, of: "samples")
    try context.check(outputs: output)
    let network = try inputs.open(context, verifyingDigest: options.needsVerifiedBase)
    try network.set.requireChoices(for: "sample-posterior", hint: "generate-answers writes answers")
    let files = try network.adapters.posterior(options.posterior)
    let scorer = try network.scorer(files.fit)
    try files.check(scorer.parameters, dataset: network.set.dataset)
    let drawn = try Catalogue.posterior(
      PosteriorRequest(plainMethod, files, options.drawing, parameterCount: scorer.parameters.count))
    try drawn.checkMemory(on: network.set)
    try network.announce(scorer.memoryOfPrediction)
    try peft.write(drawn, method: method, fit: files.fit, scorer)
    let prediction = try drawn.prediction(on: scorer, versions: versions(network, files))
    let result = try finish(prediction, network, files, found: drawn.details)
    context.say("\(plural(result.count, "example")), \(result.groups) x \(plural(result.samples, "sample"))")
  }

  private func finish(
    _ prediction: some Prediction, _ network: NetworkData, _ files: PosteriorFiles, found: [String: Double]
  ) throws -> Predictions {
    var prediction = prediction
    let settings = options.settings(found: found, fit: files.fit)
    return try network.finish(
      &prediction, settings: options.drawing.samples, settings, startingFrom: files.cost, to: output, checkpoints
    ) {
      var result = $0.predictions()
      (result.method, result.settings) = (method, try settings.canonicalJSON)
      return result
    }
  }

  private var method: String { options.method }

  /// The method without the suffix that asks for other versions of the questions.
  private var plainMethod: String { QuestionVersions.Use.named(by: method)?.plain(method) ?? method }

  /// The other versions of the questions, where the method needs them.
  ///
  /// - Throws: `Fault` of kind `.usage` unless method and flags agree.
  private func versions(_ network: NetworkData, _ files: PosteriorFiles) throws -> QuestionVersions? {
    let asked = QuestionVersions.Use.named(by: method)
    for use in QuestionVersions.Use.allCases {
      let (flag, path) =
        switch use {
        case .contextual: ("--content-free", contentFree)
        case .consistent: ("--version-tokens", versionTokens)
        }
      guard (path != nil) == (use == asked) else {
        throw Fault(
          .usage, flag, "found \(path ?? "none") with method \(method)",
          hint: "methods NAME\(use.suffix) need it, and no others take it")
      }
    }
    guard let asked, let path = contentFree ?? versionTokens else { return nil }
    let versions = try network.scorer(files.fit, onTokens: path)
    try files.check(versions.parameters, dataset: path)
    return try QuestionVersions(asked, versions, of: network.set, path: path)
  }
}
