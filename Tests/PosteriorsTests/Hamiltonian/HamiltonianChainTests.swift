// Chains on densities whose moments are known: a Gaussian with correlations, and the posterior of linear regression with a
// normal prior, where simulation-based calibration (Talts et al. 2018, arXiv:1804.06788) must find uniform ranks.
import Arrays
import Calibration
import Foundation
import Posteriors
import Testing

/// Settings of short chains with long steps, where a wrong acceptance shows.
private func settings(_ change: (inout ChainSettings) -> Void = { _ in }) -> ChainSettings {
  var settings = ChainSettings()
  (settings.warmup, settings.steps, settings.stepSize, settings.targetAcceptance) = (200, 8, 0.5, 0.6)
  change(&settings)
  return settings
}

/// U and its gradient at a position.
private typealias Density = (_ position: [Double], _ gradient: inout [Double]) -> Double

/// A chain that is run to its end.
private func finished(
  at position: [Double], _ settings: ChainSettings, member: Int = 0, _ potential: Density
) -> HamiltonianChain {
  var chain = HamiltonianChain(
    at: position, variances: position.map { _ in 1 }, settings, member: member, potential)
  while !chain.isDone { chain.advance(potential) }
  return chain
}

/// U of the Gaussian with this mean and precision matrix.
private func gaussian(_ mean: [Double], _ precision: [[Double]]) -> Density {
  { position, gradient in
    let difference = zip(position, mean).map { $0 - $1 }
    gradient = precision.map { row in zip(row, difference).reduce(0) { $0 + $1.0 * $1.1 } }
    return zip(difference, gradient).reduce(0) { $0 + $1.0 * $1.1 } / 2
  }
}

@Suite struct HamiltonianChainTests {
  /// Scales that differ by a factor of 50, and a correlation of 0.8. The covariance is the precision's inverse by hand:
  /// of [[a, b], [b, c]] it is [[c, -b], [-b, a]] / (a c - b²).
  @Test func drawsHaveTheMomentsOfACorrelatedGaussian() throws {
    let mean = [3, -1, 0.5]
    let (a, b, c) = (1 / 0.36, -0.8 / 0.36 / 2, 1 / 0.36 / 4)
    let potential = gaussian(mean, [[a, b, 0], [b, c, 0], [0, 0, 625]])
    let covariance = [[1, 1.6, 0], [1.6, 4, 0], [0, 0, 0.0016]]
    let chains = (0..<4).map { member in
      finished(at: [0, 0, 0], settings { $0.draws = 2000 }, member: member, potential)
    }
    for i in 0..<3 {
      let traces = chains.map { chain in (0..<2000).map { Double(chain.draws[3 * $0 + i]) } }
      let convergence = Convergence(traces)
      #expect(try #require(convergence.splitRHat) < 1.01)
      let count = try #require(convergence.effectiveDraws)
      #expect(count > 1000)
      let all = traces.flatMap { $0 }
      let average = all.reduce(0, +) / Double(all.count)
      #expect(abs(average - mean[i]) < 4 * (covariance[i][i] / count).squareRoot())
      for j in 0...i {
        let others = chains.flatMap { chain in (0..<2000).map { Double(chain.draws[3 * $0 + j]) } }
        let product = zip(all, others).reduce(0) { $0 + ($1.0 - mean[i]) * ($1.1 - mean[j]) } / Double(all.count)
        let spread = covariance[i][i] * covariance[j][j] + covariance[i][j] * covariance[i][j]
        // Squares are worth fewer draws than values.
        #expect(abs(product - covariance[i][j]) < 4 * (spread / (count / 3)).squareRoot(), "covariance \(i), \(j)")
      }
    }
    for chain in chains {
      // Above the target: near the step where no transition is accepted any more, the average step lies on the safe side.
      #expect((0.6...0.95).contains(try #require(chain.meanAcceptance)))
      #expect(chain.divergences == 0 && chain.potentials.count == 2000)
      // The masses are learnt: the variances span the same factor.
      #expect(abs(chain.inverseMasses[1] / chain.inverseMasses[2] / 2500 - 1) < 0.6)
    }
  }

  /// Where transitions are accepted with the chance exp(-step), the target is reached at the step -log(target).
  @Test(arguments: [0.3, 0.6, 0.8])
  func theStepIsTunedToTheTarget(target: Double) {
    for start in [1e-3, 0.1, 10] {
      var step = StepSize(start: start, target: target)
      for _ in 0..<5000 { step.learn(acceptance: exp(-step.current)) }
      #expect(abs(step.averaged / -log(target) - 1) < 0.02, "from \(start)")
      step.restart()
      for _ in 0..<5000 { step.learn(acceptance: exp(-2 * step.current)) }
      #expect(abs(step.averaged / (-log(target) / 2) - 1) < 0.02, "from \(start), after a restart")
    }
  }

  /// After 5,000 rejections the step would be exp(-1130), which is 0 in Double. It stays at the floor, and finds back.
  @Test func aStepThatIsNeverAcceptedCanStillGrow() {
    var step = StepSize(start: 0.1, target: 0.8)
    for _ in 0..<5000 { step.learn(acceptance: 0) }
    #expect(abs(step.current / 1e-12 - 1) < 1e-9 && abs(step.averaged / 1e-12 - 1) < 1e-9)
    step.restart()
    for _ in 0..<50_000 { step.learn(acceptance: exp(-step.current)) }
    #expect(abs(step.averaged / -log(0.8) - 1) < 0.02)
  }

  @Test func membersAndSeedsGiveOtherDraws() {
    let potential = gaussian([0], [[1]])
    let short = settings { ($0.warmup, $0.draws) = (5, 5) }
    let draws = finished(at: [0], short, potential).draws
    #expect(finished(at: [0], short, potential).draws == draws)
    #expect(finished(at: [0], short, member: 1, potential).draws != draws)
    #expect(finished(at: [0], settings { ($0.warmup, $0.draws, $0.seed) = (5, 5, 1) }, potential).draws != draws)
  }

  @Test func thePlannedGradientsAreThoseComputed() {
    var calls = 0
    let potential = gaussian([0, 0], [[1, 0], [0, 4]])
    let chosen = settings { ($0.warmup, $0.draws, $0.thinning, $0.steps) = (11, 7, 3, 5) }
    let chain = finished(at: [1, 1], chosen) { position, gradient in
      calls += 1
      return potential(position, &gradient)
    }
    // A transition that diverges in the warm-up leaves gradients out.
    #expect(calls <= chosen.gradients && chain.gradients == chosen.gradients && chain.draws.count == 14)
    #expect((11 + 21) * 3 < chosen.gradients && chosen.gradients < (11 + 21) * 5)
  }

  /// Where the step is too long for the curvature the energy grows without bounds, and the point stays.
  @Test func aStepThatIsTooLongDivergesAndIsRejected() {
    let stiff = settings { ($0.warmup, $0.draws, $0.stepSize, $0.steps) = (1, 6, 1, 64) }
    let chain = finished(at: [0.25], stiff, gaussian([0], [[1e6]]))
    #expect(chain.divergences == 6 && chain.draws.allSatisfy { $0 == 0.25 } && chain.meanAcceptance == 0)
  }

  /// y = X θ + noise with θ ~ N(0, 4) and noise of deviation 0.7. Over many θ from the prior and y from θ, the rank of θ
  /// among draws of its posterior is uniform; 24.32 is the 99.9 % quantile of chi-square with 7 degrees of freedom.
  @Test func ranksOfTheTruthAreUniformInLinearRegression() {
    let (simulations, rows, width, draws) = (400, 5, 3, 31)
    let stream = RandomStream(seed: 3, purpose: .test)
    func normal(_ index: Int) -> Double { Reference.normal(stream, index) }
    let x = (0..<rows).map { row in (0..<width).map { normal(1_000_000 + row * width + $0) } }
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 8), count: width)
    for simulation in 0..<simulations {
      let truth = (0..<width).map { 2 * normal(simulation * 8 + $0) }
      let y = x.indices.map { row in
        zip(x[row], truth).reduce(0) { $0 + $1.0 * $1.1 } + 0.7 * normal(500_000 + simulation * rows + row)
      }
      let chain = finished(
        at: [0, 0, 0], settings { ($0.warmup, $0.draws, $0.thinning, $0.seed) = (100, draws, 2, simulation) }
      ) { theta, gradient in
        var potential = 0.0
        for index in 0..<width {
          gradient[index] = theta[index] / 4
          potential += theta[index] * theta[index] / 8
        }
        for row in x.indices {
          let residual = (zip(x[row], theta).reduce(0) { $0 + $1.0 * $1.1 } - y[row]) / 0.49
          for index in 0..<width { gradient[index] += residual * x[row][index] }
          potential += residual * residual * 0.49 / 2
        }
        return potential
      }
      for index in 0..<width {
        let rank = (0..<draws).count { Double(chain.draws[$0 * width + index]) < truth[index] }
        counts[index][rank * 8 / (draws + 1)] += 1
      }
    }
    let expected = Double(simulations) / 8
    for row in counts {
      let chiSquare = row.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
      #expect(chiSquare < 24.32, "\(row)")
    }
  }
}
