// Training a Gaussian: interrupted and resumed, what moves its deviations, and which settings are refused.
import Adapters
import Artifacts
import Faults
import TestSupport
import Testing
import Training

/// Settings of a variational method that trains in milliseconds.
func variational(
  _ method: VariationalSettings.Method, _ change: (inout AdapterSettings) -> Void = { _ in }
) -> AdapterSettings {
  var settings = AdapterSettings.tiny(batchSize: 7, epochs: 2)
  settings.variational = VariationalSettings(method)
  settings.parametrisation = settings.variational?.parametrisation
  change(&settings)
  return settings
}

@Suite struct VariationalTests {
  @Test(arguments: VariationalSettings.Method.allCases)
  func threadsAndInterruptionsChangeNoBitOfAVariationalFit(method: VariationalSettings.Method) throws {
    try withTemporaryFolder { folder in
      let settings = variational(method)
      let scorer = try tinyScorer(folder, .letters, settings)
      let unbroken = try fitted(scorer, settings)
      #expect(unbroken.history[1].trainingLoss < unbroken.history[0].trainingLoss)
      #expect(try fitted(try tinyScorer(folder, .letters, settings, threads: 3), settings) == unbroken)
      for stop in [1, 4, 7] {
        var first = try TrainingRun(scorer, settings, seed: 0)
        for _ in 0..<stop { try first.advance() }
        #expect(stop != 1 || first.note.contains("KL"))
        try first.checkpoint(identity: "it").write(to: folder + "/c", provenance: TinyExperiment.provenance)
        var second = try TrainingRun(scorer, settings, seed: 0)
        try second.restore(try Checkpoint.read(folder + "/c"))
        try second.finish()
        #expect(try second.adapter(method: "point") == unbroken, "stopped after step \(stop)")
      }
    }
  }

  /// Both steps by hand: the divergence has the schedule of the learning rate, times the weights of its own cycle.
  @Test func aStepIsAdamWFollowedByDescentOnTheDivergence() throws {
    try withTemporaryFolder { folder in
      let settings = variational(.blob) { $0.variational!.cycleExponent = 0 }
      let scorer = try tinyScorer(folder, .letters, settings)
      var run = try TrainingRun(scorer, settings, seed: 3)
      var order = try DataOrder(training: scorer.data, settings, seed: 3)
      var expected = Optimization(
        scorer.parameters, settings, values: scorer.parametrisation.initialValues(seed: 3), state: nil)
      for step in 0..<run.total {
        let rate = settings.learningRate(step: step, total: run.total)
        _ = try expected.step(
          scorer, examples: order.batch(step: step), learningRate: rate, dropoutSeed: stepSeed(3, step: step))
        // 24 examples in steps of seven: a cycle of four.
        let weight = settings.variational!.weight(step: step, cycle: 4)
        _ = expected.descendDivergence(priorDeviation: 0.2, rate: 0.01 * weight * rate / settings.learningRate)
        try run.advance()
        let values = try run.adapter(method: "blob").values
        let worst = zip(values, expected.values).map { abs($0 - $1) }.max()!
        #expect(worst < 1e-5, "\(worst) after step \(step)")
      }
    }
  }

  @Test func aRunThatIsTooShortForItsDivergenceHasARemark() throws {
    try withTemporaryFolder { folder in
      func remark(_ exponent: Double) throws -> String? {
        let settings = variational(.blob) { $0.variational!.cycleExponent = exponent }
        return try TrainingRun(try tinyScorer(folder, .letters, settings), settings, seed: 0).remark
      }
      let (short, enough) = (try remark(8), try remark(0))
      #expect(short?.contains("the fit has 8 steps") == true && short?.contains("has 49") == true && enough == nil)
    }
  }

  /// A run of 8 steps in four cycles: descent on the divergence alone raises the deviations by 4 x 0.01 times the weight and
  /// the schedule's factor in every step, as long as they are well below the prior's. AdamW moves them too.
  @Test func theDefaultMovesThePosteriorOfAShortRun() throws {
    try withTemporaryFolder { folder in
      let settings = variational(.blob)
      let run = try fitted(try tinyScorer(folder, .letters, settings), settings)
      let growth = (0..<8).reduce(0.0) { sum, step in
        sum + 0.04 * settings.variational!.weight(step: step, cycle: 2) * settings.learningRate(step: step, total: 8)
          / settings.learningRate
      }
      let tensors = GaussianTensors(run.parameters)
      let (start, end) = (settings.variational!.initialDeviation, tensors.meanDeviation(in: run.values))
      #expect(abs(start - 0.00184) < 1e-5)
      #expect(growth > 0.05 && end > 0.5 * growth && end < 2 * growth, "\(end), \(growth)")
    }
  }

  /// U is drawn anew in every step, and without noise the prior is the same bit for bit.
  @Test func aRandomPriorChangesTheFitAndNoneDoesNot() throws {
    try withTemporaryFolder { folder in
      func values(_ noise: Double?) throws -> [Float] {
        let settings = variational(.meLoRA) { $0.variational!.priorNoise = noise }
        return try fitted(try tinyScorer(folder, .letters, settings), settings).values
      }
      let (without, zero, with) = (try values(nil), try values(0), try values(0.2))
      #expect(without == zero && without != with)
      #expect(try values(0.2) == with)
    }
    #expect(variational(.meLoRA) { $0.variational!.priorNoise = 0.1 }.variational!.priorDeviation(uniform: 0.5) == 0.25)
  }

  /// U is a function of the seed and the step: a run that goes on from a checkpoint draws the same numbers.
  @Test func anInterruptionChangesNoBitUnderARandomPrior() throws {
    try withTemporaryFolder { folder in
      let settings = variational(.meLoRA) { $0.variational!.priorNoise = 0.3 }
      let scorer = try tinyScorer(folder, .letters, settings)
      let unbroken = try fitted(scorer, settings)
      #expect(try fitted(scorer, settings, seed: 1) != unbroken)
      for stop in [1, 5] {
        #expect(try resumed(scorer, settings, after: stop, in: folder) == unbroken, "stopped after step \(stop)")
      }
    }
  }

  @Test func theRandomPriorIsOfMeLoRAAlone() {
    for method in VariationalSettings.Method.allCases {
      let settings = variational(method) { $0.variational!.priorNoise = 0.05 }
      guard method != .meLoRA else {
        #expect(throws: Never.self) { try settings.validate() }
        continue
      }
      let fault = #expect(throws: Fault.self) { try settings.validate() }
      #expect(fault?.subject == "`prior-noise`" && fault?.message.contains(method.rawValue) == true)
    }
  }

  @Test func initialRootsAreUniformBetweenTheirBounds() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .letters, variational(.blob))
      let values = scorer.parametrisation.initialValues(seed: 0)
      let roots = scorer.parameters.entries.filter { $0.name.hasSuffix(".root") }
        .flatMap { values[$0.offset..<$0.offset + $0.count] }.map(Double.init)
      let (least, mean) = (0.05 / 2.0.squareRoot(), roots.reduce(0, +) / Double(roots.count))
      #expect(roots.allSatisfy { (least - 1e-6...0.05 + 1e-6).contains($0) })
      #expect(abs(mean - (least + 0.05) / 2) < 1e-3 && roots.max()! - roots.min()! > 0.9 * (0.05 - least))
    }
  }

  @Test func theDivergenceWidensThePosteriorUnlessItsRateIsZero() throws {
    try withTemporaryFolder { folder in
      func roots(rate: Double) throws -> Float {
        let settings = variational(.blob) {
          ($0.variational!.divergenceRate, $0.variational!.cycleExponent) = (rate, 0)
        }
        let adapter = try fitted(try tinyScorer(folder, .letters, settings), settings)
        let roots = adapter.parameters.entries.filter { $0.name.hasSuffix(".root") }
          .flatMap { adapter.values[$0.offset..<$0.offset + $0.count].map { $0 * $0 } }
        return roots.reduce(0, +) / Float(roots.count)
      }
      let (pulled, free) = (try roots(rate: 0.01), try roots(rate: 0))
      #expect(pulled > 10 * free)
    }
  }

  @Test func tensorsWithAPriorHaveNoWeightDecay() throws {
    try withTemporaryFolder { folder in
      func adapter(_ decay: Double) throws -> Adapter {
        let settings = variational(.blob) { $0.weightDecayA = decay }
        return try fitted(try tinyScorer(folder, .letters, settings), settings)
      }
      let (without, with) = (try adapter(0), try adapter(20))
      #expect(without.values == with.values)
    }
  }

  @Test func theCountsOfTrainedParametersAgreeWithThePapers() throws {
    try withTemporaryFolder { folder in
      func count(_ method: VariationalSettings.Method) throws -> Int {
        try tinyScorer(folder, .letters, variational(method)).parameters.count
      }
      // Query is 16 to 16, value 16 to 8; two layers; rank 2.
      let (inputs, outputs) = (2 * (16 + 16), 2 * (16 + 8))
      let counts = try [.blob, .meLoRA, .scalaBL, .rankOne].map { try count($0) }
      #expect(
        counts == [
          2 * (2 * inputs + outputs), 2 * (inputs + outputs) + 4 * 2 * 2 * 2, 2 * (inputs + outputs) + 4 * 2 * 2,
          (2 + 2) * (inputs + outputs),
        ])
    }
  }

  @Test func invalidSettingsAreRejectedByName() {
    func subject(_ change: (inout AdapterSettings) -> Void) -> String? {
      let settings = variational(.blob, change)
      return #expect(throws: Fault.self) { try settings.validate() }?.subject
    }
    #expect(subject { $0.variational!.priorDeviation = 0 } == "`prior-deviation`")
    #expect(subject { $0.variational!.initialRoot = -1 } == "`initial-root`")
    #expect(subject { $0.variational!.divergenceRate = -.infinity } == "`divergence-rate`")
    #expect(subject { $0.variational!.cycleExponent = -.nan } == "`cycle-exponent`")
    #expect(subject { $0.variational!.divergenceCycles = 0 } == "`divergence-cycles`")
    #expect(subject { $0.variational!.priorNoise = -1 } == "`prior-noise`")
    #expect(subject { $0.parametrisation = .cores } == "`parametrisation`")
  }
}
