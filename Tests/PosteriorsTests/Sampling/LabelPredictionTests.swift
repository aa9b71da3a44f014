// Predictions of several labels for each example: a row for each label, and the methods that do not apply.
import Adapters
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct LabelPredictionTests {
  @Test func everyLabelOfAnExampleIsARow() throws {
    try FittedExperiment.open(.labels) { fitted in
      let posterior = try MCDropout(request([fitted.adapter], samples: 3, seed: 1, dropout: 0.3))
      var run = PredictionRun(fitted.scorer, posterior)
      try run.finish()
      let predictions = run.predictions()
      #expect(
        predictions.count == 16 * 4 && predictions.choices == 2 && predictions.labelNames == ["w", "x", "y", "z"])
      #expect(predictions.rowIDs.prefix(5) == ["row-24/w", "row-24/x", "row-24/y", "row-24/z", "row-25/w"])
      let set = fitted.experiment.tokens
      #expect(predictions.labels == (24..<40).flatMap { set.targets(of: $0).map { Int32($0) } })
      let path = fitted.folder + "/p.h5"
      try predictions.write(to: path, provenance: TinyExperiment.provenance)
      #expect(try Predictions.read(path) == predictions)
      // The row of a label holds the draws of that label.
      for sample in 0..<3 {
        let draw = posterior.draw(group: 0, sample: sample)
        let answers = try fitted.scorer.logProbabilities(of: [30], parameters: draw.values, dropout: draw.dropout)
        for label in 0..<4 {
          let row = ((30 - 24) * 4 + label) * 3 + sample
          #expect(abs(predictions.logProbabilities[2 * row + 1] - answers[2 * label + 1]) < 1e-5)
          // With the logits 0 and x, the sum of their exponentials is 1 / p(no).
          #expect(abs(predictions.logSums[row] + predictions.logProbabilities[2 * row]) < 1e-5)
        }
      }
    }
  }

  @Test func membersInOneVectorPredictAsAlone() throws {
    try withTemporaryFolder { folder in
      var fit = AdapterSettings.tiny(batchSize: 8, epochs: 1)
      fit.members = 2
      let scorer = try tinyScorer(folder, .labels, fit)
      let adapter = try fitted(scorer, fit)
      let posterior = try LoRAEnsemble(request([adapter], fit: fit))
      var run = try posterior.prediction(on: scorer, versions: nil)
      try run.finish()
      let together = run.predictions()
      for member in 0..<2 {
        let alone = try scorer.logProbabilities(
          of: [24], parameters: posterior.draw(group: member, sample: 0).values)
        for label in 0..<4 {
          #expect(abs(together.logProbabilities[(label * 2 + member) * 2 + 1] - alone[2 * label + 1]) < 1e-5)
          #expect(abs(together.logSums[label * 2 + member] + alone[2 * label]) < 1e-5)
        }
      }
    }
  }

  @Test func theSearchOfTFBReadsEveryLabel() throws {
    try FittedExperiment.open(.labels) { fitted in
      var settings = TFBSettings()
      (settings.samples, settings.iterations, settings.largest) = (2, 4, 0.5)
      var search = try TFBSearch(fitted.scorer, fitted.adapter, fit: fitted.fit, settings, path: "point")
      try search.finish()
      #expect(search.outcome.beta > 0)
    }
  }

  @Test func curvatureIsRefused() throws {
    try FittedExperiment.open(.labels) { fitted in
      #expect {
        _ = try fitted.run()
      } throws: {
        ($0 as? Fault)?.message.hasPrefix("the Laplace approximation needs one right choice for each text") == true
      }
    }
  }
}
