// Which of an adapter's tensors are random in training, their prior, and how the divergence from it is weighed.
//
// BLoB (Wang et al. 2024, arXiv:2406.11675) has a Gaussian over A; Me-LoRA (a submission to ICLR 2025, withdrawn) one over
// the core C of B C A; ScalaBL (as in the BayesAdapt code of 2025) one over the diagonal c of B diag(c) A; a rank-1 Bayesian
// network (Dusenberry et al. 2020, arXiv:2005.07186) one over the scales r and t of t ∘ B A (r ∘ x).
//
// Of the rank-1 network, an adapter gets the Gaussian form with one component, and scales around 1 instead of random signs,
// which the frozen base could not bear. A draw of the scales belongs to a step, and not to an example as in the paper. With
// random scales of the rank instead of the inputs and outputs it would be ScalaBL. The divergence is weighed and descended
// as in the other methods, and not as a term of the loss. Therefore the standard deviations are G² here too, where the
// authors have a softplus: its divergence is so flat that no rate would suit both it and the means.
import Artifacts
import Faults
import Foundation

/// How the Gaussian over some of the trained parameters is learnt.
package struct VariationalSettings: Codable, Equatable, Sendable {
  /// The methods.
  package enum Method: String, Codable, Sendable, CaseIterable {
    case blob
    case meLoRA = "me-lora"
    case scalaBL = "scalabl"
    case rankOne = "rank-1"
  }

  /// The method, which decides what is random.
  package var method: Method
  /// ρ: the prior of every entry is N(0, ρ²), or N(1, ρ²) for scales.
  package var priorDeviation = 0.2
  /// ε of Me-LoRA's random prior: in every step its standard deviation is ρ + ε U with U uniform between 0 and 1; nil for 0.
  /// The mean over U of these divergences is the divergence from no fixed prior.
  package var priorNoise: Double?
  /// ε: the standard deviation is G², and G starts uniform between ε / √2 and ε.
  package var initialRoot = 0.05
  /// The largest learning rate of the divergence's own gradient descent.
  package var divergenceRate = 0.01
  /// How many cycles of the divergence's weights a fit has, if `cycleExponent` is nil.
  package var divergenceCycles: Int? = 4
  /// γ of BLoB's authors, 8: the weights repeat in cycles of 100 N^(π/γ) / (examples in a step) steps, for N training
  /// examples; 0 for cycles of one epoch. Nil for `divergenceCycles` cycles in the fit, however long it is.
  package var cycleExponent: Double?

  /// The defaults of BLoB's authors, but for the cycles. The prior of a rank-1 network is that of its authors, and its
  /// standard deviations start on average at √(d / (1 - d)) = 0.0316, with the d = 0.001 of their code.
  package init(_ method: Method) {
    self.method = method
    if method == .rankOne { (priorDeviation, initialRoot) = (0.1, 0.2073) }
  }

  /// Whether tensors of this role are random.
  func isRandom(_ role: ParameterRole) -> Bool {
    switch method {
    case .blob: role == .factor(.a)
    case .meLoRA, .scalaBL: role == .core
    case .rankOne: if case .scale = role { true } else { false }
    }
  }

  /// Whether the noise gets random signs for every token (Flipout). In the other methods, all tokens of a step share one
  /// draw of the noise.
  var hasFlipout: Bool { method == .blob }

  /// The expectation of a standard deviation G² at the start: G is uniform between ε / √2 and ε.
  package var initialDeviation: Double {
    initialRoot * initialRoot * (1 - pow(2, -1.5)) / (3 * (1 - pow(2, -0.5)))
  }

  /// The prior's standard deviation in a step, given U.
  package func priorDeviation(uniform: Double) -> Double { priorDeviation + (priorNoise ?? 0) * uniform }

  /// The parametrisation that has the random tensors.
  package var parametrisation: ParametrisationSettings? {
    switch method {
    case .blob: nil
    case .meLoRA: .cores
    case .scalaBL: .diagonalCores
    case .rankOne: .axisScales
    }
  }

  /// Rejects settings that cannot be trained.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  func validate(for parametrisation: ParametrisationSettings?) throws {
    let isCore = method == .meLoRA && parametrisation == .frozenCores
    guard isCore || parametrisation == self.parametrisation else {
      throw Fault(
        .usage, setting: "parametrisation", "\(method.rawValue) has its own parametrisation",
        hint: "leave out `parametrisation` or `variational`")
    }
    for (setting, value) in [("prior-deviation", priorDeviation), ("initial-root", initialRoot)] {
      try Fault.check(positive: value, of: setting)
    }
    try Fault.check(count: divergenceCycles ?? 1, of: "divergence-cycles")
    for (setting, value) in [
      ("divergence-rate", divergenceRate), ("cycle-exponent", cycleExponent ?? 0), ("prior-noise", priorNoise ?? 0),
    ] {
      guard value >= 0, value.isFinite else {
        throw Fault(.usage, setting: setting, "found \(value), expected 0 or more")
      }
    }
    guard priorNoise == nil || method == .meLoRA else {
      throw Fault(
        .usage, setting: "prior-noise", "found it with \(method.rawValue), but the random prior is Me-LoRA's",
        hint: "leave it out, or fit with `variational me-lora`")
    }
  }

  /// A remark if a fit of `steps` steps ends before its first cycle does: only the last steps of a cycle widen the
  /// posterior. Nil otherwise.
  package func remark(steps: Int, cycle: Int) -> String? {
    guard steps < cycle else { return nil }
    return
      "the posterior had no steps to widen: the fit has \(steps) steps, and a cycle of the divergence's weights has "
      + "\(cycle); omit `cycle-exponent` for cycles that fit into it"
  }

  /// M, the number of steps in a cycle of the divergence's weights, in a fit of `steps` steps.
  package func cycle(examples: Int, batchSize: Int, steps: Int) -> Int {
    guard let cycleExponent else { return max(1, steps / (divergenceCycles ?? 1)) }
    guard cycleExponent > 0 else { return (examples + batchSize - 1) / batchSize }
    return max(1, Int(min(100 * pow(Double(examples), Double.pi / cycleExponent) / Double(batchSize), 1e9)))
  }

  /// The weight of the divergence in step `step` (0 for the first): 2^i / (2^(M+1) - 1) with i = 1, ..., M in turn. It
  /// grows within a cycle, and the weights of a cycle sum to 1 - 1 / (2^(M+1) - 1). Numerator and denominator are divided
  /// by 2^(M+1), which would overflow.
  package func weight(step: Int, cycle: Int) -> Double {
    exp2(Double(step % cycle - cycle)) / (1 - exp2(-Double(cycle) - 1))
  }
}
