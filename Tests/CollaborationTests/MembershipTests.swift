// What the loss of an adapter tells about the rows that it was trained on.
import Adapters
import Artifacts
import Collaboration
import TestSupport
import Testing
import Training

@Suite struct MembershipTests {
  /// A fit that repeats its few rows for long knows them, and one that has not begun knows none.
  @Test func theLossTellsRowsThatWereLearntByHeart() throws {
    try withTemporaryFolder { folder in
      let settings = AdapterSettings.tiny(batchSize: 6, epochs: 80)
      // Labels that do not follow from the text.
      let scorer = try tinyScorer(folder, .classes, settings) { tokens in
        var set = tokens
        set.labels = set.labels.indices.map { Int32($0 * 7 % 5 % 4) }
        return set
      }
      let learnt = try scorer.membershipAUROC(of: fitted(scorer, settings).values, settings, seed: 0)
      let untrained = try scorer.membershipAUROC(
        of: scorer.parametrisation.initialValues(seed: 0), settings, seed: 0)
      #expect(learnt > 0.75 && learnt > untrained + 0.1, "\(learnt), untrained \(untrained)")
    }
  }
}
