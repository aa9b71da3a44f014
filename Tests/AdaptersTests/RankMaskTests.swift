// Rank masks in training: the divergence and its slope, the relaxed masks of a step, and the laws of a fit.
import Adapters
import Arrays
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Training

@Suite struct RankMaskTests {
  private func settings(prior: Double = 0.8, temperature: Double = 0.5) -> AdapterSettings {
    var settings = AdapterSettings.tiny(batchSize: 7, epochs: 3)
    settings.parametrisation = .rankMasks(prior: prior, temperature: temperature)
    return settings
  }

  private func logit(_ p: Double) -> Float { Float(log(p / (1 - p))) }

  /// π = 1/2 and 0.9 against a prior of 0.8, by hand.
  @Test func theDivergenceIsThatOfTwoBernoullis() {
    var table = ParameterTable()
    table.append("base_model.model.x.lora_A.weight", shape: [2, 1])
    table.append("base_model.model.x.lora_C.weight", shape: [2])
    let values = [7, 7, logit(0.5), logit(0.9)]
    var gradient: [Float] = [0, 0, 1, 1]
    let divergence = table.addMaskDivergence(3, prior: 0.8, at: values, to: &gradient)
    let expected = 0.5 * log(0.5 / 0.8) + 0.5 * log(0.5 / 0.2) + 0.9 * log(0.9 / 0.8) + 0.1 * log(0.1 / 0.2)
    #expect(abs(divergence - expected) < 1e-6)
    #expect(abs(expected - (0.223_143_551 + 0.036_690_014)) < 1e-7)
    func moved(_ place: Int, _ step: Float) -> Double {
      var (moved, unused) = (values, gradient)
      moved[place] += step
      return table.addMaskDivergence(0, prior: 0.8, at: moved, to: &unused)
    }
    for place in [2, 3] {
      let slope = (moved(place, 0.01) - moved(place, -0.01)) / 0.02
      #expect(abs(Double(gradient[place]) - 1 - 3 * slope) < 1e-4)
    }
    #expect(gradient[0] == 0)
  }

  @Test func masksAreDrawnWithTheirProbabilities() {
    var table = ParameterTable()
    table.append("base_model.model.x.lora_C.weight", shape: [3])
    let values = [logit(0.2), logit(0.5), logit(0.95)]
    let stream = RandomStream(seed: 3, purpose: .test)
    var counts = [0, 0, 0]
    for draw in 0..<20_000 {
      let drawn = table.drawingMasks(in: values) { stream.preciseUniform(block: 3 * draw + $0) }
      for place in 0..<3 where drawn[place] == .infinity { counts[place] += 1 }
      #expect(drawn.allSatisfy { $0.isInfinite })
    }
    for (count, share) in zip(counts, [0.2, 0.5, 0.95]) {
      #expect(abs(Double(count) / 20_000 - share) < 4 * (share * (1 - share) / 20_000).squareRoot())
    }
  }

  /// A step's masks are σ((l + logit u) / τ), the same for all its examples, and its gradient is that of the loss with them.
  @Test func theGradientOfAStepIsThatOfItsMasks() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .pairs, settings())
      let values = scorer.parametrisation.initialValues(seed: 3).enumerated().map { $1 + 0.05 * Float($0 % 7 - 3) }
      var gradient = values
      let loss = scorer.lossAndGradient(of: [0, 1, 2], parameters: values, gradient: &gradient, noise: 11)
      // The same through a diagonal adapter with these masks.
      var diagonal = settings()
      diagonal.parametrisation = .diagonalCores
      let twin = try tinyScorer(folder, .pairs, diagonal)
      var masks = values
      for (module, tensor) in scorer.parameters.maskLogits.enumerated() {
        let stream = RandomStream(seed: 11, purpose: .perturbation, place: (UInt32(module), 5))
        for entry in 0..<tensor.count {
          let u = stream.preciseUniform(block: entry)
          let x = (Double(values[tensor.offset + entry]) + log(u / (1 - u))) / 0.5
          masks[tensor.offset + entry] = Float(1 / (1 + exp(-x)))
        }
      }
      var ofMasks = values
      #expect(abs(twin.lossAndGradient(of: [0, 1, 2], parameters: masks, gradient: &ofMasks) - loss) < 1e-6)
      let logits = Set(scorer.parameters.maskLogits.flatMap { $0.offset..<$0.offset + $0.count })
      for place in values.indices {
        let slope = logits.contains(place) ? masks[place] * (1 - masks[place]) / 0.5 : 1
        #expect(abs(gradient[place] - slope * ofMasks[place]) < 1e-5)
      }
    }
  }

  /// The loss that is minimised has the divergence divided by N, and no weight decay acts on the logits.
  @Test func aStepDescendsOnTheEvidenceBound() throws {
    try withTemporaryFolder { folder in
      var settings = settings(prior: 0.6)
      settings.weightDecayHead = 100
      let scorer = try tinyScorer(folder, .pairs, settings)
      let values = scorer.parametrisation.initialValues(seed: 3).map { $0 + 0.3 }
      var optimization = Optimization(scorer.parameters, settings.onExamples(24), values: values, state: nil)
      _ = try optimization.step(scorer, examples: [0, 1], learningRate: 1e-3, dropoutSeed: 5)
      var gradient = values
      _ = scorer.lossAndGradient(of: [0, 1], parameters: values, gradient: &gradient, noise: 5)
      _ = scorer.parameters.addMaskDivergence(1.0 / 24, prior: 0.6, at: values, to: &gradient)
      for tensor in scorer.parameters.maskLogits {
        for place in tensor.offset..<tensor.offset + tensor.count {
          #expect(abs(10 * optimization.state.firstMoment[place] - gradient[place]) < 1e-5)
          #expect(abs(optimization.values[place] - values[place]) < 1.1e-3)
        }
      }
    }
  }

  @Test func aResumedFitEndsWithTheSameBitsOnAnyThreads() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .pairs, settings())
      let unbroken = try fitted(scorer, settings())
      #expect(try fitted(tinyScorer(folder, .pairs, settings(), threads: 3), settings()) == unbroken)
      #expect(try resumed(scorer, settings(), after: 5, in: folder) == unbroken)
      let logits = scorer.parameters.maskLogits.flatMap { unbroken.values[$0.offset..<$0.offset + $0.count] }
      #expect(logits.contains { abs($0 - logit(0.8)) > 0.01 })
    }
  }

  @Test func settingsThatCannotBeAreRefusedByName() {
    for (settings, setting) in [
      (settings(prior: 0), "mask-prior"), (settings(prior: 1), "mask-prior"),
      (settings(temperature: 0), "mask-temperature"),
    ] {
      let fault = #expect(throws: Fault.self) { try settings.validate() }
      #expect(fault?.code == .usage && fault?.subject == "`\(setting)`")
    }
  }
}
