// Cycles of the learning rate, and the snapshots that a fit keeps.
import Adapters
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Training

@Suite struct CycleTests {
  @Test func theRateIsThePapers() {
    // L = 50 steps a cycle: a cosine from the largest rate to nearly zero, four times.
    let cycles = CycleSettings(count: 4)
    for step in 0..<200 {
      let paper = 0.5 * (cos(Double.pi * Double(step % 50) / 50) + 1)
      #expect(abs(cycles.rate(step: step, total: 200) - paper) < 1e-12)
    }
    var settings = AdapterSettings()
    (settings.cycles, settings.learningRate) = (cycles, 0.2)
    #expect(settings.learningRate(step: 75, total: 200) == 0.1)
  }

  @Test(arguments: [(7, 3, 1, 0.1), (100, 4, 3, 0.1), (101, 4, 5, 0.5), (12, 2, 2, 1), (9, 9, 1, 0.5)])
  func asManySnapshotsAreKeptAsAreAskedFor(total: Int, count: Int, snapshots: Int, share: Double) throws {
    let cycles = CycleSettings(count: count, snapshots: snapshots, samplingShare: share)
    try cycles.check(total: total)
    let kept = (0..<total).filter { cycles.isKept(step: $0, total: total) }
    #expect(kept.count == cycles.vectors && kept.last == total - 1)
    #expect(kept.allSatisfy { cycles.isSampling(step: $0, total: total) })
    // Each cycle begins at the largest rate, and its last snapshot is the step before.
    let starts = (0..<total).filter { cycles.rate(step: $0, total: total) == 1 }
    #expect(starts.count == count && starts.dropFirst().allSatisfy { kept.contains($0 - 1) })
  }

  @Test func theSamplingShareIsTheEndOfACycle() {
    // csgmcmc: of 50 epochs a cycle, noise in the last five.
    let cycles = CycleSettings(count: 4, snapshots: 3, samplingShare: 0.1)
    #expect((0..<200).allSatisfy { cycles.isSampling(step: $0, total: 200) == ($0 % 50 + 1 > 45) })
    #expect((0..<50).filter { cycles.isKept(step: $0, total: 200) } == [46, 48, 49])
  }

  @Test func beforeTheFirstCycleTheRateIsTheLargestAndNothingIsKept() throws {
    // A third of 90 steps, then three cycles of 20.
    let cycles = CycleSettings(count: 3, exploration: 1.0 / 3)
    let plain = CycleSettings(count: 3)
    for step in 0..<90 {
      #expect(cycles.rate(step: step, total: 90) == (step < 30 ? 1 : plain.rate(step: step - 30, total: 60)))
    }
    #expect((0..<90).filter { cycles.isKept(step: $0, total: 90) } == [49, 69, 89])
    #expect((0..<90).filter { cycles.begins(step: $0, total: 90) } == [30, 50, 70])
    #expect(!(0..<30).contains { cycles.isSampling(step: $0, total: 90) })
    try CycleSettings(count: 3, exploration: 0.75).check(total: 12)
    #expect(throws: Fault.self) { try CycleSettings(count: 4, exploration: 0.75).check(total: 12) }
  }

  @Test func aSnapshotIsTheVectorAfterItsStep() throws {
    try withTemporaryFolder { folder in
      var settings = AdapterSettings.tiny(batchSize: 7, epochs: 3)
      settings.cycles = CycleSettings(count: 3, snapshots: 1)
      let scorer = try tinyScorer(folder, .pairs, settings)
      let all = try fitted(scorer, settings)
      #expect(all.parameters == scorer.parameters.repeated(3) && all.optimizer.firstMoment.isEmpty)
      var (order, plain) = (try DataOrder(training: scorer.data, settings, seed: 0), settings)
      plain.cycles = nil
      var values = Optimization(
        scorer.parameters, plain, values: try TrainingRun(scorer, plain, seed: 0).adapter(method: "point").values,
        state: nil)
      for step in 0..<12 {
        let rate = settings.learningRate(step: step, total: 12)
        _ = try values.step(
          scorer, examples: order.batch(step: step), learningRate: rate, dropoutSeed: stepSeed(0, step: step))
        if step % 4 == 3 { #expect(Array(all.values[scorer.range(ofMember: step / 4)]) == values.values) }
      }
    }
  }

  @Test func cyclesThatCannotBeAreRefusedByName() throws {
    func fault(_ setting: String, _ change: (inout AdapterSettings) -> Void) {
      var settings = AdapterSettings()
      settings.cycles = CycleSettings(count: 2)
      change(&settings)
      let fault = #expect(throws: Fault.self) { try settings.validate() }
      #expect(fault?.code == .usage && fault?.subject == "`\(setting)`")
    }
    fault("cycles") { $0.cycles?.count = 0 }
    fault("cycle-snapshots") { $0.cycles?.snapshots = 0 }
    fault("sampling-share") { $0.cycles?.samplingShare = 0 }
    fault("exploration") { $0.cycles?.exploration = 1 }
    fault("cycles") { $0.members = 2 }
    fault("cycles") { $0.keepBest = true }
    fault("cycles") { $0.optimizer = .ivon(settings: IVONSettings()) }
    fault("cycles") { $0.parametrisation = .full }
    try withTemporaryFolder { folder in
      var settings = AdapterSettings.tiny(batchSize: 7, epochs: 1)
      settings.cycles = CycleSettings(count: 2, snapshots: 3)
      let scorer = try tinyScorer(folder, .pairs, settings)
      let fault = #expect(throws: Fault.self) { try TrainingRun(scorer, settings, seed: 0) }
      #expect(fault?.code == .usage && fault?.message.contains("4 steps") == true)
    }
  }
}
