// Draws of the parameters and of the logits from a Laplace approximation, and the prior precision chosen by draws of the
// logits.
import Arrays
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct LaplaceDrawTests {
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
  }

  /// Two matrices of one shape get numbers of their own, and so do the adapters of other members.
  @Test func everyMatrixAndEveryMemberHasNoiseOfItsOwn() throws {
    var curvature = Self.handMade
    curvature.parameters.append("base_model.model.y.lora_A.weight", shape: [2, 3])
    curvature.values = [Float](repeating: 0, count: 13)
    curvature.blocks.append(curvature.blocks[0])
    curvature.blocks[1].offset = 7
    let first = try laplace(curvature, .parameters).draw(group: 0, sample: 0).values
    #expect(zip(first[0..<6], first[7..<13]).allSatisfy { $0 != $1 })
    curvature.seed = 1
    let other = try laplace(curvature, .parameters).draw(group: 0, sample: 0).values
    #expect(zip(first[0..<6], other[0..<6]).allSatisfy { $0 != $1 })
    try FittedExperiment.open(.letters) { fixture in
      let seed = try fixture.curvature().seed
      #expect(seed == fixture.adapter.seed)
    }
  }

  /// Of x0 - x1 the variance is 4 - 2 - 2 + 2.
  @Test func logitsOfChoicesAreDrawnWithTheirCovariance() {
    let covariance: [Double] = [4, 2, 2, 2]
    let gaussian = LogitGaussian(mean: [0, 0], covariances: [covariance])
    let rows = gaussian.sampled(20_000, covariance: covariance, stream: .init(seed: 1, purpose: .test))
    let differences = stride(from: 0, to: rows.count, by: 2).map { Double(rows[$0] - rows[$0 + 1]) }
    #expect(abs(differences.reduce(0) { $0 + $1 * $1 } / 20_000 - 2) < 0.1)
  }

  /// Equal questions have equal Gaussians, and draws of their own: the stream belongs to the row.
  @Test func equalExamplesOfOtherRowsHaveOtherDraws() throws {
    try FittedExperiment.open(.letters) { fixture in
      let test = fixture.experiment.tokens.examples(of: .test)[0]
      let twice = try Scorer(
        fixture.experiment.architecture, base: fixture.experiment.base,
        data: fixture.experiment.tokens.selecting([test]).repeated(2), settings: fixture.fit, threads: 1)
      let curvature = try fixture.curvature { $0.priorPrecision = 1 }
      let probit = try fixture.predict("laplace-probit", curvature, twice).logProbabilities
      #expect(probit.prefix(probit.count / 2) == probit.suffix(probit.count / 2))
      let draws = try fixture.predict("laplace", curvature, twice).logProbabilities
      #expect(draws.prefix(draws.count / 2) != draws.suffix(draws.count / 2))
    }
  }

  /// Where all answers are right, doubt costs and the greatest precision is best; where all are wrong, the least.
  @Test func thePriorIsTheOneUnderWhichTheLabelsAreLikeliest() throws {
    try FittedExperiment.open(.letters) { fixture in
      let examples = fixture.experiment.tokens.examples(of: .calibration)
      func best(_ towardsLabel: Float) -> Double {
        let gaussians = examples.map { example in
          let choices = fixture.experiment.tokens.choiceCount(example)
          var mean = [Float](repeating: 0, count: choices)
          mean[Int(fixture.experiment.tokens.labels[example])] = towardsLabel
          return LogitGaussian(
            mean: mean,
            covariances: PriorSearch.precisions.map { precision in
              (0..<choices * choices).map { $0 / choices == $0 % choices ? 1 / precision : 0 }
            })
        }
        return PriorSearch(fixture.scorer, examples).bestPrecision(gaussians)
      }
      #expect(Set(examples.map { fixture.experiment.tokens.labels[$0] }).count > 1)
      #expect(best(6) > 10 && best(-20) < 0.01)
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
}
