// Collecting a curvature and predicting with it: resumed runs, counted passes, and refused inputs.
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct CurvatureRunTests {
  @Test func aCollectionStoppedAnywhereEndsWithTheSameBits() throws {
    try FittedExperiment.open(.letters) { fixture in
      let change = { (settings: inout CurvatureSettings) in
        (settings.rank, settings.exactWidth, settings.criterion) = (3, 8, .calibration)
      }
      // Five steps of training questions, and two of calibration questions.
      let scorer = try Scorer(
        fixture.experiment.architecture, base: fixture.experiment.base, data: fixture.experiment.tokens.repeated(3),
        settings: fixture.fit, threads: 2)
      let unbroken = try fixture.curvature(scorer, change)
      let begin = { try fixture.run(scorer, change) }
      #expect(try begin().total == 7)
      for stop in 1..<7 {
        var second = try stopped(begin, after: stop, in: fixture.folder)
        let restored = second.checkpoint(identity: "it")
        #expect(try restored == Checkpoint.read(fixture.folder + "/run.checkpoint"), "at step \(stop)")
        try second.finish()
        #expect(try second.curvature().file == unbroken, "stopped after step \(stop)")
      }
    }
  }

  @Test func aPredictionStoppedAnywhereEndsWithTheSameBits() throws {
    try FittedExperiment.open(.pairs) { fixture in
      let wide = try Scorer(
        fixture.experiment.architecture, base: fixture.experiment.base, data: fixture.experiment.tokens.repeated(2),
        settings: fixture.fit, threads: 2)
      let posterior = try Catalogue.posterior(
        request([fixture.curvature()], method: "laplace", samples: 3, seed: 1, fit: fixture.fit))
      var unbroken = try posterior.prediction(on: wide, versions: nil)
      try unbroken.finish()
      var first = try posterior.prediction(on: wide, versions: nil)
      try first.advance()
      var second = try posterior.prediction(on: wide, versions: nil)
      try second.restore(first.checkpoint(identity: "it"))
      try second.finish()
      #expect(unbroken.total == 2 && second.predictions() == unbroken.predictions())
    }
  }

  /// Forward and backward; a text that gives the logits of all choices goes through once for each of them.
  @Test(arguments: [(TokenizedSet.Scoring.pairs, 2), (.letters, 8)])
  func thePassesOfALinearizedPredictionAreCounted(scoring: TokenizedSet.Scoring, passes: Int) throws {
    try FittedExperiment.open(scoring) { fixture in
      let curvature = try fixture.curvature { $0.priorPrecision = 1 }
      for method in ["laplace", "laplace-probit"] {
        #expect(try fixture.predict(method, curvature).cost.forwardPasses == passes)
      }
      #expect(try fixture.predict("laplace-probit", curvature, samples: 3).samples == 1)
    }
  }

  @Test func theLeastShareIsThatOfTheFactorWhoseDirectionsHoldTheLeast() throws {
    try FittedExperiment.open(.letters) { fixture in
      var whole = try fixture.run { $0.priorPrecision = 1 }
      try whole.finish()
      let (exact, all) = try whole.curvature()
      #expect(abs(all - 1) < 1e-6)
      var thin = try fixture.run { ($0.priorPrecision, $0.rank, $0.exactWidth) = (1, 2, 0) }
      try thin.finish()
      let (held, least) = try thin.curvature()
      func trace(_ values: [Double]) -> Double { values.reduce(0, +) }
      var shares: [Double] = []
      for (held, exact) in zip(held.blocks, exact.blocks) {
        shares.append(trace(held.outputValues) / trace(exact.outputValues))
        shares.append(trace(held.inputValues) / trace(exact.inputValues))
      }
      #expect(abs(least - shares.min()!) < 1e-6 && least < 0.9)
    }
  }

  @Test func factorsThatDoNotFitAreRefusedWithWhatWould() throws {
    try FittedExperiment.open(.letters) { fixture in
      func refusal(_ memory: Int, _ width: Int) throws -> String? {
        do {
          _ = try fixture.run(memory: memory) { ($0.rank, $0.exactWidth) = (10, width) }
          return nil
        } catch let fault as Fault {
          #expect(fault.code == .configuration && fault.message.contains("MiB are free"))
          return fault.hint
        }
      }
      #expect(try refusal(1 << 20, 512) == nil)
      // Four modules with 16 inputs: 90 KB with all factors exact, 59 KB where those of 16 hold ten directions.
      let narrow = try #require(try refusal(80_000, 512))
      #expect(narrow.contains("`exact-width 8`"), "\(narrow)")
      #expect(try refusal(80_000, 8) == nil)
      let few = try #require(try refusal(30_000, 512))
      #expect(few.hasPrefix("`rank 4` "), "\(few)")
      #expect(try refusal(100, 512)?.contains("last-layer") == true)
    }
  }

  @Test func theLastLayerIsTheHeadOrTheLastBlock() throws {
    try FittedExperiment.open(.pairs) { fixture in
      let blocks = try fixture.curvature { $0.parameters = .lastLayer }.blocks
      #expect(blocks.map(\.name) == ["base_model.model.score.weight"])
    }
    try FittedExperiment.open(.classes) { fixture in
      let block = try fixture.curvature { $0.parameters = .lastLayer }.blocks[0]
      #expect(block.outputs == 4 && block.inputs == 17 && block.biasOffset != nil)
    }
    try FittedExperiment.open(.letters) { fixture in
      let names = try fixture.curvature { $0.parameters = .lastLayer }.blocks.map(\.name)
      #expect(names.count == 4 && names.allSatisfy { $0.contains("layers.1.") })
    }
  }

  @Test func theCalibrationSplitChoosesAPrecisionThatWasTried() throws {
    try FittedExperiment.open(.letters) { fixture in
      let curvature = try fixture.curvature { $0.criterion = .calibration }
      // The search's own draws are those of sixty-four samples of seed 0.
      let labels = Dictionary(
        uniqueKeysWithValues: fixture.experiment.tokens.examples(of: .calibration).map {
          (fixture.experiment.tokens.rowIDs[$0], Int(fixture.experiment.tokens.labels[$0]))
        })
      let losses = try PriorSearch.precisions.map { precision in
        var other = curvature
        other.priorPrecision = precision
        let predictions = try fixture.predict("laplace", other, samples: 64)
        return predictions.rowIDs.enumerated().reduce(0) { sum, row in
          guard let label = labels[row.element] else { return sum }
          let mean = (0..<64).reduce(0) {
            $0 + exp(Double(predictions.logProbabilities[(row.offset * 64 + $1) * predictions.choices + label])) / 64
          }
          return sum - log(mean)
        }
      }
      let best = losses.indices.min { losses[$0] < losses[$1] }!
      #expect(curvature.priorPrecision == PriorSearch.precisions[best])
      var blind = fixture.experiment.tokens
      for index in blind.splits.indices where blind.splits[index] == .calibration { blind.labels[index] = -1 }
      let scorer = try Scorer(
        fixture.experiment.architecture, base: fixture.experiment.base, data: blind, settings: fixture.fit, threads: 1)
      let fault = #expect(throws: Fault.self) { try fixture.run(scorer) { $0.criterion = .calibration } }
      #expect(fault?.code == .data)
    }
  }

  @Test func anAdapterOfAnotherShapeIsRefused() throws {
    try FittedExperiment.open(.letters) { fixture in
      var fit = fixture.fit
      fit.rank = 3
      let other = try Scorer(
        fixture.experiment.architecture, base: fixture.experiment.base, data: fixture.experiment.tokens, settings: fit,
        threads: 1)
      let fault = #expect(throws: Fault.self) { try fixture.run(other) }
      #expect(fault?.code == .configuration)
    }
  }

  @Test func numbersThatAreNotFiniteAreAFaultThatNamesTheRow() throws {
    try FittedExperiment.open(.letters) { fixture in
      var adapter = fixture.adapter
      adapter.values = adapter.values.map { $0 * 1e30 }
      var run = try CurvatureRun(
        fixture.scorer, from: adapter, fit: fixture.fit, CurvatureSettings(), availableMemory: .max)
      let fault = #expect(throws: Fault.self) { try run.finish() }
      #expect(fault?.code == .internalError && fault?.message.contains("row-") == true)
    }
  }
}
