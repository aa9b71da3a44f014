// Answers with the same meaning (Kuhn et al. 2023, arXiv:2302.09664; Farquhar et al. 2024): one after the other joins the
// first cluster whose first answer means the same, or begins a new one. Entailment is not transitive, so the order of the
// answers counts: it is that of the file.

/// The clusters of one question's answers.
package struct AnswerClusters: Equatable, Sendable {
  /// [answer] The index of its cluster; clusters count from 0 in the order of their first answers.
  package let indices: [Int]
  /// [cluster] Its first answer.
  package let firsts: [Int]

  /// The number of clusters.
  package var count: Int { firsts.count }

  /// Clusters of `count` answers, of which any two may mean the same.
  package init(count: Int, meanTheSame: (_ first: Int, _ answer: Int) -> Bool) {
    var (indices, firsts): ([Int], [Int]) = ([], [])
    for answer in 0..<count {
      let cluster = firsts.firstIndex { meanTheSame($0, answer) } ?? firsts.count
      if cluster == firsts.count { firsts.append(answer) }
      indices.append(cluster)
    }
    (self.indices, self.firsts) = (indices, firsts)
  }

  /// Clusters of answers that are the same but for case, punctuation, articles and white space. A text without an answer
  /// means the same as no other.
  package init(_ answers: [String?]) {
    let normalized = answers.map { $0.map(normalizedAnswer) }
    self.init(count: answers.count) { normalized[$0] != nil && normalized[$0] == normalized[$1] }
  }

  /// Clusters of answers that mean the same by what each says about the other. A text without an answer means the same as
  /// no other.
  ///
  /// - Precondition: every answer has been judged.
  package init(_ answers: [String?], judged: JudgedAnswers, _ rule: EquivalenceRule) {
    let places = answers.map { $0.map(judged.index) }
    self.init(count: answers.count) { first, answer in
      guard let one = places[first], let other = places[answer] else { return false }
      return judged.meanTheSame(one, other, rule)
    }
  }

  /// [cluster] The number of answers in `range` that it has.
  func sizes(in range: Range<Int>) -> [Double] {
    range.reduce(into: [Double](repeating: 0, count: count)) { $0[indices[$1]] += 1 }
  }
}
