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

  @Test func aDivergingRateIsAFaultAndNotMoments() throws {
    try with(.letters) { _, scorer, adapter in
      var run = try SwagRun(scorer, from: adapter, fit: fit, swag { $0.learningRate = 1e4 })
      let fault = #expect(throws: Fault.self) { try run.finish() }
      #expect(fault?.code == .data)
    }
  }
}
