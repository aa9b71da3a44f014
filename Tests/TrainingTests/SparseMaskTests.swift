// Masks: how many entries they keep, and what a change drops and grows.
import Adapters
import Artifacts
import TestSupport
import Testing
import Training

extension AdapterSettings {
  /// Settings of a tiny fit under masks, of 12 steps.
  static func sparse(
    density: Double = 0.3, interval: Int = 2, cycles: CycleSettings = CycleSettings(count: 2, exploration: 0.25),
    _ change: (inout AdapterSettings) -> Void = { _ in }
  ) -> AdapterSettings {
    var settings = tiny(batchSize: 7, epochs: 3)
    (settings.cycles, settings.sparsity, settings.dropout) = (cycles, SparsitySettings(density: density), 0.2)
    settings.sparsity?.interval = interval
    change(&settings)
    return settings
  }
}

@Suite struct SparseMaskTests {
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
        table, .sparse { $0.weightDecayA = 0 }, values: values, state: nil, mask: mask)
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
          table, .sparse(), values: (1...20).map(Float.init), state: nil, mask: mask)
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
      let settings = AdapterSettings.sparse(density: 0.5) { $0.dropout = 0 }
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
}
