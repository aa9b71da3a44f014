// The collection and the prediction as resumable runs on a tiny experiment.
import Adapters
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct RunTests {
  private let fit = {
    var settings = AdapterSettings.tiny(batchSize: 8, epochs: 3)
    return settings
  }()

  private func with(_ scoring: TokenizedSet.Scoring, _ body: (String, Scorer, Adapter) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: scoring)
      let scorer = try Scorer(
        experiment.architecture, base: experiment.base, data: experiment.tokens, settings: fit, threads: 2)
      try body(folder, scorer, try fitted(scorer, fit, seed: 4))
    }
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
  func aNumberOfSnapshotsThatNobodyAskedForIsOneThatTheStepsAllow(epochs: Int, expected: Int) throws {
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

  @Test func oneStepIsNoCollectionUnlessOneSnapshotIsAskedFor() throws {
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

  @Test func aDivergingRateIsAFaultAndNotMoments() throws {
    try with(.letters) { _, scorer, adapter in
      var run = try SwagRun(scorer, from: adapter, fit: fit, swag { $0.learningRate = 1e4 })
      let fault = #expect(throws: Fault.self) { try run.finish() }
      #expect(fault?.code == .data)
    }
  }

  @Test func predictionStoppedAnywhereAndOnAnyThreadsHasTheSameBits() throws {
    try with(.pairs) { folder, scorer, adapter in
      let request = try request([adapter], samples: 3, seed: 1, dropout: 0.3)
      let posterior = try MCDropout(request)
      func predict(stoppingAfter stop: Int?) throws -> Predictions {
        var run = PredictionRun(scorer, posterior)
        while run.completed < run.total {
          try run.advance()
          guard run.completed == stop else { continue }
          let path = folder + "/p.checkpoint"
          try run.checkpoint(identity: "it").write(to: path, provenance: TinyExperiment.provenance)
          run = PredictionRun(scorer, posterior)
          try run.restore(try Checkpoint.read(path))
        }
        return run.predictions()
      }
      let unbroken = try predict(stoppingAfter: nil)
      #expect(try predict(stoppingAfter: 1) == unbroken && predict(stoppingAfter: 2) == unbroken)
      #expect(unbroken.count == 16 && unbroken.samples == 3 && unbroken.cost.forwardPasses == 3)
      try unbroken.write(to: folder + "/p.h5", provenance: TinyExperiment.provenance)
      #expect(try Predictions.read(folder + "/p.h5").logProbabilities == unbroken.logProbabilities)
    }
  }

  @Test func anExampleWiderThanAnyPredictedLeavesNoEmptyColumn() throws {
    try with(.pairs) { folder, scorer, adapter in
      let experiment = try TinyExperiment(in: folder, scoring: .pairs)
      let narrow = experiment.tokens.selecting((0..<40).filter { $0 < 24 || $0 % 4 == 3 })
      let scorer = try Scorer(
        experiment.architecture, base: experiment.base, data: narrow, settings: fit, threads: 2)
      let request = try request([adapter], samples: 2, seed: 1, dropout: 0.3)
      var run = PredictionRun(scorer, try MCDropout(request))
      try run.finish()
      #expect(narrow.maximumChoices == 4 && run.predictions().choices == 3)
      try run.predictions().write(to: folder + "/p.h5", provenance: TinyExperiment.provenance)
    }
  }

  @Test func dropoutOfNothingHasNoSpread() throws {
    try with(.letters) { _, scorer, adapter in
      let request = try request([adapter], samples: 4, seed: 1, dropout: 1e-9)
      var run = PredictionRun(scorer, try MCDropout(request))
      try run.finish()
      let predictions = run.predictions()
      for example in 0..<predictions.count {
        let rows = (0..<4).map { predictions.logProbabilities[(example * 4 + $0) * 4..<(example * 4 + $0 + 1) * 4] }
        #expect(rows.allSatisfy { Array($0) == Array(rows[0]) })
      }
    }
  }

  @Test func posteriorFilesOfAnotherBaseOrShapeAreRefusedByName() throws {
    try with(.letters) { folder, scorer, adapter in
      let (base, other) = (
        try TinyExperiment(in: folder, scoring: .letters), try TinyExperiment(in: folder, scoring: .letters, seed: 1)
      )
      var file = adapter
      (file.baseDigest, file.tokensDigest) = (base.base.digest, "00")
      try file.write(to: folder + "/a.h5", provenance: TinyExperiment.provenance)
      #expect(try PosteriorFiles(reading: [folder + "/a.h5"], base: base.base).all.count == 1)
      let fault = #expect(throws: Fault.self) {
        try PosteriorFiles(reading: [folder + "/a.h5"], base: other.base)
      }
      #expect(fault?.subject == folder + "/a.h5" && fault?.code == .configuration)
    }
  }
}
