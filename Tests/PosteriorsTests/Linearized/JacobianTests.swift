// The Gaussian of the linearised network's logits against its naive twin: a dense covariance with Jacobians by
// differences of the network's log-probabilities, one parameter after the other.
import Adapters
import Arrays
import Artifacts
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

/// A network with a trained vector of some kind.
struct LinearizedCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let scoring: TokenizedSet.Scoring
  /// The step of the differences.
  let step: Float
  let change: @Sendable (inout AdapterSettings) -> Void

  init(
    _ name: String, _ scoring: TokenizedSet.Scoring, step: Float = 1 / 128,
    _ change: @escaping @Sendable (inout AdapterSettings) -> Void = { _ in }
  ) {
    (testDescription, self.scoring) = ("\(name), \(scoring.rawValue)", scoring)
    (self.step, self.change) = (step, change)
  }

  static let all =
    TokenizedSet.Scoring.ofChoices.map { LinearizedCase("lora", $0) } + [
      LinearizedCase("trained dense layer", .classes) { $0.dense = .init(activation: .tanh, isTrained: true) },
      LinearizedCase("class weights", .classes) { $0.classWeights = ["w": 0.5, "x": 2, "y": 1, "z": 4] },
      // Its factors are large, and so are its slopes and their changes.
      LinearizedCase("olora", .letters, step: 1 / 2048) { $0.parametrisation = .olora },
      LinearizedCase("nola", .pairs) { $0.parametrisation = .nola(bases: 5, seed: 0) },
      LinearizedCase("tt-lora", .letters) { $0.parametrisation = .tensorTrain },
      LinearizedCase("b-lora-xs", .letters) { $0.parametrisation = .frozenCores },
    ]
    + VariationalSettings.Method.allCases.map { method in
      LinearizedCase(method.rawValue, .letters) {
        $0.variational = VariationalSettings(method)
        $0.parametrisation = $0.variational?.parametrisation
      }
    }
}

@Suite struct JacobianTests {
  @Test(arguments: LinearizedCase.all) func theCovarianceIsThatOfJacobiansByDifferences(kind: LinearizedCase) throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: kind.scoring)
      var fit = AdapterSettings.tiny(batchSize: 8, epochs: 2)
      kind.change(&fit)
      let scorer = try Scorer(
        experiment.architecture, base: experiment.base, data: experiment.tokens, settings: fit, threads: 1)
      let mean = try fitted(scorer, fit).values
      let gaussian = DenseGaussian(mean)
      for example in experiment.tokens.examples(of: .test).suffix(2) {
        let found = try Linearization(gaussian.compact, scorer).gaussians(ofStep: [example], scorer)[0]
        let slopes = try slopes(scorer, example, at: mean, step: kind.step)
        let expected = gaussian.covariance(slopes)
        let choices = slopes.count + 1
        let covariance = found.covariances[0]
        let largest = expected.joined().max()!
        #expect(largest > 1e-4)
        for one in 1..<choices {
          for other in 1..<choices {
            let contrast =
              covariance[one * choices + other] - covariance[one * choices] - covariance[other] + covariance[0]
            #expect(abs(contrast - expected[one - 1][other - 1]) < 0.01 * largest)
          }
        }
        let own = try scorer.logProbabilities(of: [example], parameters: mean)
        for choice in 0..<choices {
          #expect(abs((found.mean[choice] - found.mean[0]) - (own[choice] - own[0])) < 1e-4)
        }
      }
    }
  }

  /// [choice but the first][parameter] The slopes of log p_c - log p_0, which is the difference of two logits.
  private func slopes(_ scorer: Scorer, _ example: Int, at mean: [Float], step: Float) throws -> [[Double]] {
    let choices = scorer.data.choiceCount(example)
    func differences(_ place: Int, _ change: Float) throws -> [Double] {
      var values = mean
      values[place] += change
      let row = try scorer.logProbabilities(of: [example], parameters: values)
      return (1..<choices).map { Double(row[$0]) - Double(row[0]) }
    }
    var slopes = [[Double]](repeating: [], count: choices - 1)
    for place in mean.indices {
      let (up, down) = (try differences(place, step), try differences(place, -step))
      for choice in slopes.indices { slopes[choice].append((up[choice] - down[choice]) / Double(2 * step)) }
    }
    return slopes
  }
}

/// A Gaussian of every part that there is, by its dense covariance.
private struct DenseGaussian {
  let compact: ParameterGaussian
  private let deviations: [Float]
  private let directions: [[Float]]

  init(_ mean: [Float]) {
    let stream = RandomStream(seed: 3, purpose: .test)
    deviations = mean.indices.map { stream.uniform($0) }
    directions = (1...2).map { part in mean.indices.map { stream.uniform(part * mean.count + $0) - 0.5 } }
    compact = ParameterGaussian(
      mean: mean, standardDeviations: deviations, directions: Array(directions.joined()), directionVariance: 0.25,
      scale: 0.5)
  }

  /// J Σ Jᵀ.
  func covariance(_ jacobian: [[Double]]) -> [[Double]] {
    let size = deviations.count
    func entry(_ i: Int, _ j: Int) -> Double {
      let own = i == j ? Double(deviations[i] * deviations[i]) : 0
      return 0.5 * (own + 0.25 * directions.reduce(0) { $0 + Double($1[i]) * Double($1[j]) })
    }
    return jacobian.map { one in
      jacobian.map { other in
        (0..<size).reduce(0) { sum, i in
          (0..<size).reduce(sum) { $0 + one[i] * entry(i, $1) * other[$1] }
        }
      }
    }
  }
}
