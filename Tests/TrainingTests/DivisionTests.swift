// The division of a step over threads: it covers every sequence once, and sharing a question between two threads changes
// neither its loss nor its gradient.
import Adapters
import Artifacts
import Foundation
import Synchronization
import TestSupport
import Testing
import Training

@Suite struct DivisionTests {
  private func division(_ scorer: Scorer, _ examples: [Int], members: Int = 1) -> Division {
    Division(scorer, examples, parts: scorer.parts(of: examples, members: members), members: members)
  }

  @Test(arguments: TokenizedSet.Scoring.ofChoices, [1, 3])
  func everySequenceIsComputedOnceAndItsLogitsHavePlacesOfTheirOwn(
    scoring: TokenizedSet.Scoring, members: Int
  ) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, scoring) { $0.repeated(9) }
      for examples in [[5], [7, 2, 30], Array(0..<scorer.data.count)] {
        let division = division(scorer, examples, members: members)
        let slices = division.parts.flatMap(\.slices)
        let computed = slices.flatMap(\.sequences).flatMap { sequences in
          sequences.range.map { scorer.data.sequences(of: sequences.example).lowerBound + $0 }
        }
        #expect(computed.sorted() == examples.flatMap { Array(scorer.data.sequences(of: $0)) }.sorted())
        #expect(slices.flatMap(\.logits).flatMap(Array.init).sorted() == Array(0..<division.logits))
      }
    }
  }

  /// A question that is one sequence stays whole.
  @Test func aQuestionIsSharedByTwoThreadsWhereEachChoiceIsASequence() throws {
    try withTemporaryFolder { folder in
      let slices = try [TokenizedSet.Scoring.pairs, .continuations, .letters].map { scoring in
        division(try tinyScorer(folder, scoring), [0]).parts.map(\.slices.count)
      }
      #expect(slices == [[2], [2], [1]])
    }
  }

  /// Where there are several parts, slices would only be small.
  @Test func oneOfSeveralPartsIsComputedAsAWhole() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .pairs) { $0.repeated(20) }
      for examples in [[3, 5], Array(0..<scorer.data.count)] {
        let division = division(scorer, examples)
        #expect(division.parts.count > 1)
        #expect(division.parts.allSatisfy { $0.slices.count == 1 })
      }
    }
  }

  /// The same question alone, and many times over in a step whose parts are not shared.
  @Test func sharingAQuestionChangesNeitherLossNorGradient() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .pairs, threads: 2) { set in
        set.selecting((0..<900).map { $0 % 3 }).renamed
      }
      let values = scorer.layout.scattered
      for question in 0..<3 {
        let copies = (0..<900).filter { $0 % 3 == question }
        var gradients = [[Float]](repeating: [Float](repeating: 0, count: values.count), count: 2)
        let alone = scorer.lossAndGradient(of: [question], parameters: values, gradient: &gradients[0])
        let amongOthers = scorer.lossAndGradient(of: copies, parameters: values, gradient: &gradients[1])
        #expect(division(scorer, [question]).parts.allSatisfy { $0.slices.count == 2 })
        #expect(abs(alone - amongOthers) < 1e-6)
        let size = gradients[0].map(abs).max()!
        #expect(size > 0.01)
        #expect(zip(gradients[0], gradients[1]).allSatisfy { abs($0 - $1) < 1e-4 * size })
      }
    }
  }

  @Test(arguments: [[3], [3, 1, 7, 20]])
  func bytesOfASmallStepAreTheSameForAnyNumberOfThreads(examples: [Int]) throws {
    try withTemporaryFolder { folder in
      let results = try [1, 2, 5].flatMap { threads in
        let scorer = try tinyScorer(folder, .pairs, threads: threads)
        let values = scorer.layout.scattered
        return try (0..<20).map { _ -> ([Float], [Float], Double) in
          var gradient = [Float](repeating: 0, count: values.count)
          let loss = scorer.lossAndGradient(of: examples, parameters: values, gradient: &gradient)
          return (try scorer.logProbabilities(of: examples, parameters: values), gradient, loss)
        }
      }
      #expect(results.filter { $0 != results[0] }.count == 0)
    }
  }

  @Test(arguments: [1, 2, 3, 8])
  func forwardPassesOfAPartComeBeforeItsLossAndThatBeforeItsBackwardPasses(threads: Int) {
    let slices = (0..<200).map { 1 + $0 * 7 % 4 }
    let log = Mutex([[String]](repeating: [], count: slices.count))
    runCoupledPasses(slices: slices, threads: threads) { part, slice in
      // The last slice of every fifth part ends long after the others, so that its part must be waited for.
      if part % 5 == 0 && slice == slices[part] - 1 { Thread.sleep(forTimeInterval: 2e-3) }
      log.withLock { $0[part].append("forward \(slice)") }
    } loss: { part in
      log.withLock { $0[part].append("loss") }
    } backward: { part, slice in
      log.withLock { $0[part].append("backward \(slice)") }
    }
    for (part, events) in log.withLock({ $0 }).enumerated() {
      let indices = 0..<slices[part]
      #expect(Set(events.prefix(slices[part])) == Set(indices.map { "forward \($0)" }))
      #expect(events[slices[part]] == "loss")
      #expect(events.dropFirst(slices[part] + 1).sorted() == indices.map { "backward \($0)" })
    }
  }
}

extension TokenizedSet {
  /// The same with a name of its own for each row.
  fileprivate var renamed: TokenizedSet {
    var set = self
    set.rowIDs = rowIDs.indices.map { "row-\($0)" }
    return set
  }
}
