// IVON: its step beside the authors' package and a naive twin, its fixed point on a quadratic, and the laws of a fit.
import Adapters
import Arrays
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Training

@Suite struct IVONTests {
  private struct Content: Decodable {
    struct Settings: Decodable {
      let rate, sampleSize, curvature, beta1, beta2, weightDecay, clip: Double
    }
    struct Step: Decodable {
      let noise, gradient, mean, momentum, curvature: [Double]
    }
    let settings: Settings
    let start: [Double]
    let steps: [Step]
  }

  private func settings(_ change: (inout IVONSettings) -> Void = { _ in }) -> AdapterSettings {
    var ivon = IVONSettings()
    (ivon.curvatureDecay, ivon.curvature) = (0.99, 5)
    change(&ivon)
    var settings = AdapterSettings.tiny(batchSize: 7, epochs: 3)
    (settings.optimizer, settings.learningRate, settings.dropout) = (.ivon(settings: ivon), 0.5, 0.2)
    return settings
  }

  @Test func stepsAreThoseOfTheAuthorsPackage() throws {
    let path = projectRoot + "/Tests/TrainingTests/Reference/ivon.json"
    let content = try JSONDecoder().decode(Content.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    let given = content.settings
    var mean = content.start.map { Float($0) }
    var momentum = [Float](repeating: 0, count: 3)
    var precision = [Float](repeating: Float(given.curvature + given.weightDecay), count: 3)
    for (index, step) in content.steps.enumerated() {
      ivon(
        &mean, gradient: step.gradient.map { Float($0) }, noise: step.noise.map { Float($0) }, momentum: &momentum,
        precision: &precision, range: 0..<3, sampleSize: Float(given.sampleSize),
        learningRate: Float(given.rate * (given.curvature + given.weightDecay)),
        beta1: Float(given.beta1), beta2: given.beta2, clip: Float(given.clip), step: index + 1,
        weightDecay: Float(given.weightDecay))
      for place in 0..<3 {
        let curvature = Double(precision[place]) - given.weightDecay
        #expect(abs(Double(mean[place]) - step.mean[place]) < 1e-5)
        #expect(abs(Double(momentum[place]) - step.momentum[place]) < 1e-5 * max(1, abs(step.momentum[place])))
        #expect(abs(curvature - step.curvature[place]) < 1e-5 * max(1, step.curvature[place]))
      }
    }
  }

  /// The momentum of t equal gradients is 1 - 0.9ᵗ times one of them, which the correction divides by. The number of steps
  /// costs nothing: a loop over them would never end.
  @Test(.timeLimit(.minutes(1)), arguments: [1, 2, 40, 1 << 50]) func theMomentumIsCorrectedAtAnyStep(step: Int) {
    let before = step == 1 << 50 ? 1 : 1 - pow(0.9, Double(step - 1))
    var (mean, momentum, precision): ([Float], [Float], [Float]) = ([1], [Float(before)], [4])
    ivon(
      &mean, gradient: [1], noise: [0], momentum: &momentum, precision: &precision, range: 0..<1, sampleSize: 10,
      learningRate: 0.5, beta2: 1, step: step, weightDecay: 0)
    #expect(abs(mean[0] - (1 - 0.5 * 1 / 4)) < 1e-5)
  }

  /// The table of one tensor of `count` numbers.
  private func table(_ count: Int) -> ParameterTable {
    var table = ParameterTable()
    table.append("base_model.model.x.lora_A.weight", shape: [1, count])
    return table
  }

  /// The gradient is taken at mean + z / sqrt(λ u), and the rate is that of the first step of gradient descent.
  @Test func aStepIsThatOfANaiveTwinInDouble() throws {
    try withTemporaryFolder { folder in
      let data = try TinyExperiment(in: folder, scoring: .letters).tokens
      var settings = settings { ($0.givenSampleSize, $0.clip) = (30, 0.8) }
      settings.weightDecayA = 0.1
      settings = settings.onExamples(24)
      let slopes = [0.5, 2, 8, 20.0]
      var optimization = Optimization(table(4), settings, values: [1, -2, 0.5, 3], state: nil)
      var (mean, momentum, h) = ([1, -2, 0.5, 3.0], [0.0, 0, 0, 0], [5.0, 5, 5, 5])
      for step in 1...4 {
        _ = try optimization.step(on: [0], of: data, learningRate: 0.5, noiseSeed: UInt64(step)) { values, gradient in
          for i in 0..<4 { gradient[i] = Float(slopes[i]) * values[i] * values[i] }
          return 0
        }
        let stream = RandomStream(seed: UInt64(step), purpose: .perturbation)
        for i in 0..<4 {
          let s = Reference.normal(stream, i) / (30 * (h[i] + 0.1)).squareRoot()
          let g = slopes[i] * (mean[i] + s) * (mean[i] + s)
          let f = 30 * (h[i] + 0.1) * s * g
          momentum[i] = 0.9 * momentum[i] + 0.1 * g
          h[i] = 0.99 * h[i] + 0.01 * f + 0.5 * 0.01 * 0.01 * (h[i] - f) * (h[i] - f) / (h[i] + 0.1)
          let direction = (momentum[i] / (1 - pow(0.9, Double(step))) + 0.1 * mean[i]) / (h[i] + 0.1)
          mean[i] -= 0.5 * (5 + 0.1) * min(max(direction, -0.8), 0.8)
          #expect(abs(Double(optimization.values[i]) - mean[i]) < 1e-4 * max(1, abs(mean[i])), "\(step), \(i)")
          let own = Double(optimization.state.secondMoment[i]) - 0.1
          #expect(abs(own - h[i]) < 1e-4 * max(1, abs(h[i])), "\(step), \(i)")
        }
      }
    }
  }

  /// For the mean loss Σ a (x - c)² / 2 the Gaussian is exact: h = a, and the mean is that with the prior, a c / (a + δ).
  @Test func onAQuadraticItEndsAtThePosterior() throws {
    try withTemporaryFolder { folder in
      let data = try TinyExperiment(in: folder, scoring: .letters).tokens
      var settings = settings { ($0.curvatureDecay, $0.curvature) = (0.999, 1) }
      settings.weightDecayA = 0.1
      settings = settings.onExamples(400)
      let (a, c) = ([0.3, 1, 4, 12] as [Float], [0.2, -0.3, 0.25, 0.1] as [Float])
      var optimization = Optimization(table(4), settings, values: [0, 0, 0, 0], state: nil)
      var (means, curvatures) = ([Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
      let (steps, burnIn) = (30_000, 10_000)
      for step in 0..<steps {
        _ = try optimization.step(on: [0], of: data, learningRate: 0.02, noiseSeed: UInt64(step)) { values, gradient in
          for i in 0..<4 { gradient[i] = a[i] * (values[i] - c[i]) }
          return 0
        }
        guard step >= burnIn else { continue }
        for i in 0..<4 {
          means[i] += Double(optimization.values[i]) / Double(steps - burnIn)
          curvatures[i] += Double(optimization.state.secondMoment[i] - 0.1) / Double(steps - burnIn)
        }
      }
      let ivon = try #require(settings.ivon)
      for i in 0..<4 {
        let (slope, target) = (Double(a[i]), Double(a[i] * c[i] / (a[i] + 0.1)))
        #expect(abs(curvatures[i] - slope) < 0.05 * slope, "\(curvatures[i]) for \(slope)")
        #expect(abs(means[i] - target) < 0.01, "\(means[i]) for \(target)")
        let deviation = ivon.standardDeviations(precision: [Float(curvatures[i]) + 0.1])[0]
        #expect(abs(Double(deviation) - 1 / (400 * (slope + 0.1)).squareRoot()) < 0.03 * Double(deviation))
      }
    }
  }

  @Test func aResumedFitEndsWithTheSameBits() throws {
    try withTemporaryFolder { folder in
      var settings = settings()
      settings.keepBest = true
      let scorer = try tinyScorer(folder, .pairs, settings)
      let unbroken = try fitted(scorer, settings)
      for stop in [1, 4, 5, 11] {
        let second = try resumed(scorer, settings, method: "ivon", after: stop, in: folder)
        #expect(try second == fitted(scorer, settings, method: "ivon"), "after \(stop)")
      }
      #expect(unbroken.optimizer.secondMoment.allSatisfy { $0 > 0 } && unbroken.history.count == 3)
    }
  }

  @Test func aFitDependsOnTheSeedAndNotOnThreads() throws {
    try withTemporaryFolder { folder in
      var settings = settings()
      (settings.batchSize, settings.dropout) = (144, 0)
      let (one, three) = (
        try tinyScorer(folder, .letters, settings) { $0.repeated(12) },
        try tinyScorer(folder, .letters, settings, threads: 3) { $0.repeated(12) }
      )
      #expect(try fitted(one, settings) == fitted(three, settings))
      #expect(try fitted(one, settings).values != fitted(one, settings, seed: 1).values)
    }
  }

  @Test func aFitKnowsTheNumberOfItsExamples() throws {
    try withTemporaryFolder { folder in
      func ivon(_ change: (inout IVONSettings) -> Void) throws -> IVONSettings {
        let settings = settings(change)
        return try #require(
          try TrainingRun(try tinyScorer(folder, .letters, settings), settings, seed: 0).settings.ivon)
      }
      let (own, given) = (try ivon { _ in }, try ivon { $0.givenSampleSize = 4800 })
      #expect((own.sampleSize, own.temperature) == (24, 1))
      #expect((given.sampleSize, given.temperature) == (4800, 0.005))
    }
  }

  @Test func itLearns() throws {
    try withTemporaryFolder { folder in
      var settings = settings { $0.givenSampleSize = 1e5 }
      (settings.epochs, settings.dropout) = (40, 0)
      let adapter = try fitted(try tinyScorer(folder, .pairs, settings), settings)
      #expect(adapter.history.last!.trainingLoss < 0.7 * adapter.history[0].trainingLoss)
    }
  }

  @Test func settingsThatCannotBeAreRefusedByName() {
    func fault(_ change: (inout AdapterSettings) -> Void) -> Fault? {
      var settings = settings()
      change(&settings)
      return #expect(throws: Fault.self) { try settings.validate() }
    }
    func ofIVON(_ change: @escaping (inout IVONSettings) -> Void) -> Fault? {
      fault { $0.optimizer = settings(change).optimizer }
    }
    for (found, setting) in [
      (ofIVON { $0.givenSampleSize = 0 }, "sample-size"), (ofIVON { $0.curvature = -1 }, "curvature"),
      (ofIVON { $0.clip = 0 }, "newton-clip"), (ofIVON { $0.curvatureDecay = 1 }, "curvature-decay"),
      (fault { $0.gradientClip = 1 }, "gradient-clip"), (fault { $0.members = 2 }, "optimizer"),
      (fault { $0.variational = VariationalSettings(.blob) }, "optimizer"),
    ] { #expect(found?.code == .usage && found?.subject == "`\(setting)`") }
    #expect(fault { $0.gradientClip = 1 }?.hint == "omit it; IVON clips its step by `newton-clip`")
    let ofSGHMC = fault { ($0.optimizer, $0.gradientClip) = (.sghmc(settings: SGHMCSettings()), 1) }
    #expect(ofSGHMC?.subject == "`gradient-clip`" && ofSGHMC?.hint == "omit it")
  }
}
