// The pretraining text: every fact but the far ones stated in several wordings, asked openly, and, for the share of
// practice alone, asked with four lettered choices, so that the base has met the form in which it will be fine-tuned.

extension Almanac {
  /// The documents of `repetitions` passes over the facts, in a random order within each pass.
  ///
  /// A pass says each fact once in each of its wordings, asks it once in each direction without choices (where there is
  /// one answer), and asks each fact of practice three times in each direction with choices that are drawn afresh. The
  /// first passes are the same whatever `repetitions` is.
  public func corpus(repetitions: Int) -> [String] { (0..<repetitions).flatMap(pass) }

  /// One pass.
  private func pass(_ number: Int) -> [String] {
    var draws = Draws(seed: seed, place: (Place.corpus, UInt32(number)))
    var statements: [String] = []
    var documents: [String] = []
    for fact in facts where fact.share != .far {
      let table = table(of: fact)
      statements += fact.relation.statements.map { table.fill($0, row: fact.row) }
      for direction in fact.relation.directions {
        let wordings = fact.relation.wordings(direction).asked
        if let answer = onlyAnswer(fact, direction) {
          documents.append("Question: \(table.fill(draws.pick(wordings), row: fact.row))\nAnswer: \(answer)")
        }
        documents.append(lookup(fact, direction, &draws))
        guard fact.share == .practice else { continue }
        for turn in 0..<4 {
          let document = question(fact, direction, wording: draws.pick(wordings), draws: &draws).answered
          // Once with the fact in front: reading it off comes before remembering it.
          let statement = turn == 0 ? table.fill(draws.pick(fact.relation.statements), row: fact.row) + "\n" : ""
          documents.append(statement + document)
        }
      }
    }
    return draws.shuffled(documents + paragraphs(draws.shuffled(statements), &draws))
  }

  /// A question that holds its own answer, `Which choice reads Paris?`: how letters stand for choices is learnt from it,
  /// about any word of the tables, and no fact is told.
  private func lookup(_ fact: Fact, _ direction: Direction, _ draws: inout Draws) -> String {
    var question = question(fact, direction, wording: "", draws: &draws)
    question.question = "Which choice reads \(question.choices[question.answer])?"
    return question.answered
  }

  /// The statements, one to four in a document.
  private func paragraphs(_ statements: [String], _ draws: inout Draws) -> [String] {
    var paragraphs: [String] = []
    var rest = statements[...]
    while !rest.isEmpty {
      let length = 1 + draws.integer(below: 4)
      paragraphs.append(rest.prefix(length).joined(separator: " "))
      rest = rest.dropFirst(length)
    }
    return paragraphs
  }
}
