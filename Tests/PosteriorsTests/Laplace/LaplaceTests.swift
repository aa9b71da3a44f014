// Predictions by the Laplace approximation: against dense matrices, with a very strong and a very weak prior, and for
// equal choices.
import Arrays
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct LaplaceTests {
  /// Golden test (g).
  @Test(arguments: [TokenizedSet.Scoring.letters, .continuations, .pairs, .classes])
  func withAHugePriorPrecisionThePredictiveIsThePointEstimate(scoring: TokenizedSet.Scoring) throws {
    try FittedExperiment.open(scoring) { fixture in
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
    try FittedExperiment.open(.letters) { fixture in
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

  /// Choices with the same tokens are equally likely to the bit, also where their logits are drawn.
  @Test(arguments: ["laplace", "laplace-probit", "laplace-sampled"])
  func choicesWithTheSameTokensAreEquallyLikely(method: String) throws {
    try FittedExperiment.open(.continuations) { fixture in
      let curvature = try fixture.curvature { $0.priorPrecision = 1 }
      // All choices of an example with the tokens of its first one, but for the second.
      let set = fixture.experiment.tokens
      var same = set
      (same.tokens, same.segments, same.tokenOffsets) = ([], [], [0])
      for example in 0..<set.count {
        let sequences = set.sequences(of: example)
        for (choice, sequence) in sequences.enumerated() {
          let range = set.tokenRange(choice == 1 ? sequence : sequences.lowerBound)
          same.tokens += set.tokens[range]
          same.segments += set.segments[range]
          same.tokenOffsets.append(Int64(same.tokens.count))
        }
      }
      let scorer = try Scorer(
        fixture.experiment.architecture, base: fixture.experiment.base, data: same, settings: fixture.fit, threads: 1)
      let predictions = try fixture.predict(method, curvature, scorer)
      let rows = predictions.logProbabilities.count / predictions.choices
      for row in 0..<rows {
        let own = predictions.logProbabilities[row * predictions.choices..<(row + 1) * predictions.choices]
        let count = Int(predictions.choiceCounts[row / predictions.samples])
        let first = own[own.startIndex].bitPattern
        #expect(own.prefix(count).enumerated().allSatisfy { $0 == 1 || $1.bitPattern == first })
        #expect(own[own.startIndex + 1].bitPattern != first)
      }
    }
  }

  @Test(arguments: ["laplace", "laplace-probit", "laplace-sampled"])
  func theSeedDecidesAndNotTheThreads(method: String) throws {
    try FittedExperiment.open(.continuations) { fixture in
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
    try FittedExperiment.open(.letters) { fixture in
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
    try FittedExperiment.open(.letters) { fixture in
      // In the directions that are not held, the prior alone decides.
      let curvature = try fixture.curvature { ($0.priorPrecision, $0.exactWidth, $0.rank) = (1e-9, 2, 1) }
      let warnings = try fixture.predict("laplace-probit", curvature).warnings
      #expect(warnings.count == 2 && warnings[0].contains("run away") && warnings[1].contains("mean entropy"))
      #expect(try fixture.predict("laplace", fixture.curvature { $0.priorPrecision = 1e5 }).warnings.isEmpty)
    }
  }

  @Test func filesOfAnotherKindOrLayerAreRefused() throws {
    try FittedExperiment.open(.pairs) { fixture in
      let all = try fixture.curvature { $0.priorPrecision = 1 }
      let fault = #expect(throws: Fault.self) { try fixture.predict("laplace-last-layer", all) }
      #expect(fault?.hint.contains("`parameters last-layer`") == true)
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
}
