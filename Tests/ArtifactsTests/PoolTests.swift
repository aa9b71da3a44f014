// The training examples of several tasks and the calibration examples of one set in a single set.
import Artifacts
import Faults
import TestSupport
import Testing

@Suite struct PoolTests {
  private static let path = "other.h5"

  private func tokens(_ scoring: TokenizedSet.Scoring, _ folder: String) throws -> TokenizedSet {
    try TinyExperiment(in: folder, scoring: scoring).tokens
  }

  @Test(arguments: TokenizedSet.Scoring.allCases)
  func itHasTheTrainingExamplesOfTheTasksAndTheOwnCalibration(scoring: TokenizedSet.Scoring) throws {
    try withTemporaryFolder { folder in
      let set = try tokens(scoring, folder)
      // The second task has the test examples of the first to train on.
      var other = set
      for example in set.splits.indices { other.splits[example] = set.splits[example] == .test ? .train : .test }
      let pool = try set.pooled(trainingOf: [("one", "one.h5", set), ("two", Self.path, other)])
      #expect(pool.examples(of: .calibration).map { pool.rowIDs[$0] } == (24..<32).map { "row-\($0)" })
      #expect(
        pool.examples(of: .train).map { pool.rowIDs[$0] }
          == (0..<24).map { "one/row-\($0)" } + (32..<40).map { "two/row-\($0)" })
      #expect(pool.examples(of: .test) == [])
      let sources = Array(24..<32) + Array(0..<24) + Array(32..<40)
      for (example, source) in sources.enumerated() {
        #expect(pool.labels[example] == set.labels[source] && pool.targets(of: example) == set.targets(of: source))
        #expect(pool.choiceTexts(of: example) == set.choiceTexts(of: source))
        let tokens = pool.sequences(of: example).map { pool.tokens[pool.tokenRange($0)] }
        #expect(tokens == set.sequences(of: source).map { set.tokens[set.tokenRange($0)] })
      }
      // The checks of a file hold for it.
      try pool.write(to: "\(folder)/pool.h5", provenance: TinyExperiment.provenance)
      #expect(try TokenizedSet.read("\(folder)/pool.h5") == pool)
    }
  }

  @Test func theWidestTaskNamesTheLetters() throws {
    try withTemporaryFolder { folder in
      let set = try tokens(.letters, folder)
      var narrow = set
      narrow.labelTokens = [1, 2, 3]
      #expect(try narrow.pooled(trainingOf: [("one", "one.h5", set)]).labelTokens == [1, 2, 3, 4])
    }
  }

  @Test func tasksThatWereTokenizedOtherwiseAreRefused() throws {
    try withTemporaryFolder { folder in
      let set = try tokens(.classes, folder)
      let changes: [(String, (inout TokenizedSet) -> Void)] = [
        ("scoring is pairs, expected classes", { $0.scoring = .pairs }),
        ("template is other", { $0.template = "other" }),
        ("tokenizer is 11, expected 00", { $0.tokenizerDigest = "11" }),
        ("classes are a, b, expected w, x, y, z", { $0.classNames = ["a", "b"] }),
        ("votes is shares, expected none", { $0.targets = [1] }),
        ("bins have other edges, expected those", { $0.numbers = BinnedNumbers(edges: [0, 1, 2, 3, 4], values: []) }),
      ]
      for (message, change) in changes {
        var other = set
        change(&other)
        let fault = #expect(throws: Fault.self) { try set.pooled(trainingOf: [("two", Self.path, other)]) }
        #expect(fault?.description.contains("\(Self.path): its \(message)") == true, "\(message)")
      }
    }
  }

  @Test func ofManyClassesTheFirstThatDiffersIsNamed() {
    var set = TokenizedSet()
    set.classNames = (1...11).map { "class \($0)" }
    var other = set
    #expect(set.difference(inAnswersOf: other) == nil)
    other.classNames[6] = "x"
    #expect(set.difference(inAnswersOf: other) == "its class 7 is x, expected class 7")
    other.classNames.append("y")
    #expect(set.difference(inAnswersOf: other) == "it has 12 classes, expected 11")
  }
}
