// Clusters of answers: by normalised equality, and by entailment, whose order counts.
import Arrays
import Calibration
import Testing

@Suite struct AnswerClustersTests {
  @Test func equalAnswersAreOneClusterInTheOrderOfTheFirst() {
    let clusters = AnswerClusters(["Paris", "Rome", "the paris", "rome.", "Oslo"])
    #expect(clusters.indices == [0, 1, 0, 1, 2] && clusters.firsts == [0, 1, 4] && clusters.count == 3)
  }

  /// a and b entail each other, and so do b and c, but a and c contradict each other.
  private let chain: [[Entailment]] = [
    [.entailment, .entailment, .contradiction], [.entailment, .entailment, .entailment],
    [.contradiction, .entailment, .entailment],
  ]
  private func judged(_ answers: [String], _ matrix: [[Entailment]]) -> JudgedAnswers {
    JudgedAnswers(answers, relations: Array(matrix.joined()))
  }

  @Test func anAnswerIsComparedWithAClustersFirstAlone() {
    let judged = judged(["x", "y", "z"], chain)
    #expect(AnswerClusters(["x", "y", "z"], judged: judged, .strict).indices == [0, 0, 1])
    #expect(AnswerClusters(["y", "x", "z"], judged: judged, .strict).indices == [0, 0, 0])
  }

  /// Equal texts were not judged: they mean the same. Texts without an answer mean the same as no other.
  @Test func equalTextsAndThoseWithoutAnAnswerNeedNoJudge() {
    let judged = judged(["x", "y", "z"], chain)
    let clusters = AnswerClusters([nil, "x", "The Z", "Y!", nil, "z"], judged: judged, .strict)
    #expect(clusters.indices == [0, 1, 2, 1, 3, 2] && clusters.firsts == [0, 1, 2, 4])
    #expect(AnswerClusters([nil, "x", nil, "X"]).indices == [0, 1, 2, 1])
  }

  @Test(arguments: [
    (Entailment.entailment, Entailment.entailment, true, true), (.entailment, .neutral, false, true),
    (.neutral, .neutral, false, false), (.contradiction, .entailment, false, false),
    (.entailment, .contradiction, false, false), (.contradiction, .neutral, false, false),
  ])
  func theRulesDifferInWhatIsNeutralOneWay(one: Entailment, other: Entailment, strict: Bool, lenient: Bool) {
    let judged = judged(["x", "y"], [[.entailment, one], [other, .entailment]])
    #expect((AnswerClusters(["x", "y"], judged: judged, .strict).count == 1) == strict)
    #expect((AnswerClusters(["x", "y"], judged: judged, .lenient).count == 1) == lenient)
  }

  /// Kuhn et al. 2023, algorithm 1, written out with lists of strings.
  private func naiveClusters(
    _ texts: [String], _ judge: (String, String) -> Entailment, _ rule: EquivalenceRule
  ) -> [[String]] {
    var clusters: [[String]] = []
    texts: for text in texts {
      for index in clusters.indices {
        let first = clusters[index][0]
        let (there, back) = (judge(first, text), judge(text, first))
        let isStrict = there == .entailment && back == .entailment
        let isLenient = ![there, back].contains(.contradiction) && [there, back].contains(.entailment)
        if rule == .strict ? isStrict : isLenient {
          clusters[index].append(text)
          continue texts
        }
      }
      clusters.append([text])
    }
    return clusters
  }

  @Test(arguments: EquivalenceRule.allCases, 0..<20) func randomJudgesGiveThePapersClusters(
    rule: EquivalenceRule, number: Int
  ) {
    let stream = RandomStream(seed: UInt64(number), purpose: .test)
    let (distinct, count) = (2 + number % 7, 24)
    // Two of three entail, so that clusters of several texts occur.
    let relations = (0..<distinct * distinct).map { index -> Entailment in
      if index / distinct == index % distinct { return .entailment }
      return [.entailment, .entailment, .neutral, .entailment, .entailment, .contradiction][
        Int(stream.word(index) % 6)]
    }
    let names = (0..<distinct).map { "answer \($0)" }
    let texts = (0..<count).map { names[Int(stream.word(1000 + $0) % UInt32(distinct))] }
    func judge(_ one: String, _ other: String) -> Entailment {
      relations[names.firstIndex(of: one)! * distinct + names.firstIndex(of: other)!]
    }
    let known = names.filter(texts.contains)
    let own = known.flatMap { one in known.map { judge(one, $0) } }
    let clusters = AnswerClusters(texts, judged: JudgedAnswers(known, relations: own), rule)
    let expected = naiveClusters(texts, judge, rule)
    #expect(clusters.count == expected.count)
    #expect(clusters.firsts.map { texts[$0] } == expected.map { $0[0] })
    for (cluster, members) in expected.enumerated() {
      #expect(texts.indices.filter { clusters.indices[$0] == cluster }.map { texts[$0] } == members)
    }
  }

  @Test(arguments: [
    (0.2, 0.3, 0.5, Entailment.entailment), (0.2, 0.5, 0.3, .neutral), (0.5, 0.2, 0.3, .contradiction),
    (0.25, 0.375, 0.375, .neutral), (0.375, 0.375, 0.25, .neutral), (0.375, 0.25, 0.375, .contradiction),
  ])
  func theMostProbableRelationHoldsAndTheCautiousOneOfEqualOnes(
    contradiction: Double, neutral: Double, entailment: Double, expected: Entailment
  ) {
    #expect(Entailment(contradiction: contradiction, neutral: neutral, entailment: entailment) == expected)
  }
}
