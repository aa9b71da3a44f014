// Fits under masks: what is constant in them, a naive twin, and the fit without masks at a density of 1.
import Adapters
import Arrays
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Training

@Suite struct SparseFitTests {
  /// The masked tensors of a table with how many entries a mask keeps.
  private func counts(_ table: ParameterTable, _ density: Double) -> [(range: Range<Int>, kept: Int)] {
    table.entries.filter(\.role.isAdapter).map {
      ($0.offset..<$0.offset + $0.count, Int((density * Double($0.count)).rounded()))
    }
  }

  /// Grown entries are 0: the network with them is the network of the survivors.
  @Test func throughoutAFitTheNumberOfEntriesIsConstantAndAllOthersAreZero() throws {
    try withTemporaryFolder { folder in
      let settings = AdapterSettings.sparse()
      let scorer = try tinyScorer(folder, .pairs, settings)
      let tensors = counts(scorer.parameters, 0.3)
      var (run, changes) = (try TrainingRun(scorer, settings, seed: 0), 0)
      var last = try #require(run.mask)
      while run.completed < run.total {
        try run.advance()
        let mask = try #require(run.mask)
        for (range, kept) in tensors {
          #expect(range.count { mask.isTrained($0) } == kept)
          #expect(range.allSatisfy { mask.isTrained($0) || run.values[$0] == 0 })
          #expect(range.allSatisfy { !mask.isTrained($0) || last.isTrained($0) || run.values[$0] == 0 })
        }
        changes += mask == last ? 0 : 1
        last = mask
      }
      // Every second step but the last, and before the cycles, which begin with steps 3 and 7.
      #expect(changes == 7)
      let adapter = try run.adapter(method: "tickets")
      #expect(adapter.parameters == scorer.parameters.repeated(2))
      let head = scorer.parameters.entries.filter { !$0.role.isAdapter }.reduce(0) { $0 + $1.count }
      #expect(adapter.cost.trainableParameters == tensors.reduce(head) { $0 + $1.kept })
      for ticket in 0..<2 {
        let values = Array(adapter.values[scorer.range(ofMember: ticket)])
        // A ticket is what its cycle ended with, and not what a drop has left of it.
        for (range, kept) in tensors { #expect(range.count { values[$0] != 0 } == kept) }
      }
    }
  }

  /// A naive twin in Double, with steps and masks of its own.
  @Test func aFitIsThatOfANaiveTwin() throws {
    try withTemporaryFolder { folder in
      let cycles = CycleSettings(count: 2, exploration: 0.34)
      let settings = AdapterSettings.sparse(density: 0.4, interval: 3, cycles: cycles) { $0.dropout = 0 }
      let scorer = try tinyScorer(folder, .pairs, settings)
      var run = try TrainingRun(scorer, settings, seed: 0)
      var order = try DataOrder(training: scorer.data, settings, seed: 0)
      let start = try #require(run.mask)
      var entries = run.values.map { (Double($0), 0.0, 0.0) }
      var births = run.values.indices.map { start.isTrained($0) ? 0 : nil as Int? }
      // Not the head's bias: it has no effect on the choice among pairs, so that its gradient is rounding alone.
      let compared = scorer.parameters.entries.filter(\.role.isAdapter).flatMap { entry in
        Array(entry.offset..<entry.offset + entry.count)
      }
      // 12 steps: exploration to 4, cycles from 4 and from 8.
      let shares = [2: 0.5, 3: 0.8, 5: 0.25 * (1 + cos(Double.pi * 2 / 4)), 7: 0.8, 8: 0.25 * (1 + cos(Double.pi / 4))]
      for step in 0..<12 {
        let values = entries.map { Float($0.0) }
        var gradient = values
        _ = scorer.lossAndGradient(of: order.batch(step: step), parameters: values, gradient: &gradient)
        let rate = step < 4 ? 0.01 : 0.005 * (1 + cos(Double.pi * Double(step % 4) / 4))
        for i in entries.indices {
          guard let birth = births[i] else { continue }
          entries[i] = Reference.adamW(
            entries[i].0, gradient: Double(gradient[i]), entries[i].1, entries[i].2, learningRate: rate, beta1: 0.9,
            beta2: 0.999, epsilon: 1e-8, step: step + 1 - birth, weightDecay: 0.01)
        }
        for entry in scorer.parameters.entries where entry.role.isAdapter {
          guard let share = shares[step] else { continue }
          let range = entry.offset..<entry.offset + entry.count
          let trained = range.filter { births[$0] != nil }
          let number = Int((share * Double(trained.count)).rounded())
          let grown = range.filter { births[$0] == nil }.sorted { abs(gradient[$0]) > abs(gradient[$1]) }
          for i in trained.sorted(by: { abs(entries[$0].0) < abs(entries[$1].0) }).prefix(number) {
            (entries[i], births[i]) = ((0, 0, 0), nil)
          }
          for i in grown.prefix(number) { births[i] = step + 1 }
        }
        try run.advance()
        let mask = try #require(run.mask)
        #expect(births.indices.allSatisfy { (births[$0] != nil) == mask.isTrained($0) }, "step \(step)")
        let found = run.values
        #expect(compared.allSatisfy { abs(Double(found[$0]) - entries[$0].0) < 1e-4 }, "step \(step)")
      }
    }
  }

  @Test func atADensityOfOneAFitIsThatWithoutMasks() throws {
    try withTemporaryFolder { folder in
      let sparse = AdapterSettings.sparse(density: 1, interval: 1)
      let scorer = try tinyScorer(folder, .pairs, sparse)
      var dense = sparse
      dense.sparsity = nil
      let (one, other) = (try fitted(scorer, sparse), try fitted(scorer, dense))
      #expect(one.values == other.values && one.history == other.history)
      #expect(one.cost == other.cost)
    }
  }

  @Test func aResumedFitEndsWithTheSameBits() throws {
    try withTemporaryFolder { folder in
      let settings = AdapterSettings.sparse()
      let scorer = try tinyScorer(folder, .pairs, settings)
      let unbroken = try fitted(scorer, settings)
      for stop in 1..<12 {
        #expect(try resumed(scorer, settings, after: stop, in: folder) == unbroken, "stopped after step \(stop)")
      }
    }
  }

  @Test func settingsThatCannotBeAreRefusedByName() {
    func fault(_ setting: String, _ change: (inout AdapterSettings) -> Void) {
      let settings = AdapterSettings.sparse { change(&$0) }
      let fault = #expect(throws: Fault.self) { try settings.validate() }
      #expect(fault?.code == .usage && fault?.subject == "`\(setting)`")
    }
    fault("density") { $0.sparsity?.density = 0 }
    fault("density") { $0.sparsity?.density = 1.1 }
    fault("drop-interval") { $0.sparsity?.interval = 0 }
    fault("drop-share") { $0.sparsity?.dropShare = 1 }
    fault("ticket-drop-share") { $0.sparsity?.ticketDropShare = -0.1 }
    fault("density") { $0.cycles = nil }
    fault("optimizer") { $0.optimizer = .sghmc(settings: SGHMCSettings()) }
    fault("density") { $0.parametrisation = .olora }
    fault("density") { $0.parametrisation = .rankMasks(prior: 0.9, temperature: 1) }
  }
}
