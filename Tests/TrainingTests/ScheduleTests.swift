// Learning rates, data order, subsets, parts and layouts: small functions that everything rests on.
import Adapters
import Artifacts
import Faults
import TestSupport
import Testing
import Training
import Transformers

@Suite struct ScheduleTests {
  @Test func theRateRisesInTheWarmUpAndFallsToZero() {
    var settings = AdapterSettings()
    (settings.learningRate, settings.warmup) = (1, 0.1)
    let linear = (0..<100).map { settings.learningRate(step: $0, total: 100) }
    #expect(abs(linear[0] - 0.1) < 1e-12 && linear[9] == 1 && linear[10] == 1)
    #expect(abs(linear[55] - 0.5) < 1e-12 && abs(linear[99] - 1.0 / 90) < 1e-12)
    settings.decay = .cosine
    #expect(abs(settings.learningRate(step: 55, total: 100) - 0.5) < 1e-12)
    settings.decay = .constant
    #expect(settings.learningRate(step: 99, total: 100) == 1)
  }

  @Test func anEpochSeesEveryExampleOnceAndTheNextOneInAnotherOrder() {
    var order = DataOrder(examples: [4, 8, 15, 16, 23, 42, 108], batchSize: 3, seed: 1)
    let epochs = (0..<2).map { epoch in (0..<3).flatMap { order.batch(step: 3 * epoch + $0) } }
    #expect(epochs.allSatisfy { $0.sorted() == [4, 8, 15, 16, 23, 42, 108] })
    #expect(epochs[0] != epochs[1])
    #expect(order.batch(step: 2).count == 1)
  }

  @Test func trainingSubsetsAreNestedAndTheSameForAllMembers() throws {
    try withTemporaryFolder { folder in
      let data = try TinyExperiment(in: folder, scoring: .letters).tokens
      func chosen(_ count: Int, seed: Int) throws -> Set<Int> {
        var settings = AdapterSettings()
        settings.trainingExamples = count
        var order = try DataOrder(training: data, settings, seed: seed)
        return Set((0..<order.stepsPerEpoch).flatMap { order.batch(step: $0) })
      }
      #expect(try chosen(5, seed: 0) == chosen(5, seed: 9))
      #expect(try chosen(5, seed: 0).count == 5)
      #expect(try chosen(5, seed: 0).isSubset(of: chosen(11, seed: 0)))
    }
  }

  @Test(arguments: [1, 7, 64, 1000]) func partsCoverAllWorkOnce(budget: Int) {
    for count in 0..<40 {
      let lengths = (0..<count).map { 1 + $0 * 7 % 23 }
      let parts = microbatches(lengths: lengths, budget: budget)
      #expect(parts.flatMap { $0 }.sorted() == Array(0..<count))
      #expect(parts.allSatisfy { !$0.isEmpty && $0 == $0.sorted() })
      #expect(count < 2 || parts.count % 2 == 0 || parts.count == count)
    }
  }

  @Test func partsAreOfOneSize() {
    // In their order these would make parts of 150, 40, 100 and 70.
    let parts = microbatches(lengths: [90, 60, 20, 20, 90, 10, 30, 40], budget: 90)
    #expect(parts.map { $0.reduce(0) { $0 + [90, 60, 20, 20, 90, 10, 30, 40][$1] } }.sorted() == [90, 90, 90, 90])
  }

  @Test func layoutsHavePEFTNames() throws {
    var settings = AdapterSettings()
    (settings.rank, settings.targets) = (2, ["q_proj", "mlp.down_proj"])
    let architecture = Architecture.llama(
      hiddenSize: 8, layers: 2, heads: 2, keyValueHeads: 1, headSize: 4, intermediateSize: 12,
      vocabularySize: 9, maximumPositions: 8, tiedHead: true)
    let layout = try LowRankLayout(architecture, settings, scoring: .letters, classes: 0)
    #expect(layout.parameters.entries.count == 8)
    #expect(layout.parameters["base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"]?.shape == [2, 8])
    #expect(layout.parameters["base_model.model.model.layers.1.mlp.down_proj.lora_B.weight"]?.shape == [8, 2])
    let values = layout.initialValues(seed: 0)
    for entry in layout.parameters.entries {
      let numbers = values[entry.offset..<entry.offset + entry.count]
      let bound = 1 / Float(entry.shape[1]).squareRoot()
      #expect(
        entry.name.contains("lora_B")
          ? numbers.allSatisfy { $0 == 0 } : numbers.allSatisfy { abs($0) <= bound && $0 != 0 })
    }
    settings.targets = ["q_proj", "v_prj"]
    let fault = #expect(throws: Fault.self) { try LowRankLayout(architecture, settings, scoring: .letters, classes: 0) }
    #expect(fault?.message.contains("v_prj") == true && fault?.hint.contains("v_proj") == true)
    (settings.targets, settings.rank) = (["k_proj"], 5)
    #expect(throws: Fault.self) { try LowRankLayout(architecture, settings, scoring: .letters, classes: 0) }
  }

  @Test func theScaleIsAlphaOverTheRankOrItsRoot() {
    var settings = AdapterSettings()
    (settings.alpha, settings.rank) = (16, 4)
    #expect(settings.scale == 4)
    settings.rankStabilized = true
    #expect(settings.scale == 8)
  }
}
