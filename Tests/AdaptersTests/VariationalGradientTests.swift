// The gradient of a variational method under noise, and what its noise may depend on.
import Adapters
import Artifacts
import TestSupport
import Testing
import Training
import Transformers

@Suite struct VariationalGradientTests {
  /// Values with nothing zero and deviations that matter.
  private func scattered(_ scorer: Scorer) -> [Float] {
    scorer.parametrisation.initialValues(seed: 3).enumerated().map { $0.element + 0.05 * Float($0.offset % 7 + 1) }
  }

  @Test(arguments: VariationalSettings.Method.allCases, [TokenizedSet.Scoring.letters, .pairs])
  func theGradientUnderNoiseIsThatOfTheLoss(
    method: VariationalSettings.Method, scoring: TokenizedSet.Scoring
  ) throws {
    try withTemporaryFolder { folder in
      // A scale of one: at eight the loss bends within the smallest step that a Float resolves.
      let settings = variational(method) { ($0.targets, $0.alpha) = (["all-linear"], 2) }
      let scorer = try tinyScorer(folder, scoring, settings)
      let (values, examples) = (scattered(scorer), Array(0..<9))
      for dropout in [nil, Dropout(keepProbability: 0.7, seed: 2)] {
        func loss(_ values: [Float], _ gradient: inout [Float]) -> Double {
          scorer.lossAndGradient(
            of: examples, parameters: values, gradient: &gradient, dropout: dropout, noise: 77)
        }
        var gradient = [Float](repeating: 0, count: values.count)
        _ = loss(values, &gradient)
        var scratch = gradient
        // Means and roots by themselves: one of them may hide the other.
        for isRoot in [false, true] {
          let direction = scorer.parameters.entries.flatMap { entry in
            gradient[entry.offset..<entry.offset + entry.count].map { entry.name.hasSuffix(".root") == isRoot ? $0 : 0 }
          }
          let norm = direction.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
          func moved(_ step: Double) -> [Float] {
            values.indices.map { values[$0] + Float(step * Double(direction[$0]) / norm) }
          }
          let slope = (loss(moved(2e-3), &scratch) - loss(moved(-2e-3), &scratch)) / 4e-3
          #expect(norm > 0 && abs(slope - norm) < 0.02 * norm, "\(slope) measured, \(norm) computed, \(isRoot)")
        }
      }
    }
  }

  @Test(arguments: VariationalSettings.Method.allCases)
  func noiseChangesNothingIfAllDeviationsAreZero(method: VariationalSettings.Method) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .pairs, variational(method))
      var values = scattered(scorer)
      for entry in scorer.parameters.entries where entry.name.hasSuffix(".root") {
        for place in 0..<entry.count { values[entry.offset + place] = 0 }
      }
      var (noisy, plain) = ([Float](repeating: 0, count: values.count), [Float](repeating: 0, count: values.count))
      let first = scorer.lossAndGradient(of: [0, 1, 2], parameters: values, gradient: &noisy, noise: 5)
      let second = scorer.lossAndGradient(of: [0, 1, 2], parameters: values, gradient: &plain)
      #expect(first == second && noisy == plain)
    }
  }

  @Test func withoutNoiseTheRootsHaveZeroGradient() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .pairs, variational(.meLoRA))
      let values = scattered(scorer)
      var gradient = [Float](repeating: 9, count: values.count)
      _ = scorer.lossAndGradient(of: [0, 1, 2], parameters: values, gradient: &gradient)
      for entry in scorer.parameters.entries where entry.name.hasSuffix(".root") {
        #expect(gradient[entry.offset..<entry.offset + entry.count].allSatisfy { $0 == 0 })
      }
    }
  }

  @Test(arguments: VariationalSettings.Method.allCases)
  func theNoiseOfAnExampleIsTheSameInAnyBatch(method: VariationalSettings.Method) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .pairs, variational(method))
      let values = scattered(scorer)
      var gradient = [Float](repeating: 0, count: values.count)
      func loss(_ examples: [Int]) -> Double {
        scorer.lossAndGradient(of: examples, parameters: values, gradient: &gradient, noise: 5)
      }
      let singly = (0..<6).map { loss([$0]) }.reduce(0, +) / 6
      #expect(abs(loss([3, 1, 0, 5, 4, 2]) - singly) < 1e-6)
    }
  }
}
