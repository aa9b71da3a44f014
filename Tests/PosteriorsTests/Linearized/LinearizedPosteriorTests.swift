// Linearised draws: exact where the network is linear, close to draws of the parameters where they hardly vary, and
// refused where they do not apply.
import Adapters
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

/// [example][choice] The mean probabilities of all draws.
private func means(_ predictions: Predictions) -> [[Double]] {
  let draws = predictions.groups * predictions.samples
  return (0..<predictions.count).map { example in
    (0..<predictions.choices).map { choice in
      (0..<draws).reduce(0) { sum, draw in
        sum + exp(Double(predictions.logProbabilities[(example * draws + draw) * predictions.choices + choice]))
      } / Double(draws)
    }
  }
}

/// The mean over examples and choices of the variance of a probability between the draws.
private func spread(_ predictions: Predictions) -> Double {
  var squares = predictions
  squares.logProbabilities = predictions.logProbabilities.map { 2 * $0 }
  let differences = zip(means(squares).joined(), means(predictions).joined()).map { $0 - $1 * $1 }
  return differences.reduce(0, +) / Double(differences.count)
}

@Suite struct LinearizedPosteriorTests {
  private func predict(
    _ scorer: Scorer, _ method: String, _ files: [any PosteriorFile], _ fit: AdapterSettings, _ drawing: Drawing
  ) throws -> Predictions {
    let posterior = try Catalogue.posterior(
      PosteriorRequest(
        method, PosteriorFiles(files.enumerated().map { ("file-\($0.offset).h5", $0.element) }, fit: fit), drawing,
        parameterCount: scorer.parameters.count))
    var prediction = try posterior.prediction(on: scorer, versions: nil)
    try prediction.finish()
    return prediction.predictions()
  }

  /// Of one class's row of the head the logits are a linear function: one of them is Gaussian, and the mean probabilities
  /// are integrals over one variable.
  @Test func whereTheNetworkIsLinearTheProbabilitiesAreTheExactIntegrals() throws {
    try FittedExperiment.open(.classes) { fixture in
      let (scorer, values) = (fixture.scorer, fixture.adapter.values)
      let (weight, bias) = (try entry("score.weight", scorer), try entry("score.bias", scorer))
      let width = weight.count / 4
      let places = Array(weight.offset + width..<weight.offset + 2 * width) + [bias.offset + 1]
      var moments = SwagMoments()
      (moments.parameters, moments.mean, moments.snapshots) = (scorer.parameters, values, 2)
      moments.variance = [Float](repeating: 0, count: values.count)
      for place in places { moments.variance[place] = 1 }
      let drawing = Drawing(samples: 256, seed: 0, draws: .linearised)
      let found = means(try predict(scorer, "swag-diagonal", [moments], fixture.fit, drawing))
      let examples = Array(24..<40)
      func logits(_ change: Int?) throws -> [[Double]] {
        var changed = values
        if let change { changed[change] += 1 }
        let rows = try scorer.logProbabilities(of: examples, parameters: changed)
        return examples.indices.map { example in (0..<4).map { Double(rows[4 * example + $0] - rows[4 * example]) } }
      }
      let own = try logits(nil)
      let slopes = try places.map { place in try logits(place).enumerated().map { $1[1] - own[$0][1] } }
      for example in examples.indices {
        let deviation = slopes.reduce(0) { $0 + $1[example] * $1[example] }.squareRoot()
        #expect(deviation > 1)
        for (choice, exact) in integrals(own[example], deviation).enumerated() {
          // The standard error of thirty draws is about 0.05.
          #expect(abs(found[example][choice] - exact) < 0.002)
        }
      }
    }
  }

  /// ∫ softmax(f + s z e_1) φ(z) dz.
  private func integrals(_ logits: [Double], _ deviation: Double) -> [Double] {
    var sums = [Double](repeating: 0, count: logits.count)
    for z in stride(from: -8.0, through: 8, by: 1e-2) {
      var moved = logits
      moved[1] += deviation * z
      let total = moved.reduce(0) { $0 + exp($1) }
      let density = 1e-2 * exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      for choice in moved.indices { sums[choice] += density * exp(moved[choice]) / total }
    }
    return sums
  }

  private func entry(_ name: String, _ scorer: Scorer) throws -> ParameterTable.Entry {
    try #require(scorer.parameters.entries.first { $0.name.hasSuffix(name) })
  }

  /// One narrow member, and two, over two steps each: both the mean probabilities and their spread are those of many draws.
  @Test(arguments: [("swag", 1), ("multiswag", 2)])
  func aNarrowGaussianPredictsWhatManyDrawsDo(method: String, members: Int) throws {
    try TinyRun.open(copies: 2) { run in
      let files = try (0..<members).map { try run.moments(seed: $0) }
      func predict(_ samples: Int, _ rule: DrawRule) throws -> Predictions {
        try run.predict(method, files, Drawing(samples: samples, seed: 0, draws: rule, scale: 0.05))
      }
      let (draws, linearised) = (try predict(4096, .independent), try predict(256, .linearised))
      for (many, found) in zip(means(draws).joined(), means(linearised).joined()) { #expect(abs(found - many) < 0.004) }
      #expect(abs(spread(linearised) / spread(draws) - 1) < 0.1)
    }
  }

  /// Laplace's own Gaussian: `laplace-sampled` is then `laplace`, but for the draws of its logits.
  @Test func laplaceSampledIsLaplace() throws {
    try FittedExperiment.open(.pairs) { fixture in
      let curvature = try fixture.curvature { $0.priorPrecision = 3 }
      let drawing = Drawing(samples: 256, seed: 0, draws: .linearised)
      let found = means(try predict(fixture.scorer, "laplace-sampled", [curvature], fixture.fit, drawing))
      let expected = means(try fixture.predict("laplace", curvature, samples: 20_000))
      for (one, other) in zip(found.joined(), expected.joined()) { #expect(abs(one - other) < 0.01) }
    }
  }

  @Test func scaleZeroIsTheMean() throws {
    try TinyRun.open { run in
      let moments = try run.moments()
      let found = try run.predict("swag", [moments], Drawing(samples: 2, seed: 0, draws: .linearised, scale: 0))
      let mean = try run.predict("swa", [moments])
      for (one, other) in zip(means(found).joined(), means(mean).joined()) { #expect(abs(one - other) < 1e-5) }
    }
  }

  /// Forward and backward for each of two members. A text with the logits of all choices is repeated for each difference
  /// from the first choice: of four letters or, in every fourth example, of three.
  @Test(arguments: [(TokenizedSet.Scoring.pairs, 4), (.letters, 11), (.classes, 12)])
  func passesAreCountedAndARunGoesOnWhereItStopped(scoring: TokenizedSet.Scoring, passes: Int) throws {
    try FittedExperiment.open(scoring) { fixture in
      let members = try (0..<2).map { seed -> SwagMoments in
        var run = try SwagRun(fixture.scorer, from: fixture.adapter, fit: fixture.fit, SwagSettings())
        try run.finish()
        var moments = try run.moments()
        moments.seed = seed
        return moments
      }
      let wide = try Scorer(
        fixture.experiment.architecture, base: fixture.experiment.base, data: fixture.experiment.tokens.repeated(2),
        settings: fixture.fit, threads: 3)
      let posterior = try Catalogue.posterior(
        request(members, method: "multiswag", draws: .linearised, fit: fixture.fit))
      func run() throws -> any Prediction { try posterior.prediction(on: wide, versions: nil) }
      var unbroken = try run()
      try unbroken.finish()
      #expect(unbroken.total == 4 && unbroken.predictions().cost.forwardPasses == passes)
      for stop in 1...3 {
        var (first, second) = (try run(), try run())
        for _ in 0..<stop { try first.advance() }
        try second.restore(first.checkpoint(identity: "it"))
        try second.finish()
        #expect(second.predictions() == unbroken.predictions())
      }
    }
  }

  @Test func labelsAndWholeModelsAreRefused() throws {
    for (scoring, code) in [(TokenizedSet.Scoring.labels, Fault.Code.usage), (.letters, .configuration)] {
      try withTemporaryFolder { folder in
        let experiment = try TinyExperiment(in: folder, scoring: scoring)
        var fit = AdapterSettings.tiny(batchSize: 8, epochs: 1)
        if scoring == .letters { fit.parametrisation = .full }
        let scorer = try Scorer(
          experiment.architecture, base: experiment.base, data: experiment.tokens, settings: fit, threads: 1)
        var moments = SwagMoments()
        (moments.parameters, moments.snapshots) = (scorer.parameters, 2)
        moments.mean = [Float](repeating: 0, count: scorer.parameters.count)
        moments.variance = moments.mean
        let drawing = Drawing(samples: 2, seed: 0, draws: .linearised)
        let fault = #expect(throws: Fault.self) { try predict(scorer, "swag-diagonal", [moments], fit, drawing) }
        #expect(fault?.code == code && fault?.subject == "`draws`" && fault?.hint.contains("antithetic") == true)
      }
    }
  }
}
