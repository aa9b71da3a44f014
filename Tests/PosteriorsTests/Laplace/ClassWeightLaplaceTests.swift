// Class weights in the Laplace approximation: the curvature is that of the weighted loss, and predictions undo them.
import Adapters
import Artifacts
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct ClassWeightLaplaceTests {
  private func weighted(_ fitted: FittedExperiment, by weights: [Double]) throws -> Scorer {
    var fit = fitted.fit
    fit.classWeights = Dictionary(uniqueKeysWithValues: zip(fitted.experiment.tokens.classNames, weights))
    return try Scorer(
      fitted.experiment.architecture, base: fitted.experiment.base, data: fitted.experiment.tokens, settings: fit,
      threads: 1)
  }

  @Test func equalWeightsMultiplyTheCurvature() throws {
    try FittedExperiment.open(.classes) { fitted in
      let plain = try fitted.curvature { $0.priorPrecision = 1 }
      let heavy = try fitted.curvature(weighted(fitted, by: [4, 4, 4, 4])) { $0.priorPrecision = 1 }
      #expect(abs(heavy.logLikelihood - 4 * plain.logLikelihood) < 1e-6 * abs(plain.logLikelihood))
      for (one, other) in zip(plain.blocks, heavy.blocks) {
        let (sum, heavySum) = (one.outputValues.reduce(0, +), other.outputValues.reduce(0, +))
        #expect(abs(heavySum - 4 * sum) < 1e-4 * sum)
      }
    }
  }

  /// With a very narrow posterior, the linearised network predicts what the adapter itself does.
  @Test func linearisedPredictionsUndoTheWeights() throws {
    try FittedExperiment.open(.classes) { fitted in
      let scorer = try weighted(fitted, by: [0.5, 2, 1, 4])
      let curvature = try fitted.curvature(scorer) { $0.priorPrecision = 1e12 }
      for method in ["laplace", "laplace-probit"] {
        let predictions = try fitted.predict(method, curvature, samples: 2, scorer)
        let examples = (24..<40).map { $0 }
        let expected = try scorer.logProbabilities(of: examples, parameters: fitted.adapter.values)
        for example in examples.indices {
          for choice in 0..<4 {
            let mine = predictions.logProbabilities[example * predictions.samples * 4 + choice]
            #expect(abs(mine - expected[example * 4 + choice]) < 1e-3)
          }
        }
      }
    }
  }
}
