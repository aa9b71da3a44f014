// The exact Laplace approximation of small cores beside dense matrices from finite differences of the network.
import Adapters
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct ExactLaplaceTests {
  /// Solves M x = b by Gaussian elimination; M is symmetric and positive definite. Also the logarithm of its determinant.
  private func solve(_ matrix: [[Double]], _ right: [Double]) -> (x: [Double], logDeterminant: Double) {
    var (m, x, logDeterminant) = (matrix, right, 0.0)
    for pivot in m.indices {
      logDeterminant += log(m[pivot][pivot])
      for row in m.indices where row > pivot {
        let factor = m[row][pivot] / m[pivot][pivot]
        for column in pivot..<m.count { m[row][column] -= factor * m[pivot][column] }
        x[row] -= factor * x[pivot]
      }
    }
    for row in m.indices.reversed() {
      for column in m.indices where column > row { x[row] -= m[row][column] * x[column] }
      x[row] /= m[row][row]
    }
    return (x, logDeterminant)
  }

  @Test func theCurvatureAndTheLogitsAreThoseOfDenseMatrices() throws {
    try TinyRun.open { run in
      let file = try run.exactCurvature { $0.priorPrecision = 0.5 }
      let scorer = try run.scorer(file.fit("file"))
      let size = file.values.count
      #expect(file.blocks.count == 1 && file.count == size && file.examples == 24)
      // [place][example, choice] The slopes of log p: J but for a shift that all choices share.
      func slopes(_ examples: [Int]) throws -> [[Double]] {
        try (0..<size).map { place in
          let rows = try [Float(1) / 512, -Float(1) / 512].map { step in
            var values = file.values
            values[place] += step
            return try scorer.logProbabilities(of: examples, parameters: values)
          }
          return rows[0].indices.map { rows[0][$0].isFinite ? Double(rows[0][$0] - rows[1][$0]) * 256 : 0 }
        }
      }
      let training = scorer.data.examples(of: .train)
      let own = try scorer.logProbabilities(of: training, parameters: file.values).map { exp(Double($0)) }
      let ofTraining = try slopes(training)
      let dense = (0..<size).map { i in
        (0..<size).map { j in own.indices.reduce(0) { $0 + own[$1] * ofTraining[i][$1] * ofTraining[j][$1] } }
      }
      let block = file.blocks[0]
      let largest = dense.joined().map { abs($0) }.max()!
      #expect(largest > 1e-3)
      for i in 0..<size {
        for j in 0..<size {
          let found = block.inputValues.indices.reduce(0.0) {
            $0 + block.inputValues[$1] * Double(block.inputRows[$1 * size + i]) * Double(block.inputRows[$1 * size + j])
          }
          #expect(abs(found - dense[i][j]) < 0.01 * largest, "\(i), \(j)")
        }
      }
      // The evidence by one elimination.
      let precision = (0..<size).map { i in (0..<size).map { dense[i][$0] + (i == $0 ? 0.5 : 0) } }
      let norm = file.values.reduce(0) { $0 + Double($1) * Double($1) }
      let logDeterminant = solve(precision, [Double](repeating: 0, count: size)).logDeterminant
      let evidence = file.logLikelihood - 0.5 * (logDeterminant - Double(size) * log(0.5) + 0.5 * norm)
      #expect(abs(file.logMarginalLikelihood - evidence) < 0.05 * abs(file.logLikelihood - evidence))
      // The variance of the difference of the first two logits of an example.
      let example = scorer.data.predictedExamples[0]
      let ofExample = try slopes([example])
      let difference = ofExample.map { $0[0] - $0[1] }
      let variance = zip(difference, solve(precision, difference).x).reduce(0) { $0 + $1.0 * $1.1 }
      let laplace = try Laplace(.exactLogits, request([file], fit: file.fit("file")))
      let gaussian = try laplace.linearization(scorer).gaussians(ofStep: [example], scorer)[0]
      let covariance = gaussian.covariances[0]
      let choices = gaussian.mean.count
      let found = covariance[0] + covariance[choices + 1] - covariance[1] - covariance[choices]
      #expect(abs(found - variance) < 0.02 * variance, "\(found) for \(variance)")
    }
  }

  @Test(arguments: [nil, ParametrisationSettings.nola(bases: 4, seed: 1)])
  func itIsOfAnyParametrisation(form: ParametrisationSettings?) throws {
    try TinyRun.open { run in
      let adapter = try run.fit { ($0.parametrisation, $0.rank) = (form, 1) }
      let fit = try adapter.fit("point")
      var settings = CurvatureSettings()
      (settings.parameters, settings.criterion) = (.exact, .calibration)
      var collection = try ExactCurvatureRun(run.scorer(fit), from: adapter, fit: fit, settings)
      try collection.finish()
      let file = try collection.curvature()
      #expect(file.count == adapter.values.count && PriorSearch.precisions.contains(file.priorPrecision))
      let predictions = try run.predict("laplace-exact", [file])
      #expect(predictions.logProbabilities.allSatisfy { !$0.isNaN })
    }
  }

  @Test func aResumedCollectionEndsWithTheSameBitsOnAnyThreads() throws {
    try withTemporaryFolder { folder in
      func run(threads: Int) throws -> ExactCurvatureRun {
        var settings = AdapterSettings.tiny(batchSize: 8, epochs: 1)
        settings.parametrisation = .frozenCores
        let scorer = try tinyScorer(folder, .letters, settings, threads: threads) { $0.repeated(4) }
        var curvature = CurvatureSettings()
        (curvature.parameters, curvature.criterion) = (.exact, .calibration)
        return try ExactCurvatureRun(scorer, from: fitted(scorer, settings), fit: settings, curvature)
      }
      var unbroken = try run(threads: 1)
      try unbroken.finish()
      #expect(unbroken.total == 8)
      for stop in 1..<8 {
        var second = try stopped({ try run(threads: 3) }, after: stop, in: folder)
        try second.finish()
        #expect(try second.curvature() == unbroken.curvature(), "stopped after step \(stop)")
      }
    }
  }

  /// Of a model with half a billion parameters, 6 matrices of 2.5e17 numbers with 8 bytes: more than an Int can hold.
  @Test func theMatrixOfALargeModelHasASizeToo() {
    #expect(ExactCurvatureRun.bytes(parameters: 500_000_000) == 1.2e19)
    #expect(ExactCurvatureRun.bytes(parameters: 10) == 4800)
  }

  @Test func whatIsTooLargeOrOfAnotherKindIsRefusedByName() throws {
    try TinyRun.open { run in
      let adapter = try run.fit { $0.parametrisation = .frozenCores }
      let fit = try adapter.fit("point")
      var settings = CurvatureSettings()
      settings.parameters = .exact
      let large = #expect(throws: Fault.self) {
        try ExactCurvatureRun(run.scorer(fit), from: adapter, fit: fit, settings, availableMemory: 1000)
      }
      #expect(large?.code == .configuration && large?.hint.contains("b-lora-xs") == true)
      let other = try run.curvature()
      let fault = #expect(throws: Fault.self) { try run.predict("laplace-exact", [other]) }
      #expect(fault?.code == .usage && fault?.hint == "collect it with `parameters exact`")
    }
  }
}
