// Laplace-LoRA (Yang et al. 2024, "Bayesian low-rank adaptation for large language models", arXiv:2308.13111): a Gaussian
// around a trained vector whose precision is the curvature of the loss plus that of a Gaussian prior. Collecting is in
// CurvatureRun.swift; here is what is drawn.
import Arrays
import Artifacts
import Faults
import JSON
import Training

/// The Gaussian of one file of `collect-curvature`, and the way that it predicts.
package struct Laplace: Posterior {
  /// What is random.
  package enum Form: String {
    /// Logits of the linearised network.
    case logits = "laplace"
    /// The same, of a curvature of the last layer.
    case lastLayerLogits = "laplace-last-layer"
    /// Nothing: the linearised network's mean probabilities by the probit approximation.
    case probit = "laplace-probit"
    /// Parameters, which the network itself is run with.
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
    if form == .lastLayerLogits {
      let settings = try CurvatureRun.Settings(canonicalJSON: curvature.settings, subject: path).curvature
      guard settings.parameters == .lastLayer else {
        throw Fault(
          .usage, path, "its curvature is of all parameters, and method \(form.rawValue) wants the last layer's",
          hint: "collect it with `parameters last-layer`")
      }
    }
    (self.form, seed, samples) = (form, request.drawing.seed, form == .probit ? 1 : request.drawing.samples)
    noise = GaussianNoise(request.drawing)
  }

  /// One member.
  package var groups: Int { 1 }

  /// The adapter's numbers, and those of the curvature's factors.
  package var storedParameters: Int {
    curvature.blocks.reduce(curvature.values.count) {
      $0 + $1.outputValues.count + $1.outputRows.count + $1.inputValues.count + $1.inputRows.count
    }
  }

  /// Only `laplace-sampled` predicts with draws of the parameters.
  package var predictsWithDraws: Bool { form == .parameters }

  /// θ + (H + lambda I)^(-1/2) z.
  package func draw(group: Int, sample: Int) -> Draw {
    var (values, begin) = (curvature.values, 0)
    var normals = [Float](repeating: 0, count: curvature.count)
    noise.normals(.diagonalNoise, member: curvature.seed, sample: sample, into: &normals, count: normals.count)
    for block in curvature.blocks {
      let deviation = block.deviation(
        of: Array(normals[begin..<begin + block.count]), precision: curvature.priorPrecision)
      begin += block.count
      for (index, place) in block.indices.enumerated() { values[place] += deviation[index] }
    }
    return Draw(values: values)
  }

  /// A remark where the prior has run away, or where nothing was measured.
  package var warnings: [String] {
    [MarginalLikelihood.warning(curvature.priorPrecision)].compactMap(\.self) + (form == .probit ? [] : spreadRemarks)
  }

  /// The linearised network's predictions, or those of the draws.
  ///
  /// - Throws: `Fault` of kind `.configuration` where the file's blocks are not the network's; `.usage` for a contextual
  ///   calibration of logits.
  package func prediction(on scorer: Scorer, contextual: ContextualCalibration?) throws -> any Prediction {
    if form == .parameters { return PredictionRun(scorer, self, contextual: contextual) }
    guard contextual == nil else {
      throw Fault(
        .usage, setting: "method", "\(form.rawValue) samples logits, whose answers without content are not known",
        hint: "take laplace-sampled\(ContextualCalibration.suffix)")
    }
    return try LinearizedRun(scorer, self)
  }

  /// The prior's precision.
  package var details: [String: Double] { ["priorPrecision": curvature.priorPrecision] }

  /// The linearised network on a data set.
  ///
  /// - Throws: `Fault` of kind `.configuration` where the file's blocks are not the network's.
  package func linearization(_ scorer: Scorer) throws -> Linearization {
    let all = try CurvatureSettings().blocks(scorer.architecture, scorer.layout)
    let places = try curvature.blocks.map { block in
      guard
        let place = all.first(where: { $0.name == block.name }),
        (place.outputs, place.inputs, place.offset) == (block.outputs, block.inputs, block.offset),
        place.biasOffset == block.biasOffset
      else {
        throw Fault(
          .configuration, block.name, "the curvature is not of this base's matrix of that name",
          hint: "collect it anew")
      }
      return place
    }
    return Linearization(
      values: curvature.values, blocks: curvature.blocks, places: places, precisions: [curvature.priorPrecision])
  }
}
