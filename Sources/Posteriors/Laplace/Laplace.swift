// Laplace-LoRA (Yang et al. 2024, "Bayesian low-rank adaptation for large language models", arXiv:2308.13111): a Gaussian
// around a trained vector whose precision is the curvature of the loss plus that of a Gaussian prior. The curvature is
// collected in CurvatureRun.swift; this file draws from the posterior.
import Arrays
import Artifacts
import Calibration
import Faults
import Foundation
import JSON
import Training

/// The Gaussian of one file of `collect-curvature`, and how it predicts.
package struct Laplace: Posterior {
  /// The kinds of prediction, by what is random.
  package enum Form: String {
    /// Logits of the linearised network.
    case logits = "laplace"
    /// The same with the curvature of the last layer.
    case lastLayerLogits = "laplace-last-layer"
    /// Nothing: the linearised network's mean probabilities by the probit approximation.
    case probit = "laplace-probit"
    /// Logits of the linearised network, with the whole curvature of a small core.
    case exactLogits = "laplace-exact"
    /// Parameters, with which the network itself is run.
    case parameters = "laplace-sampled"
  }

  package let curvature: Curvature
  let form: Form
  let seed: Int
  private let noise: GaussianNoise
  package let samples: Int

  /// From one file of `collect-curvature`.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files.
  package init(_ form: Form, _ request: PosteriorRequest) throws {
    let (path, curvature) = try request.single(Curvature.self)
    self.curvature = curvature
    for (special, kind) in [(Form.lastLayerLogits, CurvatureSettings.Parameters.lastLayer), (.exactLogits, .exact)]
    where form == special {
      let settings = try CurvatureRun.Settings(canonicalJSON: curvature.settings, subject: path).curvature
      guard settings.parameters == kind else {
        throw Fault(
          .usage, path,
          "its curvature is of \(settings.parameters.title), but method \(form.rawValue) needs that of \(kind.title)",
          hint: "collect it with `parameters \(kind.rawValue)`")
      }
    }
    // Linearised, a draw of the parameters is one of the logits.
    self.form = form == .parameters && request.drawing.draws == .linearised ? .logits : form
    (seed, samples) = (request.drawing.seed, form == .probit ? 1 : request.drawing.samples)
    noise = GaussianNoise(request.drawing)
  }

  package var groups: Int { 1 }

  /// The adapter's parameters, and the values of the curvature's factors.
  package var storedParameters: Int {
    curvature.blocks.reduce(curvature.values.count) {
      $0 + $1.outputValues.count + $1.outputRows.count + $1.inputValues.count + $1.inputRows.count
    }
  }

  /// Only `laplace-sampled` predicts with draws of the parameters.
  package var predictor: Predictor { form == .parameters ? .draws : .logits }

  /// θ + (H + lambda I)^(-1/2) z.
  package func draw(group: Int, sample: Int) -> Draw {
    var (values, begin) = (curvature.values, 0)
    var normals = [Float](repeating: 0, count: curvature.count)
    noise.normals(.diagonalNoise, member: curvature.seed, sample: sample, into: &normals, count: normals.count)
    for block in curvature.blocks {
      let deviation = block.deviation(
        of: Array(normals[begin..<begin + block.count]), precision: curvature.priorPrecision)
      begin += block.count
      for (index, offset) in block.indices.enumerated() { values[offset] += deviation[index] }
    }
    return Draw(values: values)
  }

  /// A remark if the prior's precision is extreme, or if no spread is measured.
  package var warnings: [String] {
    [MarginalLikelihood.warning(curvature.priorPrecision)].compactMap(\.self) + (form == .probit ? [] : spreadRemarks)
  }

  /// Throws where several labels may apply to a text, and where answers are written: the curvature is that of a softmax
  /// over choices.
  ///
  /// - Throws: `Fault` of kind `.configuration`.
  static func check(_ set: TokenizedSet) throws(Fault) {
    try set.requireChoices(for: "the Laplace approximation", hint: "use other methods than those of Laplace")
    try set.requireOneRightChoice(for: "the Laplace approximation", hint: "use other methods than those of Laplace")
  }

  /// The linearised network's predictions, or those of the draws.
  ///
  /// - Throws: `Fault` of kind `.configuration` if the file's blocks are not the network's; `.usage` for other
  ///   versions of the questions with logits.
  package func prediction(on scorer: Scorer, versions: QuestionVersions?) throws -> any Prediction {
    try Self.check(scorer.data)
    if form == .parameters { return PredictionRun(scorer, self, versions: versions) }
    if let versions {
      throw Fault(
        .usage, setting: "method",
        "\(form.rawValue) samples logits, which cannot be combined with those of other versions of a question",
        hint: "use laplace-sampled\(versions.use.suffix)")
    }
    return try LinearizedRun(scorer, self, [linearization(scorer)], remark: flatnessWarning) {
      gaussian, example, group in
      let covariance = gaussian.covariances[0]
      if form == .probit { return gaussian.probit(covariance: covariance) }
      if noise.rule == .linearised {
        return gaussian.sampled(covariance: covariance, noise: noise.ofLogits(scorer, example, group: group))
      }
      return gaussian.sampled(samples, covariance: covariance, stream: logitStream(seed: seed, scorer, example))
    }
  }

  /// A remark if the probabilities are almost uniform. This is how Laplace fails when the prior is too wide.
  private func flatnessWarning(_ result: Predictions) -> String? {
    let shares = (0..<result.count).map { example in
      let width = Int(result.choiceCounts[example])
      let leaves = (0..<result.samples).map { sample in
        let row = (example * result.samples + sample) * result.choices
        return result.logProbabilities[row..<row + width].map(Double.init)
      }
      return width > 1 ? entropy(logMeanExp(leaves)) / log(Double(width)) : 0
    }
    let share = shares.reduce(0, +) / Double(max(shares.count, 1))
    guard share > Self.flatShare else { return nil }
    return "the mean entropy is \((100 * share).formatted(0)) % of that of equal choices: "
      + "a prior precision of \(curvature.priorPrecision.significant) may be too low"
  }

  /// Above this share of log C, the predictions are called flat.
  private static let flatShare = 0.95

  /// The prior's precision.
  package var details: [String: Double] { ["priorPrecision": curvature.priorPrecision] }

  /// The linearised network on a data set.
  ///
  /// - Throws: `Fault` of kind `.configuration` if the file's blocks are not the network's.
  package func linearization(_ scorer: Scorer) throws -> Linearization {
    if curvature.blocks.first?.name == ExactCurvatureRun.blockName {
      return try ExactCurvatureRun.linearization(
        curvature.values, curvature.blocks[0], scorer, precisions: [curvature.priorPrecision])
    }
    let all = try CurvatureSettings().blocks(scorer.architecture, scorer.layout)
    let layout = try curvature.blocks.map { block in
      guard
        let found = all.first(where: { $0.name == block.name }),
        (found.outputs, found.inputs, found.offset) == (block.outputs, block.inputs, block.offset),
        found.biasOffset == block.biasOffset
      else {
        throw Fault(
          .configuration, block.name, "the curvature does not match this base's matrix of that name",
          hint: "collect it again")
      }
      return found
    }
    return Linearization(
      values: curvature.values, blocks: curvature.blocks, layout: layout, precisions: [curvature.priorPrecision])
  }
}
