// Frozen products in int8, in a whole network: near float32, and the same bits however the base is stored and the work is
// divided.
import Adapters
import Arrays
import Artifacts
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training
import Transformers

@Suite struct Int8Tests {
  /// Log-probabilities and the gradient of all examples.
  private func results(
    _ folder: String, _ scoring: TokenizedSet.Scoring, _ precision: Precision, store: MatrixStorage = .published,
    threads: Int = 1
  ) throws -> (logits: [Float], gradient: [Float]) {
    let experiment = try TinyExperiment(in: folder, scoring: scoring, hiddenSize: 64, store: store)
    var settings = AdapterSettings()
    settings.precision = precision
    let scorer = try Scorer(
      experiment.architecture, base: experiment.base, data: experiment.tokens.repeated(4), settings: settings,
      threads: threads)
    let (values, examples) = (scorer.layout.scattered, Array(0..<160))
    var gradient = [Float](repeating: 0, count: values.count)
    let loss = scorer.lossAndGradient(of: examples, parameters: values, gradient: &gradient)
    #expect(loss.isFinite)
    return (try scorer.logProbabilities(of: examples, parameters: values).filter(\.isFinite), gradient)
  }

  @Test(arguments: [TokenizedSet.Scoring.pairs, .letters, .continuations])
  func logitsAndGradientsAreNearThoseOfFloat32(scoring: TokenizedSet.Scoring) throws {
    try withTemporaryFolder { folder in
      let (exact, rounded) = (try results(folder, scoring, .float32), try results(folder, scoring, .int8))
      // Random networks amplify errors: a wrong scale or sign gives errors near 1.
      let (logits, gradient) = (
        distance(rounded.logits, exact.logits), distance(rounded.gradient, exact.gradient)
      )
      #expect(1e-5 < logits && logits < 0.06, "\(logits)")
      #expect(1e-5 < gradient && gradient < 0.35, "\(gradient)")
    }
  }

  @Test(arguments: [TokenizedSet.Scoring.pairs, .letters])
  func bitsAreTheSameForAnyStorageAndNumberOfThreads(scoring: TokenizedSet.Scoring) throws {
    try withTemporaryFolder { folder in
      let expected = try results(folder, scoring, .int8)
      for (store, threads) in [(MatrixStorage.published, 3), (.int8, 1), (.int8, 2)] {
        let found = try results(folder, scoring, .int8, store: store, threads: threads)
        #expect(found.logits == expected.logits && found.gradient == expected.gradient)
      }
    }
  }

  @Test func aBaseInInt8IsReadInFloat32Too() throws {
    try withTemporaryFolder { folder in
      let (exact, stored) = (
        try results(folder, .pairs, .float32), try results(folder, .pairs, .float32, store: .int8)
      )
      let error = distance(stored.gradient, exact.gradient)
      #expect(1e-5 < error && error < 0.05, "\(error)")
    }
  }

  /// |x - y| / |y|
  private func distance(_ x: [Float], _ y: [Float]) -> Double {
    func norm(_ x: [Float]) -> Double { x.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
    return x.count == y.count ? norm(zip(x, y).map { $0 - $1 }) / norm(y) : .infinity
  }
}
