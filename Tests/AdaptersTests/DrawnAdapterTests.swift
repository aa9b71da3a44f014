// What the network reads under the noise of a rank-1 network: moments of many draws against closed forms, and the point at
// which it is LoRA.
import Adapters
import Artifacts
import Foundation
import TestSupport
import Testing
import Training
import Transformers

@Suite struct DrawnAdapterTests {
  /// A trained vector with nothing zero, means that differ and deviations that matter.
  private func scattered(_ scorer: Scorer) -> [Float] {
    var values = scorer.parametrisation.initialValues(seed: 3)
    for entry in scorer.parameters.entries {
      for i in 0..<entry.count {
        let place = entry.offset + i
        if entry.name.hasSuffix(".root") {
          values[place] = 0.3 + 0.05 * Float(i % 6)
        } else {
          values[place] += 0.1 * sin(Float(3 * i + 1))
        }
      }
    }
    return values
  }

  /// The values of one of a module's tensors.
  private func tensor(_ role: ParameterRole, _ module: Int, _ scorer: Scorer, _ values: [Float]) -> [Double] {
    let name = "base_model.model.\(scorer.layout.modules[module].name)"
    let entry = scorer.parameters[name, role]!
    return values[entry.offset..<entry.offset + entry.count].map(Double.init)
  }

  /// Compares the mean and the covariance of `draws` vectors with their closed forms, within five standard errors.
  private func expectMoments(
    draws: Int, mean: [Double], covariance: (Int, Int) -> Double, _ vector: (UInt64) -> [Double]
  ) {
    let count = mean.count
    var (first, second) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count * count))
    for draw in 0..<draws {
      let offsets = zip(vector(UInt64(draw)), mean).map { $0 - $1 }
      for i in 0..<count {
        first[i] += offsets[i] / Double(draws)
        for j in 0...i { second[i * count + j] += offsets[i] * offsets[j] / Double(draws) }
      }
    }
    for i in 0..<count {
      let variance = covariance(i, i)
      #expect(abs(first[i]) < 5 * (variance / Double(draws)).squareRoot(), "mean \(i)")
      for j in 0...i {
        let (found, exact) = (second[i * count + j], covariance(i, j))
        // The products of normal numbers have a kurtosis a little above 3.
        let error = ((variance * covariance(j, j) + exact * exact) * 1.5 / Double(draws)).squareRoot()
        #expect(abs(found - exact) < 5 * error, "covariance \(i), \(j): \(found), exactly \(exact)")
      }
    }
  }

  /// y_o = t_o Σ_i c_oi r_i x_i with C = B A and independent r and t. With m and V the mean and the covariance of the sum:
  /// Cov(y_o, y_p) = E[t_o] E[t_p] V_op, plus Var(t_o) (m_o² + V_oo) for o = p.
  @Test func theOutputsOfARankOneModuleHaveTheirMomentsInClosedForm() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .letters, variational(.rankOne))
      let (values, map) = (scattered(scorer), scorer.parametrisation as! Variational)
      let (module, rank, outputs) = (1, 2, 4)
      let inputs = scorer.layout.modules[module].inputs
      let place = scorer.layout.adapters[scorer.layout.modules[module].name]!
      func own(_ role: ParameterRole) -> [Double] { tensor(role, module, scorer, values) }
      let (a, b) = (own(.factor(.a)), own(.factor(.b)))
      let (r, t) = (own(.scale(.a)), own(.scale(.b)))
      let (varianceR, varianceT) = (own(.scaleRoot(.a)).map { pow($0, 4) }, own(.scaleRoot(.b)).map { pow($0, 4) })
      let x = (0..<inputs).map { cos(Double(2 * $0 + 1)) }
      let weights = (0..<outputs).map { output in
        (0..<inputs).map { input in
          (0..<rank).reduce(0.0) { $0 + b[output * rank + $1] * a[$1 * inputs + input] } * x[input]
        }
      }
      let sums = weights.map { row in zip(row, r).reduce(0.0) { $0 + $1.0 * $1.1 } }
      func covarianceOfSums(_ o: Int, _ p: Int) -> Double {
        (0..<inputs).reduce(0.0) { $0 + weights[o][$1] * weights[p][$1] * varianceR[$1] }
      }
      expectMoments(draws: 40_000, mean: (0..<outputs).map { t[$0] * sums[$0] }) { o, p in
        let ofInputs = t[o] * t[p] * covarianceOfSums(o, p)
        return o == p ? ofInputs + varianceT[o] * (sums[o] * sums[o] + covarianceOfSums(o, o)) : ofInputs
      } _: { seed in
        let phi = map.expand(values, noise: seed, threads: 1)
        let hidden = (0..<rank).map { row in
          (0..<inputs).reduce(0.0) { $0 + Double(phi[place.offsetA + row * inputs + $1]) * x[$1] }
        }
        return (0..<outputs).map { output in
          (0..<rank).reduce(0.0) { $0 + Double(phi[place.offsetB + output * rank + $1]) * hidden[$1] }
        }
      }
    }
  }

  @Test func aRankOneNetworkStartsWithTheNumbersOfLoRA() throws {
    try withTemporaryFolder { folder in
      let (plain, scorer) = (
        try tinyScorer(folder, .pairs, .tiny(batchSize: 7, epochs: 2)),
        try tinyScorer(folder, .pairs, variational(.rankOne))
      )
      for seed in [0, 5] {
        let start = scorer.parametrisation.initialValues(seed: seed)
        #expect(scorer.expand(start) == plain.parametrisation.initialValues(seed: seed))
      }
      let start = scorer.parametrisation.initialValues(seed: 0)
      let published = (0.001 / (1 - 0.001)).squareRoot()
      #expect(abs(GaussianTensors(scorer.parameters).meanDeviation(in: start) - published) < 0.08 * published)
      #expect(abs(VariationalSettings(.rankOne).initialDeviation - published) < 1e-3 * published)
    }
  }

  /// With scales of 1 that do not vary, the loss under noise and the gradients of A, B and the head are those of LoRA, bit
  /// for bit.
  @Test func withoutDeviationsARankOneNetworkOfOnesIsLoRA() throws {
    try withTemporaryFolder { folder in
      let (plain, scorer) = (
        try tinyScorer(folder, .pairs, .tiny(batchSize: 7, epochs: 2)),
        try tinyScorer(folder, .pairs, variational(.rankOne))
      )
      var values = scattered(scorer)
      for entry in scorer.parameters.entries {
        let range = entry.offset..<entry.offset + entry.count
        switch entry.role {
        case .scale: values.replaceSubrange(range, with: repeatElement(1, count: entry.count))
        case .scaleRoot: values.replaceSubrange(range, with: repeatElement(0, count: entry.count))
        default: break
        }
      }
      func ofLoRA(_ vector: [Float]) -> [Float] {
        plain.parameters.entries.flatMap { entry in
          let own = scorer.parameters[entry.module, entry.role]!
          return Array(vector[own.offset..<own.offset + own.count])
        }
      }
      let lora = ofLoRA(values)
      var (gradient, expected) = (values, lora)
      let loss = scorer.lossAndGradient(of: [0, 1, 2], parameters: values, gradient: &gradient, noise: 5)
      #expect(loss == plain.lossAndGradient(of: [0, 1, 2], parameters: lora, gradient: &expected))
      #expect(ofLoRA(gradient) == expected)
      #expect(expected.contains { $0 != 0 })
    }
  }
}
