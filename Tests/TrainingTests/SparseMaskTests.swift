// Masks: how many entries they keep, what a change drops and grows, and fits under them.
import Adapters
import Arrays
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Training

@Suite struct SparseMaskTests {
  private func settings(
    density: Double = 0.3, interval: Int = 2, cycles: CycleSettings = CycleSettings(count: 2, exploration: 0.25),
    _ change: (inout AdapterSettings) -> Void = { _ in }
  ) -> AdapterSettings {
    var settings = AdapterSettings.tiny(batchSize: 7, epochs: 3)
    (settings.cycles, settings.sparsity, settings.dropout) = (cycles, SparsitySettings(density: density), 0.2)
    settings.sparsity?.interval = interval
    change(&settings)
    return settings
  }

  /// The masked tensors of a table with how many entries a mask keeps.
  private func counts(_ table: ParameterTable, _ density: Double) -> [(range: Range<Int>, kept: Int)] {
    table.entries.filter(\.role.isAdapter).map {
      ($0.offset..<$0.offset + $0.count, Int((density * Double($0.count)).rounded()))
    }
  }

  /// One step at a rate of 0.1 whose gradient is `gradient`.
  private func step(_ optimization: inout Optimization, _ data: TokenizedSet, _ gradient: [Float]) throws {
    _ = try optimization.step(on: [0], of: data, learningRate: 0.1) { _, target in
      target = gradient
      return 0
    }
  }

  private func table(_ shapes: [(name: String, shape: [Int])]) -> ParameterTable {
    var table = ParameterTable()
    for (name, shape) in shapes { table.append(name, shape: shape) }
    return table
  }

  @Test(arguments: [0.01, 0.2, 0.5, 1])
  func eachTensorOfAnAdapterKeepsItsShareAndAHeadIsDense(density: Double) throws {
    let table = table([
      ("x.lora_A.weight", [2, 31]), ("x.lora_B.weight", [13, 2]), ("classifier.weight", [3, 16]),
      ("classifier.bias", [3]),
    ])
    let mask = SparseMask(table, density: density, seed: 4)
    let kept = table.entries.map { entry in (0..<entry.count).count { mask.isTrained(entry.offset + $0) } }
    #expect(kept == [max(1, Int((62 * density).rounded())), max(1, Int((26 * density).rounded())), 48, 3])
    #expect(mask.count == kept.reduce(0, +))
    #expect(SparseMask(table, density: density, seed: 4) == mask)
    #expect(density == 1 || SparseMask(table, density: density, seed: 5) != mask)
  }

  @Test func aChangeKeepsTheLargestAndGrowsTheSteepest() throws {
    try withTemporaryFolder { folder in
      let data = try TinyExperiment(in: folder, scoring: .letters).tokens
      let table = table([("x.lora_A.weight", [1, 40])])
      let mask = SparseMask(table, density: 0.5, seed: 1)
      let trained = (0..<40).filter { mask.isTrained($0) }
      let others = (0..<40).filter { !mask.isTrained($0) }
      // 1 to 40 in two orders, with either sign.
      func numbers(_ factor: Int, _ period: Int) -> [Float] {
        (0..<40).map { place in
          let size = Float(1 + place * factor % 40)
          return place % period == 0 ? -size : size
        }
      }
      let (values, gradient) = (numbers(7, 2), numbers(11, 3))
      var optimization = Optimization(
        table, settings { $0.weightDecayA = 0 }, values: values, state: nil, mask: mask)
      try step(&optimization, data, gradient)
      let (before, state) = (optimization.values, optimization.state)
      #expect((0..<40).filter { before[$0] != 0 } == trained)
      optimization.exchange(0.4)
      // Of 20, 8 are exchanged.
      let survivors = Array(trained.sorted { abs(before[$0]) > abs(before[$1]) }.prefix(12))
      let grown = Array(others.sorted { abs(gradient[$0]) > abs(gradient[$1]) }.prefix(8))
      let after = try #require(optimization.mask)
      #expect((0..<40).filter { after.isTrained($0) } == (survivors + grown).sorted())
      for place in 0..<40 {
        let survives = survivors.contains(place)
        #expect(optimization.values[place] == (survives ? before[place] : 0))
        #expect(optimization.state.firstMoment[place] == (survives ? state.firstMoment[place] : 0))
        #expect(optimization.state.secondMoment[place] == (survives ? state.secondMoment[place] : 0))
      }
      // AdamW's first step is the rate: of what has just grown, too.
      try step(&optimization, data, gradient)
      for place in grown {
        let expected: Float = gradient[place] > 0 ? -0.1 : 0.1
        #expect(abs(optimization.values[place] - expected) < 1e-5)
      }
    }
  }

  @Test func nothingIsDroppedThatNothingCanReplace() throws {
    try withTemporaryFolder { folder in
      let data = try TinyExperiment(in: folder, scoring: .letters).tokens
      let table = table([("x.lora_A.weight", [1, 20])])
      for (density, kept) in [(1.0, 20), (0.9, 16)] {
        let mask = SparseMask(table, density: density, seed: 1)
        var optimization = Optimization(
          table, settings(), values: (1...20).map(Float.init), state: nil, mask: mask)
        try step(&optimization, data, .init(repeating: 1, count: 20))
        let before = optimization.values
        optimization.exchange(0.8)
        #expect((0..<20).count { before[$0] != 0 && optimization.values[$0] == before[$0] } == kept)
        #expect(optimization.mask?.count == mask.count)
      }
    }
  }

  /// B begins at 0, so A has no gradient in the first step and B's magnitudes tell nothing.
  @Test func whereBIsZeroItsGradientAloneChooses() throws {
    try withTemporaryFolder { folder in
      let settings = settings(density: 0.5) { $0.dropout = 0 }
      let scorer = try tinyScorer(folder, .letters, settings)
      let mask = SparseMask(scorer.parameters, density: 0.5, seed: 0)
      let start = scorer.parametrisation.initialValues(seed: 0)
      var optimization = Optimization(scorer.parameters, settings, values: start, state: nil, mask: mask)
      var gradient = optimization.values
      _ = scorer.lossAndGradient(of: [0, 1, 2], parameters: optimization.values, gradient: &gradient)
      // A rate of 0: B stays 0.
      _ = try optimization.step(scorer, examples: [0, 1, 2], learningRate: 0, dropoutSeed: 0)
      optimization.exchange(0.5)
      let after = try #require(optimization.mask)
      for entry in scorer.parameters.entries {
        let places = Array(entry.offset..<entry.offset + entry.count)
        let (kept, grown) = (
          places.filter { mask.isTrained($0) && after.isTrained($0) },
          places.filter { !mask.isTrained($0) && after.isTrained($0) }
        )
        if entry.role == .factor(.a) {
          #expect(places.allSatisfy { gradient[$0] == 0 })
        } else {
          let dropped = places.filter { mask.isTrained($0) && !after.isTrained($0) }
          let rest = places.filter { !mask.isTrained($0) && !after.isTrained($0) }
          #expect(dropped.map { abs(gradient[$0]) }.max()! <= kept.map { abs(gradient[$0]) }.min()!)
          #expect(rest.map { abs(gradient[$0]) }.max()! <= grown.map { abs(gradient[$0]) }.min()!)
        }
        #expect(kept.count + grown.count == places.count { mask.isTrained($0) })
      }
    }
  }

  /// Grown entries are 0: the network with them is the network of the survivors.
  @Test func throughoutAFitTheNumberOfEntriesIsConstantAndAllOthersAreZero() throws {
    try withTemporaryFolder { folder in
      let settings = settings()
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
      let settings = settings(density: 0.4, interval: 3, cycles: CycleSettings(count: 2, exploration: 0.34)) {
        $0.dropout = 0
      }
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
      let sparse = settings(density: 1, interval: 1)
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
      let settings = settings()
      let scorer = try tinyScorer(folder, .pairs, settings)
      let unbroken = try fitted(scorer, settings)
      for stop in 1..<12 {
        var second = try stopped({ try TrainingRun(scorer, settings, seed: 0) }, after: stop, in: folder)
        try second.finish()
        #expect(try second.adapter(method: "point") == unbroken, "stopped after step \(stop)")
      }
    }
  }

  @Test func settingsThatCannotBeAreRefusedByName() {
    func fault(_ setting: String, _ change: (inout AdapterSettings) -> Void) {
      let settings = settings { change(&$0) }
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
