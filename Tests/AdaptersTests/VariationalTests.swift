// Laws of the variational methods: the divergence and its weights, gradients under noise, and what noise may depend on.
import Adapters
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Transformers

@Suite struct DivergenceTests {
  /// A random tensor of `count` numbers, and one that is not random.
  private func table(_ count: Int) -> ParameterTable {
    var table = ParameterTable()
    table.append("x.lora_A.weight", shape: [1, count])
    table.append("x.lora_B.weight", shape: [3, 1])
    table.append("x.lora_A.root", shape: [1, count])
    return table
  }

  /// The integral of q ln(q / p) by Simpson's rule, over twelve standard deviations on either side.
  private func integral(mean: Double, deviation: Double, prior: Double) -> Double {
    func logDensity(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
      let z = (x - mean) / deviation
      return -0.5 * z * z - log(deviation) - 0.5 * log(2 * Double.pi)
    }
    let (count, width) = (4000, 24 * deviation)
    return (0...count).reduce(0) { sum, index in
      let x = mean - width / 2 + width * Double(index) / Double(count)
      let log = logDensity(x, mean, deviation)
      let weight = index == 0 || index == count ? 1.0 : index % 2 == 1 ? 4 : 2
      return sum + weight * exp(log) * (log - logDensity(x, 0, prior)) * width / Double(3 * count)
    }
  }

  @Test(arguments: [(0.0, 0.2), (0.3, 0.05), (-0.7, 0.5), (0.02, 0.002)])
  func theDivergenceIsItsIntegral(mean: Double, deviation: Double) {
    let tensors = GaussianTensors(table(1))
    for root in [deviation.squareRoot(), -deviation.squareRoot()] {
      let values = [Float(mean), 9, 9, 9, Float(root)]
      let expected = integral(mean: mean, deviation: deviation, prior: 0.2)
      #expect(abs(tensors.divergence(at: values, priorDeviation: 0.2) - expected) < 1e-3 * max(1, expected))
    }
  }

  @Test func itIsZeroAtThePriorAndNowhereLess() {
    let tensors = GaussianTensors(table(1))
    let atPrior = tensors.divergence(at: [0, 1, 1, 1, Float(0.2).squareRoot()], priorDeviation: 0.2)
    #expect(abs(atPrior) < 1e-5)
    for root in [0.1, 0.4, 0.5, 0.9] as [Float] {
      #expect(tensors.divergence(at: [0.01, 1, 1, 1, root], priorDeviation: 0.2) > atPrior)
    }
  }

  @Test func aStepOfDescentIsAlongItsGradient() {
    let (tensors, values) = (GaussianTensors(table(3)), [0.1, -0.3, 0, 5, 5, 5, 0.3, -0.2, 0.5] as [Float])
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
    #expect(settings.cycle(examples: 640, batchSize: 4) == 316)
    #expect((704...708).contains(settings.cycle(examples: 4957, batchSize: 4)))
    settings.cycleExponent = 0
    #expect(settings.cycle(examples: 10, batchSize: 4) == 3)
  }
}

@Suite struct VariationalTests {
  private func fitting(
    _ method: VariationalSettings.Method, _ change: (inout AdapterSettings) -> Void = { _ in }
  ) -> AdapterSettings {
    var settings = AdapterSettings()
    (settings.rank, settings.batchSize, settings.epochs, settings.learningRate) = (2, 7, 2, 1e-2)
    settings.variational = VariationalSettings(method)
    settings.parametrisation = settings.variational?.parametrisation
    change(&settings)
    return settings
  }

  /// Values with nothing zero and deviations that matter.
  private func scattered(_ scorer: Scorer) -> [Float] {
    scorer.parametrisation.initialValues(seed: 3).enumerated().map { $0.element + 0.05 * Float($0.offset % 7 + 1) }
  }

  private func finished(_ scorer: Scorer, _ settings: AdapterSettings) throws -> Adapter {
    var run = try TrainingRun(scorer, settings, seed: 0)
    while run.completed < run.total { try run.advance() }
    return try run.adapter(method: "point")
  }

  @Test(arguments: VariationalSettings.Method.allCases, [TokenizedSet.Scoring.letters, .pairs])
  func theGradientUnderNoiseIsThatOfTheLoss(
    method: VariationalSettings.Method, scoring: TokenizedSet.Scoring
  ) throws {
    try withTemporaryFolder { folder in
      // A scale of one: at eight the loss bends within the smallest step that a Float resolves.
      let settings = fitting(method) { ($0.targets, $0.alpha) = (["all-linear"], 2) }
      let scorer = try tinyScorer(folder, scoring, settings)
      let (values, examples) = (scattered(scorer), Array(0..<9))
      for dropout in [nil, Dropout(keepProbability: 0.7, seed: 2)] {
        func loss(_ values: [Float], _ gradient: inout [Float]) -> Double {
          scorer.lossAndGradient(
            of: examples, parameters: values, gradient: &gradient, dropout: dropout, noise: 77)
        }
        var gradient = [Float](repeating: 0, count: values.count)
        _ = loss(values, &gradient)
        var scratch = gradient
        // Means and roots by themselves: one of them may hide the other.
        for isRoot in [false, true] {
          let direction = scorer.parameters.entries.flatMap { entry in
            gradient[entry.offset..<entry.offset + entry.count].map { entry.name.hasSuffix(".root") == isRoot ? $0 : 0 }
          }
          let norm = direction.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
          func moved(_ step: Double) -> [Float] {
            values.indices.map { values[$0] + Float(step * Double(direction[$0]) / norm) }
          }
          let slope = (loss(moved(2e-3), &scratch) - loss(moved(-2e-3), &scratch)) / 4e-3
          #expect(norm > 0 && abs(slope - norm) < 0.02 * norm, "\(slope) measured, \(norm) computed, \(isRoot)")
        }
      }
    }
  }

  @Test(arguments: VariationalSettings.Method.allCases)
  func withoutDeviationNoiseChangesNothing(method: VariationalSettings.Method) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .pairs, fitting(method))
      var values = scattered(scorer)
      for entry in scorer.parameters.entries where entry.name.hasSuffix(".root") {
        for place in 0..<entry.count { values[entry.offset + place] = 0 }
      }
      var (noisy, plain) = ([Float](repeating: 0, count: values.count), [Float](repeating: 0, count: values.count))
      let first = scorer.lossAndGradient(of: [0, 1, 2], parameters: values, gradient: &noisy, noise: 5)
      let second = scorer.lossAndGradient(of: [0, 1, 2], parameters: values, gradient: &plain)
      #expect(first == second && noisy == plain)
    }
  }

  @Test(arguments: VariationalSettings.Method.allCases)
  func theNoiseOfAnExampleIsTheSameInAnyBatch(method: VariationalSettings.Method) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .pairs, fitting(method))
      let values = scattered(scorer)
      var gradient = [Float](repeating: 0, count: values.count)
      func loss(_ examples: [Int]) -> Double {
        scorer.lossAndGradient(of: examples, parameters: values, gradient: &gradient, noise: 5)
      }
      let singly = (0..<6).map { loss([$0]) }.reduce(0, +) / 6
      #expect(abs(loss([3, 1, 0, 5, 4, 2]) - singly) < 1e-6)
    }
  }

  @Test(arguments: VariationalSettings.Method.allCases)
  func itTrainsToTheSameBytesOnAnyThreadsAndAfterAnyInterruption(method: VariationalSettings.Method) throws {
    try withTemporaryFolder { folder in
      let settings = fitting(method)
      let scorer = try tinyScorer(folder, .letters, settings)
      let unbroken = try finished(scorer, settings)
      #expect(unbroken.history[1].trainingLoss < unbroken.history[0].trainingLoss)
      #expect(try finished(try tinyScorer(folder, .letters, settings, threads: 3), settings) == unbroken)
      for stop in [1, 4, 7] {
        var first = try TrainingRun(scorer, settings, seed: 0)
        for _ in 0..<stop { try first.advance() }
        #expect(stop != 1 || first.note.contains("KL"))
        try first.checkpoint(identity: "it").write(to: folder + "/c", provenance: TinyExperiment.provenance)
        var second = try TrainingRun(scorer, settings, seed: 0)
        try second.restore(try Checkpoint.read(folder + "/c"))
        while second.completed < second.total { try second.advance() }
        #expect(try second.adapter(method: "point") == unbroken, "stopped after step \(stop)")
      }
    }
  }

  @Test func theDivergenceRaisesDeviationsAndItsRateZeroDoesNot() throws {
    try withTemporaryFolder { folder in
      func roots(rate: Double) throws -> Float {
        let settings = fitting(.blob) { ($0.variational!.divergenceRate, $0.variational!.cycleExponent) = (rate, 0) }
        let adapter = try finished(try tinyScorer(folder, .letters, settings), settings)
        let roots = adapter.parameters.entries.filter { $0.name.hasSuffix(".root") }
          .flatMap { adapter.values[$0.offset..<$0.offset + $0.count].map { $0 * $0 } }
        return roots.reduce(0, +) / Float(roots.count)
      }
      let (pulled, free) = (try roots(rate: 0.01), try roots(rate: 0))
      #expect(pulled > 10 * free)
    }
  }

  @Test func whatHasAPriorHasNoWeightDecayBesides() throws {
    try withTemporaryFolder { folder in
      func adapter(_ decay: Double) throws -> Adapter {
        let settings = fitting(.blob) { $0.weightDecayA = decay }
        return try finished(try tinyScorer(folder, .letters, settings), settings)
      }
      let (without, with) = (try adapter(0), try adapter(20))
      #expect(without.values == with.values)
    }
  }

  @Test func theCountsOfTrainedNumbersAreThePapers() throws {
    try withTemporaryFolder { folder in
      func count(_ method: VariationalSettings.Method) throws -> Int {
        try tinyScorer(folder, .letters, fitting(method)).parameters.count
      }
      // Query is 16 to 16, value 16 to 8; two layers; rank 2.
      let (inputs, outputs) = (2 * (16 + 16), 2 * (16 + 8))
      let counts = try [.blob, .meLoRA, .scalaBL].map { try count($0) }
      #expect(
        counts == [
          2 * (2 * inputs + outputs), 2 * (inputs + outputs) + 4 * 2 * 2 * 2, 2 * (inputs + outputs) + 4 * 2 * 2,
        ])
    }
  }

  @Test func wrongSettingsAreRefusedByTheirFlag() {
    func subject(_ change: (inout AdapterSettings) -> Void) -> String? {
      let settings = fitting(.blob, change)
      return #expect(throws: Fault.self) { try settings.validate() }?.subject
    }
    #expect(subject { $0.variational!.priorDeviation = 0 } == "--prior-deviation")
    #expect(subject { $0.variational!.initialRoot = -1 } == "--initial-root")
    #expect(subject { $0.variational!.divergenceRate = -.infinity } == "--divergence-rate")
    #expect(subject { $0.variational!.cycleExponent = -.nan } == "--cycle-exponent")
    #expect(subject { $0.parametrisation = .cores } == "--parametrisation")
  }
}
