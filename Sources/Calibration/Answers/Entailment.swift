// Whether two texts mean the same, by what each says about the other (Kuhn et al. 2023, arXiv:2302.09664).

/// What one text says about another.
package enum Entailment: UInt8, Sendable {
  case contradiction = 0
  case neutral = 1
  case entailment = 2

  /// The most probable of the three; of equally probable ones, the most cautious: neutral, then contradiction.
  package init(contradiction: Double, neutral: Double, entailment: Double) {
    if entailment > max(contradiction, neutral) {
      self = .entailment
    } else {
      self = contradiction > neutral ? .contradiction : .neutral
    }
  }
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

/// What the different answers to one question say about each other.
package struct JudgedAnswers: Equatable, Sendable {
  /// [normalised answer] Its index.
  private let indices: [String: Int]
  /// [answer, other answer] What the first says about the other.
  private let relations: [Entailment]

  /// - Precondition: the answers differ when they are normalised, and there is a relation for each pair of them.
  package init(_ answers: [String], relations: [Entailment]) {
    precondition(relations.count == answers.count * answers.count, "\(relations.count) relations")
    indices = Dictionary(uniqueKeysWithValues: answers.enumerated().map { (normalizedAnswer($1), $0) })
    self.relations = relations
  }

  /// Whether `answer` is one of them.
  package func contains(_ answer: String) -> Bool { indices[normalizedAnswer(answer)] != nil }

  /// The index of an answer.
  ///
  /// - Precondition: it is one of them.
  func index(of answer: String) -> Int { indices[normalizedAnswer(answer)]! }

  /// Whether the answers at these indices mean the same.
  func meanTheSame(_ one: Int, _ other: Int, _ rule: EquivalenceRule) -> Bool {
    let count = indices.count
    return one == other || rule.holds(relations[one * count + other], relations[other * count + one])
  }
}
