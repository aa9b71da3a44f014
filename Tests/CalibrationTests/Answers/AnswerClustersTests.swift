// Clusters of answers: by normalised equality, and by entailment, whose order counts.
import Calibration
import Testing

@Suite struct AnswerClustersTests {
  @Test func equalAnswersAreOneClusterInTheOrderOfTheFirst() {
    let clusters = AnswerClusters(["Paris", "Rome", "the paris", "rome.", "Oslo"])
    #expect(clusters.indices == [0, 1, 0, 1, 2] && clusters.firsts == [0, 1, 4] && clusters.count == 3)
  }

  /// 0 and 1 entail each other, and so do 1 and 2, but 0 and 2 contradict each other.
  private let chain: [[Entailment]] = [
    [.entailment, .entailment, .contradiction], [.entailment, .entailment, .entailment],
    [.contradiction, .entailment, .entailment],
  ]

  @Test func anAnswerIsComparedWithAClustersFirstAlone() {
    #expect(AnswerClusters(chain, .strict).indices == [0, 0, 1])
    // The same texts in another order: 1, 0, 2.
    let order = [1, 0, 2]
    let other = order.map { row in order.map { chain[row][$0] } }
    #expect(AnswerClusters(other, .strict).indices == [0, 0, 0])
  }

  @Test(arguments: [
    (Entailment.entailment, Entailment.entailment, true, true), (.entailment, .neutral, false, true),
    (.neutral, .neutral, false, false), (.contradiction, .entailment, false, false),
    (.entailment, .contradiction, false, false), (.contradiction, .neutral, false, false),
  ])
  func theRulesDifferInWhatIsNeutralOneWay(one: Entailment, other: Entailment, strict: Bool, lenient: Bool) {
    let matrix = [[.entailment, one], [other, .entailment]]
    #expect((AnswerClusters(matrix, .strict).count == 1) == strict)
    #expect((AnswerClusters(matrix, .lenient).count == 1) == lenient)
  }
}
