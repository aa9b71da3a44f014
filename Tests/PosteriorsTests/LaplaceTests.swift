// Laplace's predictive: against dense matrices, at the edges, and the laws of every posterior.
import Adapters
import Arrays
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing

@Suite struct LaplaceTests {
  /// Golden test (g).
  @Test(arguments: [TokenizedSet.Scoring.letters, .continuations, .pairs, .classes])
  func withAHugePriorPrecisionThePredictiveIsThePointEstimate(scoring: TokenizedSet.Scoring) throws {
    try LaplaceFixture.open(scoring) { fixture in
      let curvature = try fixture.curvature { $0.priorPrecision = 1e14 }
      let point = try fixture.point()
      for method in ["laplace", "laplace-probit", "laplace-sampled"] {
        let predictions = try fixture.predict(method, curvature, samples: 2)
        let differences = (0..<predictions.logProbabilities.count).map { place in
          let (row, choice) = place.quotientAndRemainder(dividingBy: point.choices)
          let own = point.logProbabilities[row / predictions.samples * point.choices + choice]
          return own == predictions.logProbabilities[place] ? 0 : abs(own - predictions.logProbabilities[place])
        }
        #expect(differences.max()! < 1e-4, "\(method)")
      }
    }
  }

  /// The logits' covariance from the blocks' dense inverses, and Jacobians by differences: log p_c has the gradient
  /// J_c - Σ p J, so that both sides are compared after that projection.
  @Test(arguments: [512, 2]) func theLinearizedCovarianceIsTheDenseOne(exactWidth: Int) throws {
    try LaplaceFixture.open(.letters) { fixture in
      let curvature = try fixture.curvature { ($0.rank, $0.exactWidth, $0.priorPrecision) = (3, exactWidth, 0.3) }
      let example = fixture.experiment.tokens.examples(of: .test)[0]
      let gaussian = try laplace(curvature).linearization(fixture.scorer).gaussians(ofStep: [example], fixture.scorer)[
        0]
      let choices = gaussian.mean.count
      func logProbabilities(_ place: Int, _ change: Float) throws -> [Double] {
        var values = fixture.adapter.values
        values[place] += change
        return try fixture.scorer.logProbabilities(of: [example], parameters: values).prefix(choices).map { Double($0) }
      }
      let step: Float = 1 / 128
      var dense = [Double](repeating: 0, count: choices * choices)
      for block in curvature.blocks {
        let slopes = try (0..<block.count).map { place in
          let at = block.offset + place
          return zip(try logProbabilities(at, step), try logProbabilities(at, -step))
            .map { ($0 - $1) / Double(2 * step) }
        }
        let covariance = inverse(shifted(block.dense, by: 0.3, size: block.count), size: block.count)
        for i in 0..<block.count {
          for j in 0..<block.count {
            for cell in dense.indices {
              dense[cell] += slopes[i][cell / choices] * covariance[i * block.count + j] * slopes[j][cell % choices]
            }
          }
        }
      }
      let p = try logProbabilities(0, 0).map { exp($0) }
      let projection = (0..<choices * choices).map { ($0 / choices == $0 % choices ? 1 : 0) - p[$0 % choices] }
      let transposed = (0..<choices * choices).map { projection[$0 % choices * choices + $0 / choices] }
      func multiply(_ a: [Double], _ b: [Double]) -> [Double] {
        SymmetricMatrix.multiply(rows: choices, columns: choices, inner: choices, a, b)
      }
      let found = multiply(multiply(projection, gaussian.covariances[0]), transposed)
      let largest = dense.max()!
      for (one, other) in zip(found, dense) { #expect(abs(one - other) < 0.01 * largest) }
      #expect(largest > 1e-4)
    }
  }

  /// The sample covariance of the draws is (H + lambda I)⁻¹, also where the factor over inputs holds two of three.
  @Test func drawsAgreeWithTheDenseGaussian() throws {
    let curvature = Self.handMade
    let posterior = try laplace(curvature, .parameters, samples: 40_000)
    let size = 6
    var (sum, products) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size * size))
    for sample in 0..<posterior.samples {
      let values = posterior.draw(group: 0, sample: sample).values.prefix(size).map { Double($0) }
      for i in 0..<size {
        sum[i] += values[i] - Double(curvature.values[i])
        for j in 0..<size {
          products[i * size + j] +=
            (values[i] - Double(curvature.values[i])) * (values[j] - Double(curvature.values[j]))
        }
      }
    }
    let dense = inverse(shifted(curvature.blocks[0].dense, by: 0.5, size: size), size: size)
    for (one, other) in zip(products, dense) { #expect(abs(one / Double(posterior.samples) - other) < 0.06) }
    #expect(sum.allSatisfy { abs($0 / Double(posterior.samples)) < 0.03 })
    #expect(posterior.draw(group: 0, sample: 3).values[6] == curvature.values[6])
  }

  /// Published code averages logits: the mean would then be the point estimate again.
  @Test func probabilitiesAreAveragedAndNotLogits() {
    let gaussian = LogitGaussian(mean: [2, 0], covariances: [[9, 0, 0, 0]])
    let rows = gaussian.sampled(50_000, covariance: gaussian.covariances[0], stream: .init(seed: 1, purpose: .test))
    let mean = stride(from: 0, to: rows.count, by: 2).reduce(0) { $0 + exp(Double(rows[$1])) } / 50_000
    // ∫ σ(2 + 3 z) φ(z) dz
    var exact = 0.0
    for z in stride(from: -8.0, through: 8, by: 1e-3) {
      let density: Double = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      exact += 1e-3 * density / (1 + exp(-2 - 3 * z))
    }
    #expect(abs(mean - exact) < 0.005)
    let probit = gaussian.probit(covariance: [4, 0, 0, 0])
    #expect(abs(Double(probit[0] - probit[1]) - 2 / (1 + Double.pi / 2).squareRoot()) < 1e-6)
  }

  @Test(arguments: ["laplace", "laplace-probit", "laplace-sampled"])
  func theSeedDecidesAndNotTheThreads(method: String) throws {
    try LaplaceFixture.open(.continuations) { fixture in
      let (one, three) = (try fixture.scorer(threads: 1), try fixture.scorer(threads: 3))
      let curvature = try fixture.curvature(one)
      #expect(try fixture.curvature(three) == curvature)
      let predictions = try fixture.predict(method, curvature, one)
      #expect(try fixture.predict(method, curvature, three) == predictions)
      #expect((try fixture.predict(method, curvature, seed: 1) == predictions) == (method == "laplace-probit"))
      try curvature.write(to: fixture.folder + "/c.h5", provenance: TinyExperiment.provenance)
      #expect(try fixture.predict(method, Curvature.read(fixture.folder + "/c.h5")) == predictions)
    }
  }

  @Test func anExamplesPredictionDoesNotDependOnWhatElseIsInTheFile() throws {
    try LaplaceFixture.open(.letters) { fixture in
      let curvature = try fixture.curvature()
      let all = try fixture.predict("laplace", curvature)
      let few = try Scorer(
        fixture.experiment.architecture, base: fixture.experiment.base,
        data: fixture.experiment.tokens.selecting([38, 25]), settings: fixture.fit, threads: 2)
      let alone = try fixture.predict("laplace", curvature, few)
      for (place, example) in [(0, 38 - 24), (1, 25 - 24)] {
        for index in 0..<16 {
          let (one, other) = (alone.logProbabilities[place * 16 + index], all.logProbabilities[example * 16 + index])
          #expect(abs(exp(one) - exp(other)) < 1e-5)
        }
      }
    }
  }

  @Test func aPriorThatLetsAlmostEverythingVaryIsWarnedOf() throws {
    try LaplaceFixture.open(.letters) { fixture in
      // In the directions that are not held, the prior alone decides.
      let curvature = try fixture.curvature { ($0.priorPrecision, $0.exactWidth, $0.rank) = (1e-9, 2, 1) }
      let warnings = try fixture.predict("laplace-probit", curvature).warnings
      #expect(warnings.count == 2 && warnings[0].contains("run away") && warnings[1].contains("mean entropy"))
      #expect(try fixture.predict("laplace", fixture.curvature { $0.priorPrecision = 1e5 }).warnings.isEmpty)
    }
  }

  @Test func filesOfAnotherKindOrLayerAreRefused() throws {
    try LaplaceFixture.open(.pairs) { fixture in
      let all = try fixture.curvature { $0.priorPrecision = 1 }
      let fault = #expect(throws: Fault.self) { try fixture.predict("laplace-last-layer", all) }
      #expect(fault?.hint.contains("--parameters last-layer") == true)
      let last = try fixture.curvature { ($0.priorPrecision, $0.parameters) = (1, .lastLayer) }
      #expect(try fixture.predict("laplace-last-layer", last).count == 16)
      for method in ["point", "swag", "ensemble", "multiswag"] {
        #expect(throws: Fault.self) { try fixture.predict(method, all) }
      }
      var other = all
      other.blocks[0].offset += 1
      #expect(throws: Fault.self) { try fixture.predict("laplace", other) }
    }
  }

  /// Two outputs, three inputs of which two directions are held, in a vector of seven numbers.
  private static var handMade: Curvature {
    var (curvature, block) = (Curvature(), Curvature.Block())
    curvature.parameters.append("base_model.model.x.lora_A.weight", shape: [2, 3])
    curvature.parameters.append("rest", shape: [1])
    (curvature.values, curvature.priorPrecision) = ([1, 2, 3, 4, 5, 6, 7], 0.5)
    (block.outputs, block.inputs, block.outputValues, block.inputValues) = (2, 3, [3, 1], [2, 0.5])
    (block.outputRows, block.inputRows) = ([0.6, 0.8, -0.8, 0.6], [0.6, 0, 0.8, 0, 1, 0])
    curvature.blocks = [block]
    return curvature
  }

  private func laplace(
    _ curvature: Curvature, _ form: Laplace.Form = .logits, samples: Int = 4
  ) throws -> Laplace {
    var request = PosteriorRequest(samples: samples, seed: 0)
    request.curvatures = [("curvature.h5", curvature)]
    return try Laplace(form, request)
  }
}
