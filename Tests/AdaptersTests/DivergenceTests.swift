// The divergence of the learnt Gaussian from its prior, and the weights that it gets from step to step.
import Adapters
import Arrays
import Artifacts
import Foundation
import Testing

@Suite struct DivergenceTests {
  /// A random tensor of `count` numbers, and one that is not random.
  private func table(_ count: Int, _ name: String = "x.lora_A") -> ParameterTable {
    var table = ParameterTable()
    table.append("\(name).weight", shape: [1, count])
    table.append("x.lora_B.weight", shape: [3, 1])
    table.append("\(name).root", shape: [1, count])
    return table
  }

  /// The integral of q ln(q / p) by Simpson's rule, over twelve standard deviations on either side.
  private func integral(mean: Double, deviation: Double, prior: Double, priorMean: Double = 0) -> Double {
    func logDensity(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
      let z = (x - mean) / deviation
      return -0.5 * z * z - log(deviation) - 0.5 * log(2 * Double.pi)
    }
    let (count, width) = (4000, 24 * deviation)
    return (0...count).reduce(0) { sum, index in
      let x = mean - width / 2 + width * Double(index) / Double(count)
      let log = logDensity(x, mean, deviation)
      let weight = index == 0 || index == count ? 1.0 : index % 2 == 1 ? 4 : 2
      return sum + weight * exp(log) * (log - logDensity(x, priorMean, prior)) * width / Double(3 * count)
    }
  }

  @Test(arguments: [(0.0, 0.2), (0.3, 0.05), (-0.7, 0.5), (0.02, 0.002)])
  func theDivergenceAgreesWithNumericalIntegration(mean: Double, deviation: Double) {
    let tensors = GaussianTensors(table(1))
    for root in [deviation.squareRoot(), -deviation.squareRoot()] {
      let values = [Float(mean), 9, 9, 9, Float(root)]
      let expected = integral(mean: mean, deviation: deviation, prior: 0.2)
      #expect(abs(tensors.divergence(at: values, priorDeviation: 0.2) - expected) < 1e-3 * max(1, expected))
    }
  }

  /// The prior of scales is around 1.
  @Test(arguments: [(1.0, 0.1), (1.3, 0.0316), (0.6, 0.2), (-0.2, 0.05)])
  func theDivergenceOfScalesAgreesWithNumericalIntegration(mean: Double, deviation: Double) {
    for name in ["x.lora_A_scale", "x.lora_B_scale"] {
      let values = [Float(mean), 9, 9, 9, Float(deviation.squareRoot())]
      let found = GaussianTensors(table(1, name)).divergence(at: values, priorDeviation: 0.1)
      let expected = integral(mean: mean, deviation: deviation, prior: 0.1, priorMean: 1)
      #expect(abs(found - expected) < 1e-3 * max(1, expected), "\(found), \(expected)")
    }
  }

  @Test func theDivergenceIsZeroAtThePriorAndLeastThere() {
    let tensors = GaussianTensors(table(1))
    let atPrior = tensors.divergence(at: [0, 1, 1, 1, Float(0.2).squareRoot()], priorDeviation: 0.2)
    #expect(abs(atPrior) < 1e-5)
    for root in [0.1, 0.4, 0.5, 0.9] as [Float] {
      #expect(tensors.divergence(at: [0.01, 1, 1, 1, root], priorDeviation: 0.2) > atPrior)
    }
  }

  @Test(arguments: ["x.lora_A", "x.lora_A_scale"]) func aStepOfDescentIsAlongItsGradient(name: String) {
    let (tensors, values) = (GaussianTensors(table(3, name)), [0.1, -0.3, 0, 5, 5, 5, 0.3, -0.2, 0.5] as [Float])
    var moved = values
    let norm = tensors.descend(&moved, priorDeviation: 0.2, rate: 1e-3)
    var squares = 0.0
    for place in values.indices {
      let computed = Double(values[place] - moved[place]) * 1e3
      var (up, down) = (values, values)
      up[place] += 1e-3
      down[place] -= 1e-3
      let measured =
        (tensors.divergence(at: up, priorDeviation: 0.2) - tensors.divergence(at: down, priorDeviation: 0.2)) / 2e-3
      #expect(abs(measured - computed) < 5e-3 * max(1, abs(measured)), "\(place): \(measured), \(computed)")
      squares += measured * measured
    }
    #expect(abs(norm - squares.squareRoot()) < 0.01 * norm)
  }

  @Test(arguments: [1, 2, 7, 1024, 6000]) func theWeightsOfACycleGrowAndSumToOne(cycle: Int) {
    let settings = VariationalSettings(.blob)
    let weights = (0..<cycle).map { settings.weight(step: $0, cycle: cycle) }
    #expect(abs(weights.reduce(0, +) - 1) < exp2(-Double(min(cycle, 40))) * 2)
    #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 <= $1 } && weights.allSatisfy { $0.isFinite })
    #expect(settings.weight(step: cycle, cycle: cycle) == weights[0])
    #expect(cycle > 1 || weights == [2.0 / 3])
  }

  /// The numbers that BLoB's authors train WinoGrande-S and OpenBookQA with.
  @Test func cyclesAreAsLongAsTheAuthors() {
    var settings = VariationalSettings(.blob)
    settings.cycleExponent = 8
    #expect(settings.cycle(examples: 640, batchSize: 4, steps: 1) == 316)
    #expect((704...708).contains(settings.cycle(examples: 4957, batchSize: 4, steps: 1)))
    settings.cycleExponent = 0
    #expect(settings.cycle(examples: 10, batchSize: 4, steps: 1) == 3)
  }

  @Test func byDefaultAFitHasACertainNumberOfCycles() {
    var settings = VariationalSettings(.blob)
    settings.divergenceCycles = 4
    #expect([114, 384, 3, 2].map { settings.cycle(examples: 9, batchSize: 4, steps: $0) } == [28, 96, 1, 1])
  }

  /// An estimate of E_q [ln q - ln p] from draws of the Gaussian that training uses, against the closed form: within four
  /// standard errors.
  @Test(arguments: [(0.3, 0.1, 0.2), (-0.05, 0.3, 0.2), (1, 0.02, 0.5)])
  func theDivergenceIsTheMeanOfLogRatiosOfDraws(mean: Double, deviation: Double, prior: Double) {
    let (size, draws) = (3, 20_000)
    let tensors = GaussianTensors(table(size))
    let root = Float(deviation.squareRoot())
    let values = [Float](repeating: Float(mean), count: size) + [5, 5, 5] + [Float](repeating: root, count: size)
    let ratios = (0..<draws).map { draw in
      let stream = RandomStream(seed: 7, purpose: .test, place: (UInt32(draw), 0))
      let drawn = tensors.drawn(from: values) { tensor in
        var noise = [Float](repeating: 0, count: tensor.count)
        stream.normals(into: &noise, count: tensor.count)
        return noise
      }
      return drawn.prefix(size).reduce(0.0) { sum, x in
        let (z, p) = ((Double(x) - mean) / deviation, Double(x) / prior)
        return sum + log(prior / deviation) + 0.5 * (p * p - z * z)
      }
    }
    let average = ratios.reduce(0, +) / Double(draws)
    let variance = ratios.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(draws - 1)
    let exact = tensors.divergence(at: values, priorDeviation: prior)
    #expect(abs(average - exact) < 4 * (variance / Double(draws)).squareRoot(), "\(average), \(exact)")
  }
}
