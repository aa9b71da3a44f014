// SWAG's collection as a run that can be stopped, and how many snapshots it takes.
import Adapters
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct SwagRunTests {
  private let fit = FittedExperiment.fit

  private func with(_ scoring: TokenizedSet.Scoring, _ body: (String, Scorer, Adapter) throws -> Void) throws {
    try FittedExperiment.open(scoring) { try body($0.folder, $0.scorer, $0.adapter) }
  }

  private func swag(_ change: (inout SwagSettings) -> Void = { _ in }) -> SwagSettings {
    var settings = SwagSettings()
    (settings.epochs, settings.collections, settings.deviations) = (2, 5, 3)
    change(&settings)
    return settings
  }

  @Test func aCollectionStoppedAnywhereEndsWithTheSameBits() throws {
    try with(.letters) { folder, scorer, adapter in
      let settings = swag { $0.keepBest = true }
      let begin = { try SwagRun(scorer, from: adapter, fit: fit, settings) }
      var unbroken = try begin()
      try unbroken.finish()
      #expect(try unbroken.moments().rank == 3 || unbroken.moments().snapshots < 3)
      for stop in 1..<unbroken.total {
        var second = try stopped(begin, after: stop, in: folder)
        try second.finish()
        #expect(try second.moments() == unbroken.moments(), "stopped after step \(stop)")
      }
    }
  }

  @Test func snapshotsAreEvenlySpacedAndExactlyAsManyAsAsked() throws {
    try with(.letters) { _, scorer, adapter in
      for count in 1...6 {
        var run = try SwagRun(scorer, from: adapter, fit: fit, swag { $0.collections = count })
        try run.finish()
        #expect(try run.moments().snapshots == count)
      }
      #expect(throws: Fault.self) { try SwagRun(scorer, from: adapter, fit: fit, swag { $0.collections = 7 }) }
    }
  }

  /// 24 examples in batches of 8 are 3 steps an epoch.
  @Test(arguments: [(1, 3), (2, 6), (6, 18), (7, 20), (8, 20)])
  func withoutANumberTheStepsLimitTheSnapshots(epochs: Int, expected: Int) throws {
    try with(.letters) { _, scorer, adapter in
      var settings = SwagSettings()
      settings.epochs = epochs
      var run = try SwagRun(scorer, from: adapter, fit: fit, settings)
      #expect((run.remark != nil) == (expected < 20))
      try run.finish()
      let moments = try run.moments()
      #expect(moments.snapshots == expected)
      #expect(moments.settings.contains("\"collections\":\(expected),"))
    }
  }

  @Test func oneStepIsRefusedUnlessOneSnapshotIsAskedFor() throws {
    try with(.letters) { _, scorer, adapter in
      var wide = fit
      wide.batchSize = 24
      var settings = SwagSettings()
      settings.epochs = 1
      let fault = #expect(throws: Fault.self) { try SwagRun(scorer, from: adapter, fit: wide, settings) }
      #expect(fault?.code == .usage && fault?.subject == "`epochs`")
      settings.collections = 1
      let run = try SwagRun(scorer, from: adapter, fit: wide, settings)
      #expect(run.remark == nil)
    }
  }

  @Test func nothingIsCollectedFromWhatHasAGaussian() throws {
    try with(.letters) { _, scorer, adapter in
      var ofIVON = fit
      ofIVON.optimizer = .ivon(settings: IVONSettings())
      let fault = #expect(throws: Fault.self) { try SwagRun(scorer, from: adapter, fit: ofIVON, swag()) }
      #expect(fault?.message.contains("it already has a Gaussian posterior") == true)
    }
  }

  @Test func aDivergingRateIsAFaultAndNotMoments() throws {
    try with(.letters) { _, scorer, adapter in
      var run = try SwagRun(scorer, from: adapter, fit: fit, swag { $0.learningRate = 1e4 })
      let fault = #expect(throws: Fault.self) { try run.finish() }
      #expect(fault?.code == .data)
    }
  }

  /// The mean of the trained vector over some last steps, in a loop of its own.
  private func mean(
    _ scorer: Scorer, _ fit: AdapterSettings, constantFrom: Int, averagedFrom first: Int, rate: Double
  ) throws -> [Double] {
    var training = try TrainingRun(scorer, fit, seed: 4)
    var sum = [Double](repeating: 0, count: scorer.parameters.count)
    for step in 0..<training.total {
      try training.step(learningRate: step < constantFrom ? fit.learningRate(step: step, total: training.total) : rate)
      try training.finishEpochIfDue(learningRate: rate, scoring: training.values)
      if step >= first { for (index, value) in training.values.enumerated() { sum[index] += Double(value) } }
    }
    return sum.map { $0 / Double(training.total - first) }
  }

  /// Nine steps, of which 4.5 or 1.8 come before the snapshots; by default every one after these is a snapshot.
  @Test(arguments: [(0.5, 5), (0.2, 2), (0, 0)])
  func withinAFitTheMeanIsThatOfAllStepsAtTheConstantRate(share: Double, first: Int) throws {
    try with(.letters) { _, scorer, adapter in
      var settings = SwagSettings()
      (settings.from, settings.learningRate) = (share, 3e-3)
      var run = try SwagRun(scorer, fit: fit, seed: 4, settings)
      #expect(run.total == 9)
      try run.finish()
      let moments = try run.moments()
      #expect(moments.snapshots == 9 - first)
      for (mine, naive) in zip(
        moments.mean, try mean(scorer, fit, constantFrom: first, averagedFrom: first, rate: 3e-3))
      {
        #expect(abs(Double(mine) - naive) < 1e-6)
      }
      #expect(moments.history.map(\.step) == [3, 6, 9] && moments.seed == 4)
      #expect(moments.cost.trainingSteps == adapter.cost.trainingSteps)
      #expect(moments.cost.trainingTokens == adapter.cost.trainingTokens)
    }
  }

  /// SWAD sees all steps, also those before the constant rate: one segment is their mean.
  @Test func oneSegmentOfSWADIsTheMeanOfAllSteps() throws {
    try with(.letters) { _, scorer, _ in
      var settings = SwagSettings()
      (settings.from, settings.learningRate) = (0.5, 3e-3)
      (settings.accept, settings.collections) = (.swad, 1)
      var run = try SwagRun(scorer, fit: fit, seed: 4, settings)
      try run.finish()
      let naive = try mean(scorer, fit, constantFrom: 5, averagedFrom: 0, rate: 3e-3)
      for (mine, naive) in zip(try run.moments().mean, naive) { #expect(abs(Double(mine) - naive) < 1e-6) }
    }
  }

  @Test func goingOnFromAnAdapterAddsToItsSteps() throws {
    try with(.letters) { _, scorer, adapter in
      var run = try SwagRun(scorer, from: adapter, fit: fit, swag())
      try run.finish()
      let cost = try run.moments().cost
      #expect(adapter.cost.trainingSteps == 9 && cost.trainingSteps == 15)
      // Every epoch reads every training example once.
      #expect(cost.trainingTokens * 3 == adapter.cost.trainingTokens * 5)
      let tokens = scorer.data.examples(of: .train).flatMap { scorer.data.sequences(of: $0) }
        .reduce(0) { $0 + scorer.data.tokenRange($1).count }
      #expect(adapter.cost.trainingTokens == 3 * tokens)
    }
  }

  /// 8 of 15 epochs on the fit's schedule, then five epochs towards a tenth of its largest rate, one snapshot an epoch.
  @Test func thePresetOfSWAGLoRAIsThatOfItsAuthors() throws {
    try with(.letters) { _, scorer, _ in
      var long = fit
      long.epochs = 15
      var run = try SwagRun(scorer, fit: long, seed: 4, .swagLoRA(peak: fit.learningRate, isWithinFit: true))
      try run.finish()
      let moments = try run.moments()
      let rates = moments.history.map(\.learningRate)
      #expect(rates.count == 15 && rates[7] == long.learningRate(step: 23, total: 45))
      for (epoch, rate) in rates[8...].enumerated() {
        let expected =
          epoch < 5 ? rates[7] + (fit.learningRate / 10 - rates[7]) * Double(epoch + 1) / 5 : fit.learningRate / 10
        #expect(abs(rate - expected) < 1e-12, "epoch \(9 + epoch)")
      }
      // The sixth snapshot is kept whatever its score, and any before it only until then.
      #expect([6, 7].contains(moments.snapshots) && moments.rank == 5)
    }
  }

  @Test func membersSnapshotsAndGaussiansAreNotCollected() throws {
    try with(.letters) { _, scorer, _ in
      let changes: [(flag: String, change: (inout AdapterSettings) -> Void)] = [
        ("members", { $0.members = 2 }), ("variational", { $0.variational = VariationalSettings(.blob) }),
        ("cycles", { $0.cycles = CycleSettings(count: 2) }),
        ("optimizer ivon", { $0.optimizer = .ivon(settings: IVONSettings()) }),
      ]
      for (flag, change) in changes {
        var other = fit
        change(&other)
        let fault = #expect(throws: Fault.self) {
          try SwagRun(scorer, fit: other, seed: 0, swag { $0.from = 0.5 })
        }
        #expect(fault?.code == .usage && fault?.subject == "`collect-from`")
        #expect(fault?.message.contains("together with `\(flag)`") == true)
      }
    }
  }
}
