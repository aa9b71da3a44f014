// ASWA: what it accepts and rejects, against an independent implementation (Reference/aswa.py), and that a rejected
// snapshot leaves no trace.
import Adapters
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

private struct Trajectory: Decodable {
  struct Outcome: Decodable {
    let accepted: [Bool]
    let average: [Double]
  }
  let x: [[Double]]
  let labels: [Int]
  let snapshots: [[Float]]
  let nll: Outcome
  let accuracy: Outcome

  /// Mean log-likelihood and accuracy of softmax regression with weights (feature, class).
  func scores(_ weights: [Float]) -> (logLikelihood: Double, accuracy: Double) {
    var (sum, right) = (0.0, 0)
    for (x, label) in zip(x, labels) {
      let logits = (0..<3).map { x[0] * Double(weights[$0]) + x[1] * Double(weights[3 + $0]) }
      sum += logits[label] - log(logits.map(exp).reduce(0, +))
      right += logits[label] == logits.max() ? 1 : 0
    }
    return (sum / Double(labels.count), Double(right) / Double(labels.count))
  }
}

@Suite struct ASWATests {
  @Test(arguments: [true, false]) func snapshotsAreAcceptedAndRejectedAsInTheReference(byAccuracy: Bool) throws {
    let trajectory = try reference("aswa.json", as: Trajectory.self)
    let expected = byAccuracy ? trajectory.accuracy : trajectory.nll
    #expect(expected.accepted.contains(true) && expected.accepted.contains(false))
    var (collector, score) = (SwagCollector(parameters: 6, maximumRank: 3), -Double.infinity)
    for (snapshot, accepted) in zip(trajectory.snapshots, expected.accepted) {
      let before = collector.snapshots
      collector.consider(snapshot, against: &score) {
        byAccuracy ? trajectory.scores($0).accuracy : trajectory.scores($0).logLikelihood
      }
      #expect((collector.snapshots > before) == accepted)
    }
    for (mine, theirs) in zip(collector.mean, expected.average) { #expect(abs(Double(mine) - theirs) < 1e-6) }
  }

  @Test func aRejectedCandidateLeavesNoTrace() {
    var (collector, score) = (SwagCollector(parameters: 3, maximumRank: 2), -Double.infinity)
    collector.consider([0.1, -0.2, 0.3], against: &score) { _ in 1 }
    collector.consider([0.7, 0.7, -0.7], against: &score) { _ in 2 }
    let before = collector.state
    collector.consider([9, 9, 9], against: &score) { _ in 1.999 }
    let after = collector.state
    #expect(after.mean.map(\.bitPattern) == before.mean.map(\.bitPattern) && after.count == 2 && score == 2)
    #expect(after.squaredDeviations.map(\.bitPattern) == before.squaredDeviations.map(\.bitPattern))
    #expect(after.deviations.map(\.bitPattern) == before.deviations.map(\.bitPattern))
  }

  @Test func theFirstSnapshotIsAcceptedWhateverItsScoreAndTiesAre() {
    var (collector, score) = (SwagCollector(parameters: 1, maximumRank: 2), -Double.infinity)
    collector.consider([4], against: &score) { _ in -1e300 }
    #expect(collector.mean == [4])
    collector.consider([8], against: &score) { _ in -1e300 }
    #expect(collector.mean == [6] && collector.snapshots == 2)
  }

  private func run(
    _ change: (inout SwagSettings) -> Void, _ body: (String, SwagRun, () throws -> SwagRun) throws -> Void
  ) throws {
    var settings = SwagSettings()
    (settings.epochs, settings.collections, settings.deviations, settings.accept) = (2, 6, 3, .nll)
    change(&settings)
    try FittedExperiment.open(.letters) { fixture in
      let begin = { try SwagRun(fixture.scorer, from: fixture.adapter, fit: fixture.fit, settings) }
      var whole = try begin()
      try whole.finish()
      try body(fixture.folder, whole, begin)
    }
  }

  @Test func aCollectionStoppedAnywhereEndsWithTheSameBits() throws {
    try run({ $0.learningRate = 0.1 }) { folder, whole, begin in
      let expected = try whole.moments()
      #expect(expected.snapshots < 6)
      for stop in 1..<whole.total {
        var second = try stopped(begin, after: stop, in: folder)
        try second.finish()
        #expect(try second.moments() == expected, "stopped after step \(stop)")
      }
    }
  }

  @Test func aSavedFileGivesTheMeanAndOneSnapshotGivesSWA() throws {
    try run({ $0.collections = 1 }) { folder, whole, _ in
      let moments = try whole.moments()
      try moments.write(to: folder + "/aswa.h5", provenance: TinyExperiment.provenance)
      let aswa = try FixedMembers.aswa(request([try SwagMoments.read(folder + "/aswa.h5")]))
      #expect(aswa.draw(group: 0, sample: 0).values == moments.mean)
      let swa = try FixedMembers.swa(request([moments]))
      #expect(aswa.draw(group: 0, sample: 0).values == swa.draw(group: 0, sample: 0).values)
      #expect(aswa.groups == 1 && aswa.samples == 1 && aswa.warnings.count == 1)
    }
  }

  @Test func aCollectionOfAllSnapshotsIsRefused() throws {
    try run({ $0.accept = .all }) { _, whole, _ in
      let moments = try whole.moments()
      let fault = #expect(throws: Fault.self) { try FixedMembers.aswa(request([moments])) }
      #expect(fault?.code == .usage && fault?.subject == "file-0.h5")
    }
  }

  @Test func lessNLLIsBetterAndMoreAccuracyIs() {
    let good = CalibrationSplit.Scores(nll: 0.4, accuracy: 0.8, ece: 0.2)
    let bad = CalibrationSplit.Scores(nll: 0.5, accuracy: 0.9, ece: 0.1)
    #expect(SwagSettings.Acceptance.nll.score(good) > SwagSettings.Acceptance.nll.score(bad))
    #expect(SwagSettings.Acceptance.accuracy.score(good) < SwagSettings.Acceptance.accuracy.score(bad))
  }

  @Test func acceptingByScoreAndKeepingTheBestExcludeEachOther() {
    var settings = SwagSettings()
    (settings.accept, settings.keepBest) = (.accuracy, true)
    #expect { try settings.validate() } throws: { ($0 as? Fault)?.subject == "`accept`" }
  }
}
