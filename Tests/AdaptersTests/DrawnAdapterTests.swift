// What the network reads under the noise of Me-LoRA and of a rank-1 network: moments of many draws against closed forms, and
// the point at which a rank-1 network is LoRA.
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

  /// Row i of C A has the covariance Aᵀ diag(ω_i²) A, and rows are independent: only directions in the row space of A get
  /// any doubt.
  @Test func theRowsOfMeLoRAsProductHaveTheirCovarianceInTheRowSpaceOfA() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .letters, variational(.meLoRA))
      let (values, map) = (scattered(scorer), scorer.parametrisation as! Variational)
      // Two rows of a random core, and three inputs.
      let (module, rank, seen) = (1, 2, 3)
      let (a, means, roots) = (
        tensor(.factor(.a), module, scorer, values), tensor(.core, module, scorer, values),
        tensor(.coreRoot, module, scorer, values)
      )
      let place = scorer.layout.adapters[scorer.layout.modules[module].name]!
      let inputs = scorer.layout.modules[module].inputs
      func entry(_ core: [Double], _ row: Int, _ input: Int) -> Double {
        (0..<rank).reduce(0.0) { $0 + core[row * rank + $1] * a[$1 * inputs + input] }
      }
      let mean = (0..<rank).flatMap { row in (0..<seen).map { entry(means, row, $0) } }
      expectMoments(draws: 40_000, mean: mean) { i, j in
        guard i / seen == j / seen else { return 0 }
        let variances = (0..<rank).map { pow(roots[i / seen * rank + $0], 4) }
        return (0..<rank).reduce(0.0) { $0 + variances[$1] * a[$1 * inputs + i % seen] * a[$1 * inputs + j % seen] }
      } _: { seed in
        let phi = map.expand(values, noise: seed, threads: 1)
        return (0..<rank).flatMap { row in (0..<seen).map { Double(phi[place.offsetA + row * inputs + $0]) } }
      }
      // A third input is a combination of two others, as in A: the rank of C A is at most that of A.
      let phi = map.expand(values, noise: 5, threads: 1)
      let determinant = a[0] * a[inputs + 1] - a[1] * a[inputs]
      let shares = [
        (a[2] * a[inputs + 1] - a[1] * a[inputs + 2]) / determinant,
        (a[0] * a[inputs + 2] - a[2] * a[inputs]) / determinant,
      ]
      for row in 0..<rank {
        let drawn = (0..<seen).map { Double(phi[place.offsetA + row * inputs + $0]) }
        #expect(abs(drawn[2] - shares[0] * drawn[0] - shares[1] * drawn[1]) < 1e-4)
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
