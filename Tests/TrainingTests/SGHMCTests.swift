// SGHMC: a step beside a naive twin, its stationary law on a Gaussian in closed form, and gradient descent with momentum at
// temperature 0.
import Adapters
import Arrays
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Training

@Suite struct SGHMCTests {
  private func settings(friction: Double = 0.1, temperature: Double = 1, weightDecay: Double = 0) -> AdapterSettings {
    var (settings, sghmc) = (AdapterSettings.tiny(batchSize: 7, epochs: 3), SGHMCSettings())
    (sghmc.friction, sghmc.temperature) = (friction, temperature)
    (settings.optimizer, settings.weightDecayA) = (.sghmc(settings: sghmc), weightDecay)
    return settings
  }

  private func optimization(_ settings: AdapterSettings, _ values: [Float], examples: Int) -> Optimization {
    var table = ParameterTable()
    table.append("base_model.model.x.lora_A.weight", shape: [1, values.count])
    return Optimization(table, settings.onExamples(examples), values: values, state: nil)
  }

  @Test(arguments: [0, 1, 0.01]) func aStepIsThatOfANaiveTwinInDouble(temperature: Double) throws {
    try withTemporaryFolder { folder in
      let data = try TinyExperiment(in: folder, scoring: .letters).tokens
      let settings = settings(friction: 0.3, temperature: temperature, weightDecay: 0.2)
      var optimization = optimization(settings, [1, -2, 0.5], examples: 40)
      var (values, velocity) = ([1, -2, 0.5], [0.0, 0, 0])
      for step in 1...5 {
        let rate = 0.1 / Double(step)
        _ = try optimization.step(
          on: [0], of: data, learningRate: rate, noiseSeed: UInt64(step), isSampling: step != 3
        ) { values, gradient in
          for i in 0..<3 { gradient[i] = values[i] * values[i] * values[i] }
          return 0
        }
        let stream = RandomStream(seed: UInt64(step), purpose: .perturbation)
        for i in 0..<3 {
          let noise = (2 * rate * 0.3 * temperature / 40).squareRoot() * Reference.normal(stream, i)
          velocity[i] =
            0.7 * velocity[i] - rate * (values[i] * values[i] * values[i] + 0.2 * values[i])
            + (step == 3 ? 0 : noise)
          values[i] += velocity[i]
          #expect(abs(Double(optimization.values[i]) - values[i]) < 1e-5)
          #expect(abs(Double(optimization.state.firstMoment[i]) - velocity[i]) < 1e-5)
        }
      }
    }
  }

  /// For the mean loss a (x - c)² / 2 and the weight decay δ, x is an autoregression of order two. With b = a + δ its
  /// stationary law is normal with the mean a c / b and the variance T / (N b) / (1 - η b / (2 (2 - α))).
  @Test(arguments: [(0.1, 0.02), (0.5, 0.2), (1, 0.4)])
  func onAGaussianItsLawIsTheStationaryOne(friction: Double, rate: Double) throws {
    try withTemporaryFolder { folder in
      let data = try TinyExperiment(in: folder, scoring: .letters).tokens
      let (slopes, center, decay, examples, temperature) = ([0.5, 1.5, 3.0], 1.0, 0.5, 100.0, 2.0)
      let settings = settings(friction: friction, temperature: temperature, weightDecay: decay)
      // Many chains for each of the slopes.
      let chains = 64
      var optimization = optimization(settings, [Float](repeating: 0, count: 3 * chains), examples: 100)
      var (sums, squares) = ([0.0, 0, 0], [0.0, 0, 0])
      let (steps, burnIn) = (12_000, 1000)
      for step in 0..<steps {
        _ = try optimization.step(on: [0], of: data, learningRate: rate, noiseSeed: UInt64(step)) { values, gradient in
          for i in values.indices { gradient[i] = Float(slopes[i % 3]) * (values[i] - Float(center)) }
          return 0
        }
        guard step >= burnIn else { continue }
        for (i, value) in optimization.values.enumerated() {
          let slope = slopes[i % 3]
          let difference = Double(value) - slope * center / (slope + decay)
          sums[i % 3] += difference
          squares[i % 3] += difference * difference
        }
      }
      let count = Double((steps - burnIn) * chains)
      for (i, slope) in slopes.enumerated() {
        let b = slope + decay
        let variance = temperature / (examples * b) / (1 - rate * b / (2 * (2 - friction)))
        #expect(abs(sums[i] / count) < 0.05 * variance.squareRoot())
        #expect(abs(squares[i] / count - variance) < 0.04 * variance, "\(squares[i] / count) for \(variance)")
      }
    }
  }

  @Test func withoutTemperatureItIsGradientDescentWithMomentum() throws {
    try withTemporaryFolder { folder in
      var settings = settings(temperature: 0)
      (settings.decay, settings.warmup, settings.weightDecayB, settings.weightDecayHead) = (.constant, 0, 0, 0)
      settings.learningRate = 0.05
      let scorer = try tinyScorer(folder, .pairs, settings)
      var order = try DataOrder(training: scorer.data, settings, seed: 0)
      var values = try TrainingRun(scorer, settings, seed: 0).adapter(method: "point").values
      let adapter = try fitted(scorer, settings)
      var (gradient, velocity) = (values, [Double](repeating: 0, count: values.count))
      for step in 0..<12 {
        _ = scorer.lossAndGradient(of: order.batch(step: step), parameters: values, gradient: &gradient)
        for i in values.indices {
          velocity[i] = 0.9 * velocity[i] - 0.05 * Double(gradient[i])
          values[i] += Float(velocity[i])
        }
      }
      for i in values.indices { #expect(abs(values[i] - adapter.values[i]) < 1e-5) }
      #expect(adapter.optimizer.step == 12)
    }
  }

  @Test func aResumedFitEndsWithTheSameBits() throws {
    try withTemporaryFolder { folder in
      var settings = settings()
      (settings.cycles, settings.dropout) = (CycleSettings(count: 2, snapshots: 2, samplingShare: 0.5), 0.2)
      let scorer = try tinyScorer(folder, .pairs, settings)
      let unbroken = try fitted(scorer, settings)
      #expect(unbroken.values.count == 4 * scorer.parameters.count)
      for stop in 1..<12 {
        #expect(try resumed(scorer, settings, after: stop, in: folder) == unbroken, "stopped after step \(stop)")
      }
    }
  }

  @Test func settingsThatCannotBeAreRefusedByName() {
    for (settings, setting) in [
      (settings(friction: 0), "friction"), (settings(friction: 1.1), "friction"),
      (settings(temperature: -1), "temperature"), (settings(temperature: .nan), "temperature"),
    ] {
      let fault = #expect(throws: Fault.self) { try settings.validate() }
      #expect(fault?.code == .usage && fault?.subject == "`\(setting)`")
    }
  }
}
