// Laws of scoring: what an example's log-probabilities depend on, and what they do not.
import Adapters
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Training
import Transformers

@Suite struct ScorerTests {
  @Test(arguments: TokenizedSet.Scoring.ofChoices)
  func rowsAreDistributionsAndMinusInfinityBeyondTheirChoices(scoring: TokenizedSet.Scoring) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, scoring)
      let rows = try scorer.logProbabilities(of: Array(0..<40), parameters: scorer.layout.scattered)
      for example in 0..<40 {
        let (row, count) = (rows[example * 4..<example * 4 + 4], scorer.data.choiceCount(example))
        #expect(abs(row.prefix(count).reduce(0) { $0 + exp(Double($1)) } - 1) < 1e-5)
        #expect(row.dropFirst(count).allSatisfy { $0 == -.infinity })
      }
    }
  }

  @Test(arguments: TokenizedSet.Scoring.ofChoices)
  func anExampleIsTheSameWhateverElseIsInTheFile(scoring: TokenizedSet.Scoring) throws {
    try withTemporaryFolder { folder in
      let whole = try tinyScorer(folder, scoring)
      let part = try tinyScorer(folder, scoring) { $0.selecting([37, 5, 12]) }
      let values = whole.layout.scattered
      for dropout in [nil, Dropout(keepProbability: 0.6, seed: 4)] {
        let all = try whole.logProbabilities(of: Array(0..<40), parameters: values, dropout: dropout)
        let few = try part.logProbabilities(of: [0, 1, 2], parameters: values, dropout: dropout)
        for (place, example) in [37, 5, 12].enumerated() {
          for choice in 0..<whole.data.choiceCount(example) {
            #expect(abs(all[example * 4 + choice] - few[place * 4 + choice]) <= 3e-6)
          }
        }
      }
    }
  }

  @Test(arguments: TokenizedSet.Scoring.ofChoices)
  func bytesAreTheSameForAnyNumberOfThreads(scoring: TokenizedSet.Scoring) throws {
    try withTemporaryFolder { folder in
      // Several times each: in one call alone the same thread may happen to take all parts.
      let results = try [1, 2, 5].flatMap { threads in
        let scorer = try tinyScorer(folder, scoring, threads: threads) { $0.repeated(8) }
        let (values, examples) = (scorer.layout.scattered, Array(0..<scorer.data.count))
        return try (0..<10).map { _ -> ([Float], [Float], Double) in
          var gradient = [Float](repeating: 0, count: values.count)
          let loss = scorer.lossAndGradient(of: examples, parameters: values, gradient: &gradient)
          return (try scorer.logProbabilities(of: examples, parameters: values), gradient, loss)
        }
      }
      #expect(results.filter { $0 != results[0] }.count == 0)
    }
  }

  @Test(arguments: TokenizedSet.Scoring.ofChoices)
  func theGradientIsThatOfTheLoss(scoring: TokenizedSet.Scoring) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, scoring)
      let (values, examples) = (scorer.layout.scattered, Array(0..<9))
      let (slope, norm) = try scorer.slopeAlongGradient(of: examples, at: values, step: 1e-2)
      #expect(abs(slope - norm) < 0.01 * norm, "\(slope) measured, \(norm) computed")
    }
  }

  @Test func aScoringOfAnotherFamilyIsRejected() throws {
    try withTemporaryFolder { folder in
      let decoder = try TinyExperiment(in: folder, scoring: .letters)
      let encoder = try TinyExperiment(in: folder, scoring: .pairs)
      #expect {
        try Scorer(
          decoder.architecture, base: decoder.base, data: encoder.tokens, settings: AdapterSettings(), threads: 1)
      } throws: { ($0 as? Fault)?.code == .configuration }
    }
  }

  @Test func idsAndLengthsBeyondTheBaseAreRejected() throws {
    try withTemporaryFolder { folder in
      #expect(throws: Fault.self) {
        try tinyScorer(folder, .letters) {
          var set = $0; set.tokens[7] = 40; return set
        }
      }
      #expect(throws: Fault.self) {
        try tinyScorer(folder, .letters) { set in
          var set = set.selecting([0])
          set.tokens = [Int32](repeating: 1, count: 33)
          set.segments = [UInt8](repeating: 0, count: 33)
          set.tokenOffsets = [0, 33]
          return set
        }
      }
    }
  }
}
