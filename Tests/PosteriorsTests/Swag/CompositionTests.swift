// Methods and parametrisations are independent of each other: SWAG works on NOLA's coefficients without code for the pair.
import Adapters
import Artifacts
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct CompositionTests {
  @Test func swagWorksOnTheCoefficientsOfNOLA() throws {
    try withTemporaryFolder { folder in
      var fit = AdapterSettings.tiny(batchSize: 8, epochs: 3)
      fit.parametrisation = .nola(bases: 6, seed: 0)
      let experiment = try TinyExperiment(in: folder, scoring: .letters)
      let scorer = try Scorer(
        experiment.architecture, base: experiment.base, data: experiment.tokens, settings: fit, threads: 2)
      var run = try TrainingRun(scorer, fit, seed: 4)
      try run.finish()
      var settings = SwagSettings()
      (settings.epochs, settings.collections, settings.deviations) = (2, 5, 3)
      var collection = try SwagRun(scorer, from: try run.adapter(method: "point"), fit: fit, settings)
      try collection.finish()
      var moments = try collection.moments()
      #expect(moments.mean.count == scorer.layout.modules.count * 2 * 6)
      moments.baseDigest = experiment.base.digest
      try moments.write(to: folder + "/swag.h5", provenance: TinyExperiment.provenance)

      let files = try PosteriorFiles(reading: [folder + "/swag.h5"], base: experiment.base)
      #expect(files.fit.parametrisation == fit.parametrisation)
      try files.check(scorer.parameters, dataset: "tiny")
      let posterior = try Catalogue.posterior(
        PosteriorRequest("swag", files, Drawing(samples: 3, seed: 0), parameterCount: scorer.parameters.count))
      var prediction = PredictionRun(scorer, posterior)
      try prediction.finish()
      let rows = prediction.predictions()
      #expect(rows.logProbabilities.prefix(4) != rows.logProbabilities[4..<8])
      #expect(rows.storedParameters == moments.mean.count * (2 + moments.rank))
    }
  }
}
