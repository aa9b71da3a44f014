// Rank masks, the idea of DALorRA (2026; its code was not to be had): W + s B diag(z) A, where every z is 0 or 1 with a
// probability π = σ(l) that is learnt. Training relaxes z to the binary Concrete distribution (Maddison et al. 2017,
// arXiv:1611.00712), z = σ((l + log u - log(1 - u)) / τ), and its loss has the divergence of the π from a prior, divided
// by N.
import Artifacts
import Arrays
import Foundation

/// Trains A, the logits l and B of each module. A and B start as in LoRA, l at the prior.
struct RankMasks: Parametrisation {
  /// B diag(c) A.
  private let cores: Cores
  private let prior: Double
  private let temperature: Double
  /// The logits of each module.
  private let logits: [ParameterTable.Entry]
  var parameters: ParameterTable { cores.parameters }

  init(_ layout: LowRankLayout, prior: Double, temperature: Double) {
    cores = Cores(layout, isDiagonal: true)
    (self.prior, self.temperature) = (prior, temperature)
    logits = cores.parameters.maskLogits
  }

  func initialValues(seed: Int) -> [Float] {
    var values = cores.initialValues(seed: seed)
    replace(&values) { _, _, _ in Float(log(prior / (1 - prior))) }
    return values
  }

  /// The mean: z = π.
  func expand(_ values: [Float], threads: Int) -> [Float] {
    cores.expand(masked(values, shift: { _, _ in 0 }, temperature: 1), threads: threads)
  }

  func pullback(
    _ networkGradient: inout [Float], at values: [Float], into gradient: inout [Float], threads: Int
  ) {
    pullback(&networkGradient, at: values, into: &gradient, shift: { _, _ in 0 }, temperature: 1, threads: threads)
  }

  func perturbed(by seed: UInt64) -> any Parametrisation { Perturbed(map: self, seed: seed) }

  /// The map with the relaxed masks of one step, which all its examples share.
  private struct Perturbed: Parametrisation {
    let map: RankMasks
    let seed: UInt64
    var parameters: ParameterTable { map.parameters }
    func initialValues(seed: Int) -> [Float] { map.initialValues(seed: seed) }
    func expand(_ values: [Float], threads: Int) -> [Float] {
      map.cores.expand(map.masked(values, shift: noise, temperature: map.temperature), threads: threads)
    }
    func pullback(
      _ networkGradient: inout [Float], at values: [Float], into gradient: inout [Float], threads: Int
    ) {
      map.pullback(
        &networkGradient, at: values, into: &gradient, shift: noise, temperature: map.temperature, threads: threads)
    }

    /// log u - log(1 - u).
    private func noise(module: Int, entry: Int) -> Double {
      let u = RandomStream(seed: seed, purpose: .perturbation, place: (UInt32(module), 5)).preciseUniform(block: entry)
      return log(u) - log1p(-u)
    }
  }

  /// `values` with σ((l + shift) / temperature) in place of each l.
  private func masked(
    _ values: [Float], shift: (_ module: Int, _ entry: Int) -> Double, temperature: Double
  ) -> [Float] {
    var result = values
    replace(&result) { module, entry, logit in
      Float(sigmoid((Double(logit) + shift(module, entry)) / temperature))
    }
    return result
  }

  private func pullback(
    _ networkGradient: inout [Float], at values: [Float], into gradient: inout [Float],
    shift: (Int, Int) -> Double, temperature: Double, threads: Int
  ) {
    let masks = masked(values, shift: shift, temperature: temperature)
    cores.pullback(&networkGradient, at: masks, into: &gradient, threads: threads)
    for tensor in logits {
      for place in tensor.offset..<tensor.offset + tensor.count {
        gradient[place] *= masks[place] * (1 - masks[place]) / Float(temperature)
      }
    }
  }

  private func replace(_ values: inout [Float], by change: (_ module: Int, _ entry: Int, _ logit: Float) -> Float) {
    for (module, tensor) in logits.enumerated() {
      for entry in 0..<tensor.count {
        values[tensor.offset + entry] = change(module, entry, values[tensor.offset + entry])
      }
    }
  }
}

/// σ.
private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

extension ParameterTable {
  /// The logits of rank masks.
  package var maskLogits: [Entry] { entries.filter { $0.role == .core } }

  /// [parameter] `values` with masks drawn: each logit becomes one whose mask is certain, 1 with the probability π.
  ///
  /// - Parameter uniform: a number from [0, 1) for each of the logits, in their order.
  package func drawingMasks(in values: [Float], uniform: (Int) -> Double) -> [Float] {
    var (result, number) = (values, 0)
    for tensor in maskLogits {
      for place in tensor.offset..<tensor.offset + tensor.count {
        result[place] = uniform(number) < sigmoid(Double(values[place])) ? .infinity : -.infinity
        number += 1
      }
    }
    return result
  }

  /// The divergence Σ π log(π / p) + (1 - π) log((1 - π) / (1 - p)) of the masks from a prior p, in nats. Adds `weight` times
  /// its gradient, π (1 - π) (l - logit p), to `gradient`.
  package func addMaskDivergence(_ weight: Double, prior: Double, at values: [Float], to gradient: inout [Float])
    -> Double
  {
    let priorLogit = log(prior / (1 - prior))
    var divergence = 0.0
    for tensor in maskLogits {
      for place in tensor.offset..<tensor.offset + tensor.count {
        let logit = Double(values[place])
        let (share, rest) = (sigmoid(logit), sigmoid(-logit))
        divergence += share * log(share / prior) + rest * log(rest / (1 - prior))
        gradient[place] += Float(weight * share * rest * (logit - priorLogit))
      }
    }
    return divergence
  }
}
