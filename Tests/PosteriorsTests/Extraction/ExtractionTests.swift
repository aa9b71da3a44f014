// Sub-models of one adapter on a network: an adapter that is the average of two, the gradient of a whole step, a run that
// is stopped and resumed on any threads, and which weight is chosen.
import Adapters
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct ExtractionTests {
  private func run(
    _ fitted: FittedExperiment, threads: Int = 1, _ change: (inout ExtractionSettings) -> Void = { _ in }
  ) throws -> ExtractionRun {
    var settings = ExtractionSettings()
    (settings.members, settings.epochs, settings.diversities) = (2, 2, [0.1, 1])
    change(&settings)
    return try ExtractionRun(
      fitted.scorer(threads: threads), fitted.adapter, fit: fitted.fit, settings, path: "point-0.h5")
  }

  private func members(_ adapter: Adapter, count: Int) -> [[Float]] {
    let size = adapter.values.count / count
    return (0..<count).map { Array(adapter.values[$0 * size..<($0 + 1) * size]) }
  }

  /// An adapter of rank 2 whose components are halves of two adapters of rank 1, of which each gate takes one.
  @Test func gatesThatOpenOneHalfEachGiveTheTwoAdapters() throws {
    try TinyRun.open { run in
      let ones = try [0, 1].map { seed in try run.fit(seed: seed) { ($0.rank, $0.alpha) = (1, 1) } }
      var both = try run.fit(isTrained: false) { ($0.rank, $0.alpha) = (2, 2) }
      for pair in LowRankPair.all(in: both.parameters)! {
        for (unit, one) in ones.enumerated() {
          let own = LowRankPair.all(in: one.parameters)!.first { $0.module == pair.module }!
          for place in 0..<pair.inputs {
            both.values[pair.a.offset + unit * pair.inputs + place] = one.values[own.a.offset + place]
          }
          for place in 0..<pair.outputs {
            both.values[pair.b.offset + 2 * place + unit] = one.values[own.b.offset + place] / 2
          }
        }
      }
      let gates = try SubmodelGates(both.parameters, path: "both.h5")
      let first = (0..<gates.units).map { $0 % 2 == 0 ? 2.0 : 0 }
      let values = gates.vectors(both.values, multipliers: first + first.map { 2 - $0 })
      var alone = both
      for (member, one) in ones.enumerated() {
        alone.values = Array(values[member * both.values.count..<(member + 1) * both.values.count])
        let (found, expected) = try (run.predict("point", [alone]), run.predict("point", [one]))
        for (own, other) in zip(found.logProbabilities, expected.logProbabilities) {
          #expect(own == other || abs(own - other) < 1e-5)
        }
      }
    }
  }

  /// The mean over the members of every B, and so of every product, as all have the same A.
  @Test func theMeanOfTheSubmodelsIsTheAdapter() throws {
    try FittedExperiment.open(.letters) { fitted in
      var found: Set<[Float]> = []
      for isRandom in [false, true] {
        var run = try run(fitted) { ($0.members, $0.learningRate, $0.isRandom) = (3, 1, isRandom) }
        try run.finish()
        let adapter = try run.extracted()
        #expect(adapter.parameters == fitted.adapter.parameters.repeated(3))
        let all = members(adapter, count: 3)
        #expect(Set(all).count == 3)
        for place in fitted.adapter.values.indices {
          let mean = all.reduce(0) { $0 + Double($1[place]) } / 3
          #expect(abs(mean - Double(fitted.adapter.values[place])) < 1e-6)
        }
        found.insert(adapter.values)
      }
      #expect(found.count == 2)
    }
  }

  /// From the gates' logits through the network, with a batch of labelled and unlabelled questions.
  @Test(arguments: [TokenizedSet.Scoring.letters, .pairs, .classes, .labels, .continuations])
  func aStepsGradientIsThatOfItsLoss(scoring: TokenizedSet.Scoring) throws {
    try FittedExperiment.open(scoring) { fitted in
      let (scorer, values) = (fitted.scorer, fitted.adapter.values)
      let gates = try SubmodelGates(fitted.adapter.parameters, path: "a.h5")
      let (labelled, unlabelled) = ([0, 1, 3], [24, 25])
      let rows = try scorer.logProbabilities(of: labelled, parameters: values)
      let loss = SubmodelLoss(fidelity: 1.5, diversity: 2)
      let joint: JointLoss = { example, row, logarithms in
        let label = labelled.firstIndex(of: example).map { place in
          let start = place * scorer.data.maximumAnswers
          let own = rows[start..<start + scorer.data.maximumAnswers(of: [example])]
          return SubmodelLoss.Label(
            weight: 0.5, shares: scorer.rightShares(of: example)[row], whole: scorer.rows(of: own)[row])
        }
        return loss(logarithms, label: label, unlabelledWeight: label == nil ? 0.7 : 0)
      }
      var ofVectors: [Float] = []
      func value(_ logits: [Float]) -> Double {
        scorer.jointLossAndGradient(
          of: labelled + unlabelled, parameters: gates.vectors(values, multipliers: gates.multipliers(logits)),
          gradient: &ofVectors, joint)
      }
      let logits = gates.start(members: 3, spread: 1, seed: 4)
      _ = value(logits)
      let found = gates.pullback(ofVectors, at: values, logits: logits)
      let norm = found.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      func moved(_ step: Double) -> Double {
        value(zip(logits, found).map { $0 + Float(step * Double($1) / norm) })
      }
      let slope = (moved(0.05) - moved(-0.05)) / 0.1
      #expect(norm > 1e-4 && abs(slope - norm) < 0.02 * norm)
    }
  }

  /// In both orders of the weights: of one, the first is the best and has to be kept.
  @Test(arguments: [[0.1, 1], [1, 0.1]]) func aRunStoppedAnywhereAndOnAnyThreadsEndsWithTheSameFile(
    weights: [Double]
  ) throws {
    try FittedExperiment.open(.letters) { fitted in
      let change = { (settings: inout ExtractionSettings) in settings.diversities = weights }
      var whole = try run(fitted, change)
      #expect(whole.total == 12 && whole.news(since: 0).isEmpty)
      try whole.finish()
      #expect(whole.news(since: 5).count == 2 && whole.news(since: 6).count == 1)
      let expected = try whole.extracted()
      for stop in [1, 5, 6, 7, 12] {
        var resumed = try stopped(
          { try run(fitted, threads: 3, change) }, after: stop, goingOnWith: { try run(fitted, threads: 2, change) },
          in: fitted.folder)
        try resumed.finish()
        #expect(try resumed.extracted() == expected)
      }
      #expect(expected.method == "extracted" && expected.optimizer.firstMoment.isEmpty)
      let units = try SubmodelGates(fitted.adapter.parameters, path: "a.h5").units
      #expect(expected.cost.trainableParameters == fitted.adapter.values.count + 2 * units)
      #expect(expected.cost.trainingSteps == fitted.adapter.cost.trainingSteps + 12)
    }
  }

  /// The weight whose mixture has the lowest NLL on the calibration split; its members are those of a run with it alone.
  @Test func theCalibrationSplitChoosesTheWeight() throws {
    try FittedExperiment.open(.letters) { fitted in
      let weights = [0.01, 30, 0.5]
      let alone = try weights.map { weight in
        var run = try run(fitted) { ($0.diversities, $0.learningRate) = ([weight], 0.5) }
        try run.finish()
        return (outcome: run.outcome, values: try run.extracted().values)
      }
      let scores = alone.map { $0.outcome.calibrationNLL[0] }
      #expect(Set(scores).count == 3)
      let best = scores.firstIndex(of: scores.min()!)!
      for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        var all = try run(fitted) { ($0.diversities, $0.learningRate) = (order.map { weights[$0] }, 0.5) }
        try all.finish()
        #expect(all.outcome.calibrationNLL == order.map { scores[$0] } && all.outcome.diversity == weights[best])
        #expect(try all.extracted().values == alone[best].values)
      }
    }
  }

  /// A larger reward makes the sub-models differ more on the questions that it is paid for.
  @Test func theRewardMakesThemDiffer() throws {
    try FittedExperiment.open(.letters) { fitted in
      let examples = fitted.scorer.data.examples(of: .calibration)
      let found = try [0.0, 1, 30].map { weight in
        var run = try run(fitted) { ($0.diversities, $0.learningRate, $0.steps) = ([weight], 0.3, 60) }
        try run.finish()
        let rows = try fitted.scorer.logProbabilities(of: examples, parameters: run.extracted().values)
        return (0..<examples.count).reduce(0.0) { sum, place in
          let count = fitted.scorer.data.choiceCount(examples[place])
          return sum
            + SubmodelLoss.mutualInformation(
              (0..<2).map { member in (0..<count).map { Double(rows[(place * 2 + member) * 4 + $0]) } })
        }
      }
      #expect(found[0] < 0.5 * found[1] && found[1] < found[2])
    }
  }

  @Test func aSetWithoutCalibrationTakesOneWeightAndItsTrainingQuestions() throws {
    try FittedExperiment.open(.letters) { fitted in
      let training = fitted.experiment.tokens.selecting(Array(0..<24))
      let scorer = try Scorer(
        fitted.experiment.architecture, base: fitted.experiment.base, data: training, settings: fitted.fit, threads: 1)
      func extracted(_ weights: [Double]) throws -> Adapter {
        var settings = ExtractionSettings()
        (settings.members, settings.diversities) = (2, weights)
        var run = try ExtractionRun(scorer, fitted.adapter, fit: fitted.fit, settings, path: "a.h5")
        try run.finish()
        #expect(run.outcome.calibrationNLL.isEmpty && run.outcome.diversity == weights[0])
        return try run.extracted()
      }
      #expect(try extracted([30]).values != extracted([0.1]).values)
      let fault = #expect(throws: Fault.self) { try extracted([0.1, 1]) }
      #expect(fault?.code == .configuration && "\(fault!)".contains("2 weights, but tiny-letters has no calibration"))
    }
  }

  @Test func onlyFilesOfTheMethodAreRead() throws {
    try TinyRun.open { run in
      let (trained, random, point) = try (run.extracted(), run.extracted { $0.isRandom = true }, run.fit())
      for (method, file, says) in [
        ("extracted", random, "method extracted cannot use"), ("extracted-random", trained, "extracted-random cannot"),
        ("point", trained, "it holds 2 sub-models of one adapter"), ("lora-ensemble", trained, "cannot use"),
        ("extracted", point, "sub-models were not extracted"),
      ] {
        let fault = #expect(throws: Fault.self) { try run.predict(method, [file]) }
        #expect("\(fault!)".contains(says))
      }
    }
  }
}
