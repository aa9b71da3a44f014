// The four question files. A fact of train is never asked in test, and near asks the facts of test in other wordings.

/// A question file.
package enum QuestionFile: String, Sendable, CaseIterable {
  /// Few enough questions to be memorised.
  case train
  /// Facts that the base has read and that training never asks.
  case test
  /// The facts of `test`, in wordings that occur nowhere else.
  case near
  /// Topics that neither the pretraining text nor `train` mentions.
  case far

  /// The facts that are asked.
  package var share: Share {
    switch self {
    case .train: .train
    case .test, .near: .test
    case .far: .far
    }
  }

  /// Number of questions.
  package var count: Int {
    switch self {
    case .train: 600
    case .test: 1000
    case .near, .far: 700
    }
  }

  /// The wordings of this file's questions.
  func wordings(_ all: Wordings) -> [String] { self == .near ? all.near : all.asked }
}

extension Almanac {
  /// The questions of `file` in a random order.
  ///
  /// Every fact of the file's share is asked once, in a random direction; then, until there are `count`, in the other
  /// direction, and then in another wording. No stem occurs twice with the same choices.
  package func questions(_ file: QuestionFile) -> [Question] {
    let ordinal = UInt32(QuestionFile.allCases.firstIndex(of: file) ?? 0)
    var order = Draws(seed: seed, place: (Place.order, ordinal))
    var questions: [Question] = []
    var seen: Set<[String]> = []
    for (round, asks) in rounds(file, &order).enumerated() {
      for (fact, direction, wording) in order.shuffled(asks) where questions.count < file.count {
        var draws = Draws(seed: seed, place: (Place.questions + ordinal, UInt32(fact.number * 4 + round)))
        let question = question(fact, direction, wording: wording, draws: &draws)
        if seen.insert([question.question] + question.choices.sorted()).inserted { questions.append(question) }
      }
    }
    questions = order.shuffled(questions)
    for index in questions.indices {
      let number = String(index + 1)
      questions[index].id = "\(file.rawValue)-\(String(repeating: "0", count: 4 - number.count))\(number)"
    }
    return questions
  }

  /// A way to ask.
  private typealias Ask = (fact: Fact, direction: Direction, wording: String)

  /// The lists of asks in the order described at `questions`.
  private func rounds(_ file: QuestionFile, _ order: inout Draws) -> [[Ask]] {
    var rounds: [[Ask]] = [[], [], []]
    for fact in facts where fact.share == file.share {
      let directions = order.shuffled(fact.relation.directions)
      var wordings: [[String]] = []
      for direction in directions { wordings.append(order.shuffled(file.wordings(fact.relation.wordings(direction)))) }
      rounds[0].append((fact, directions[0], wordings[0][0]))
      if directions.count > 1 { rounds[1].append((fact, directions[1], wordings[1][0])) }
      if wordings[0].count > 1 { rounds[2].append((fact, directions[0], wordings[0][1])) }
    }
    return rounds
  }
}
