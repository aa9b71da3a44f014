// Predictions as runs that can be stopped, and the files that they read.
import Adapters
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct PredictionRunTests {
  private let fit = FittedExperiment.fit

  private func with(_ scoring: TokenizedSet.Scoring, _ body: (String, Scorer, Adapter) throws -> Void) throws {
    try FittedExperiment.open(scoring) { try body($0.folder, $0.scorer, $0.adapter) }
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

  /// A constant on all logits changes no probability, and adds itself to what is kept of them.
  @Test func logSumsKnowWhatProbabilitiesForget() throws {
    try with(.classes) { folder, scorer, adapter in
      let bias = try #require(scorer.parameters[LowRankLayout.headBias])
      func predict(_ values: [Float]) throws -> Predictions {
        var moved = adapter
        moved.values = values
        var run = PredictionRun(scorer, try FixedMembers.point(request([moved])))
        try run.finish()
        return run.predictions()
      }
      var values = adapter.values
      for index in bias.offset..<bias.offset + bias.shape[0] { values[index] += 3 }
      let (plain, moved) = (try predict(adapter.values), try predict(values))
      #expect(plain.logSums.count == plain.count && Set(plain.logSums).count > 1)
      for row in 0..<plain.count {
        #expect(abs(moved.logSums[row] - plain.logSums[row] - 3) < 1e-4)
        for choice in 0..<plain.choices {
          let place = row * plain.choices + choice
          #expect(abs(moved.logProbabilities[place] - plain.logProbabilities[place]) < 1e-4)
        }
      }
    }
  }

  @Test func dropoutWithAChanceOfZeroHasNoSpread() throws {
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
