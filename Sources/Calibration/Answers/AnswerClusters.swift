// Answers with the same meaning (Kuhn et al. 2023, arXiv:2302.09664; Farquhar et al. 2024): one after the other joins the
// first cluster whose first answer means the same, or begins a new one. Entailment is not transitive, so the order of the
// answers counts: it is that of the file.

/// What one text says about another.
package enum Entailment: Int, Sendable {
  case contradiction, neutral, entailment
}

/// When two texts that were compared in both directions mean the same.
package enum EquivalenceRule: String, Sendable, CaseIterable {
  /// Both entail the other.
  case strict
  /// Neither contradicts the other, and not both are neutral: the default of the paper's code.
  case lenient

  func holds(_ one: Entailment, _ other: Entailment) -> Bool {
    switch self {
    case .strict: one == .entailment && other == .entailment
    case .lenient:
      one != .contradiction && other != .contradiction && !(one == .neutral && other == .neutral)
    }
  }
}

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

  /// Clusters of answers that are the same but for case, punctuation, articles and white space. Texts without an answer
  /// are a cluster too.
  package init(_ answers: [String?]) {
    let normalized = answers.map { $0.map(normalizedAnswer) }
    self.init(count: answers.count) { normalized[$0] == normalized[$1] }
  }

  /// Clusters by entailment, [answer][answer]: what the first says about the second.
  package init(_ entailment: [[Entailment]], _ rule: EquivalenceRule) {
    precondition(entailment.allSatisfy { $0.count == entailment.count }, "not a square matrix")
    self.init(count: entailment.count) { rule.holds(entailment[$0][$1], entailment[$1][$0]) }
  }

  /// [cluster] The number of answers in `range` that it has.
  func sizes(in range: Range<Int>) -> [Double] {
    range.reduce(into: [Double](repeating: 0, count: count)) { $0[indices[$1]] += 1 }
  }
}
