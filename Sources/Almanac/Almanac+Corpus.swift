// The pretraining text: every fact but the far ones stated in several wordings and, for the share of practice alone, asked
// and answered, so that the base has met the form in which it will be fine-tuned. The choices of a question are never
// shown: a base this small cannot pick a letter from a list, but it can say which answer it finds likely.

extension Almanac {
  /// The documents of `repetitions` passes over the facts, in a random order within each pass.
  ///
  /// A pass says each fact once in each of its wordings, and asks each fact of practice that has one answer in all of
  /// its wordings and both directions. The first passes are the same whatever `repetitions` is.
  package func corpus(repetitions: Int) -> [String] { (0..<repetitions).flatMap(pass) }

  /// One pass.
  private func pass(_ number: Int) -> [String] {
    var draws = Draws(seed: seed, place: (Place.corpus, UInt32(number)))
    var statements: [String] = []
    var documents: [String] = []
    for fact in facts where fact.share != .far {
      let table = table(of: fact)
      statements += fact.relation.statements.map { table.fill($0, row: fact.row) }
      guard fact.share == .practice else { continue }
      for direction in fact.relation.directions {
        guard let answer = onlyAnswer(fact, direction) else { continue }
        documents += fact.relation.wordings(direction).asked.map { wording in
          Question.answered(table.fill(wording, row: fact.row), by: answer)
        }
      }
    }
    return draws.shuffled(documents + paragraphs(draws.shuffled(statements), &draws))
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
