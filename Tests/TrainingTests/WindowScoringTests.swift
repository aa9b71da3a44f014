// Texts that are read by windows: their answers, the gradient, and what does not change them.
import Adapters
import Artifacts
import Foundation
import TestSupport
import Testing
import Training
import Transformers

@Suite struct WindowScoringTests {
  /// Row `example` of `inWindows` has the windows `example`, ..., `example + example % 3` of the set without windows.
  private func windows(_ example: Int) -> [Int] { (example...example + example % 3).map { $0 % 40 } }

  @Test func theAnswersAreThoseOfTheMeanLogits() throws {
    try withTemporaryFolder { folder in
      let (alone, whole) = (try tinyScorer(folder, .classes), try tinyScorer(folder, .classes) { $0.inWindows })
      let (values, all) = (alone.layout.scattered, Array(0..<40))
      let rows = try alone.logProbabilities(of: all, parameters: values)
      let found = try whole.logProbabilities(of: all, parameters: values)
      for example in all {
        // The logits, up to a constant for each window, which the softmax takes away.
        let means = (0..<4).map { choice in
          windows(example).reduce(0) { $0 + Double(rows[$1 * 4 + choice]) } / Double(windows(example).count)
        }
        let total = means.reduce(0) { $0 + exp($1) }
        for choice in 0..<4 {
          #expect(abs(Double(found[example * 4 + choice]) - means[choice] + log(total)) < 1e-5)
        }
      }
    }
  }

  @Test func theLogitOfALabelIsTheMeanToo() throws {
    try withTemporaryFolder { folder in
      let (alone, whole) = (try tinyScorer(folder, .labels), try tinyScorer(folder, .labels) { $0.inWindows })
      let (values, all) = (alone.layout.scattered, Array(0..<40))
      func logits(_ scorer: Scorer) throws -> [Float] {
        let rows = try scorer.logProbabilities(of: all, parameters: values)
        return (0..<160).map { rows[2 * $0 + 1] - rows[2 * $0] }
      }
      let (one, found) = (try logits(alone), try logits(whole))
      for example in all {
        for label in 0..<4 {
          let mean = windows(example).reduce(0) { $0 + one[$1 * 4 + label] } / Float(windows(example).count)
          #expect(abs(found[example * 4 + label] - mean) < 1e-5)
        }
      }
    }
  }

  @Test func theGradientIsThatOfTheLoss() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .classes) { $0.inWindows }
      let (slope, norm) = try scorer.slopeAlongGradient(
        of: Array(0..<9), at: scorer.layout.scattered, step: 1e-2)
      #expect(abs(slope - norm) < 0.01 * norm, "\(slope) measured, \(norm) computed")
    }
  }

  @Test func bytesAreTheSameForAnyNumberOfThreads() throws {
    try withTemporaryFolder { folder in
      let results = try [1, 2, 5].flatMap { threads in
        let scorer = try tinyScorer(folder, .classes, threads: threads) { $0.repeated(8).inWindows }
        let (values, examples) = (scorer.layout.scattered, Array(0..<scorer.data.count))
        return try (0..<5).map { _ -> ([Float], [Float]) in
          var gradient = [Float](repeating: 0, count: values.count)
          _ = scorer.lossAndGradient(of: examples, parameters: values, gradient: &gradient)
          return (try scorer.logProbabilities(of: examples, parameters: values), gradient)
        }
      }
      #expect(results.filter { $0 != results[0] }.count == 0)
    }
  }

  @Test func membersInOneBatchAnswerAsAlone() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .classes) { $0.inWindows }
      let (one, examples) = (scorer.layout.scattered, [4, 5, 11])
      let other = one.map { 1.3 * $0 }
      let both = try scorer.logProbabilities(of: examples, parameters: one + other)
      for (member, values) in [one, other].enumerated() {
        let alone = try scorer.logProbabilities(of: examples, parameters: values)
        for (index, number) in alone.enumerated() {
          let (row, choice) = index.quotientAndRemainder(dividingBy: 4)
          #expect(abs(both[(row * 2 + member) * 4 + choice] - number) < 1e-5)
        }
      }
    }
  }

  @Test(arguments: [TokenizedSet.Scoring.classes, .labels])
  func textsWithAdaptersOfTheirOwnAnswerAsAlone(scoring: TokenizedSet.Scoring) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, scoring) { $0.inWindows }
      let vectors = [1, 1.3, 0.6].map { factor in scorer.layout.scattered.map { factor * $0 } }
      let examples = Array(0..<40)
      let map = examples.map { $0 / 3 % 3 }
      let together = try scorer.logProbabilities(
        of: examples, blends: map.map(Blend.init), vectors: Array(vectors.joined()))
      let alone = try examples.flatMap {
        try scorer.logProbabilities(of: [$0], parameters: vectors[map[$0]])
      }
      #expect(together == alone)
    }
  }

  @Test func aPrefixChangesNoBytes() throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .classes)
      let data = experiment.tokens.inWindows
      let cached = try experiment.prefix(in: folder, of: data, threads: 2)
      var upper = AdapterSettings()
      (upper.rank, upper.layers) = (2, [1])
      let results = try [nil, cached].map { prefix -> ([Float], [Float]) in
        let scorer = try Scorer(
          experiment.architecture, base: experiment.base, data: data, settings: upper, threads: 1, prefix: prefix)
        let values = scorer.layout.scattered
        var gradient = [Float](repeating: 0, count: values.count)
        _ = scorer.lossAndGradient(of: [5, 30, 11, 8], parameters: values, gradient: &gradient)
        return (try scorer.logProbabilities(of: Array(0..<40), parameters: values), gradient)
      }
      #expect(results[0].0 == results[1].0 && results[0].1 == results[1].1)
    }
  }
}
