// The optimizers that a fit can have in place of AdamW, with the settings that only one of them has. Both know the number
// of training examples, since they sample: their steps are those of the posterior N (mean loss) + the prior, and not of
// the loss alone.
import Faults

/// What takes the steps of a fit; nil in `AdapterSettings` stands for AdamW.
package enum OptimizerSettings: Codable, Equatable, Sendable {
  /// IVON, which learns a Gaussian with independent entries.
  case ivon(settings: IVONSettings)
  /// SGHMC, which samples; gradient descent with momentum where its temperature is 0.
  case sghmc(settings: SGHMCSettings)

  /// Rejects invalid settings.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  func validate() throws {
    switch self {
    case .ivon(let settings): try settings.validate()
    case .sghmc(let settings): try settings.validate()
    }
  }

  /// The same for a fit on `count` examples; nil for any.
  func onExamples(_ count: Int?) -> OptimizerSettings {
    switch self {
    case .ivon(var settings):
      settings.examples = count
      return .ivon(settings: settings)
    case .sghmc(var settings):
      settings.examples = count
      return .sghmc(settings: settings)
    }
  }
}

/// SGHMC in the form of cyclical SG-MCMC (Zhang et al. 2020, arXiv:1902.03932).
///
/// Its stationary distribution, for small steps and exact gradients, is that of the data at temperature T: the density
/// exp(-N (mean loss + δ |θ|² / 2) / T). The noise of a minibatch comes on top of it. (The published code divides the
/// noise by N once more: its T of 1 is 1 / N here.)
package struct SGHMCSettings: Codable, Equatable, Sendable {
  /// α: a step keeps 1 - α of the velocity.
  package var friction = 0.1
  /// T; 0 for no noise.
  package var temperature = 1.0
  /// N, the number of training examples (or of their answers' tokens), which a fit fills in.
  package var examples: Int?

  package init() {}

  func validate() throws {
    guard friction > 0, friction <= 1 else {
      throw Fault(.usage, setting: "friction", "found \(friction), expected a number above 0 and up to 1")
    }
    guard temperature >= 0, temperature.isFinite else {
      throw Fault(.usage, setting: "temperature", "found \(temperature), expected 0 or more")
    }
  }

  /// The standard deviation of a step's change of an entry's velocity, in a fit.
  package func noiseDeviation(learningRate: Double) -> Double {
    (2 * learningRate * friction * temperature / Double(examples ?? 1)).squareRoot()
  }
}

/// IVON (Shen et al. 2024, "Variational learning is effective for large deep networks", arXiv:2402.17641, algorithm 1).
///
/// The posterior of an entry is N(m, 1 / (λ u)), where u = h + δ is the estimated curvature of the mean loss plus the
/// weight decay. λ = N is the posterior of the data, with the prior N(0, 1 / (N δ)). Published runs on language models have
/// a λ of 200 to 44,000 times N, the posterior at temperature N / λ.
package struct IVONSettings: Codable, Equatable, Sendable {
  /// λ where it is not N, in examples (for answers that are written, in their tokens).
  package var givenSampleSize: Double?
  /// N, the number of training examples (or of their answers' tokens), which a fit fills in.
  package var examples: Int?
  /// h at the start.
  package var curvature = 1.0
  /// β₂, the share of h that a step keeps; the gradient's is 0.9.
  package var curvatureDecay = 0.99999
  /// ξ, the largest absolute value of an entry of the Newton step, before the learning rate; nil for no limit.
  package var clip: Double?

  /// The defaults of the authors' package.
  package init() {}

  func validate() throws {
    for (setting, value) in [
      ("sample-size", givenSampleSize ?? 1), ("curvature", curvature), ("newton-clip", clip ?? 1),
    ] {
      try Fault.check(positive: value, of: setting)
    }
    guard curvatureDecay > 0, curvatureDecay < 1 else {
      throw Fault(.usage, setting: "curvature-decay", "found \(curvatureDecay), expected a number between 0 and 1")
    }
  }

  /// λ, in a fit.
  package var sampleSize: Double { givenSampleSize ?? Double(examples ?? 1) }

  /// N / λ: 1 for the posterior of the data, below 1 for a colder one.
  package var temperature: Double { Double(examples ?? 1) / sampleSize }

  /// [parameter] The standard deviations of the posterior with the given u.
  package func standardDeviations(precision: [Float]) -> [Float] {
    let size = Float(sampleSize)
    return precision.map { 1 / (size * $0).squareRoot() }
  }
}

extension AdapterSettings {
  /// These settings for a fit on `count` examples: what samples knows their number. Nil for any, as flags give them.
  package func onExamples(_ count: Int?) -> AdapterSettings {
    var settings = self
    settings.optimizer = optimizer?.onExamples(count)
    if case .repulsion(let strength, _) = coupling {
      settings.coupling = .repulsion(strength: strength, examples: count)
    }
    if case .rankMasks(let prior, let temperature, _) = parametrisation {
      settings.parametrisation = .rankMasks(prior: prior, temperature: temperature, examples: count)
    }
    return settings
  }

  /// Whether a step reads the network under noise in the parametrisation.
  package var hasNoise: Bool {
    if case .rankMasks = parametrisation { true } else { variational != nil }
  }

  /// IVON's settings; nil for another optimizer.
  package var ivon: IVONSettings? {
    if case .ivon(let settings) = optimizer { settings } else { nil }
  }

  /// Rejects an optimizer that does not fit the rest.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  func validateOptimizer() throws {
    guard let optimizer else { return }
    try optimizer.validate()
    guard gradientClip == 0 else {
      throw Fault(
        .usage, setting: "gradient-clip", "found \(gradientClip), but a clipped gradient is not that of the posterior",
        hint: "omit it\(ivon == nil ? "" : "; IVON clips its step by `newton-clip`")")
    }
    guard variational == nil else {
      throw Fault(
        .usage, setting: "optimizer", "a variational method has its own optimizer",
        hint: "leave out `optimizer` or `variational`")
    }
    guard members == nil else {
      throw Fault(
        .usage, setting: "optimizer", "members that are trained together have AdamW",
        hint: "fit each with a `seed` of its own")
    }
  }
}
