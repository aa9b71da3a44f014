// The pretraining text: every fact except the far ones is stated in several wordings. Facts of the practice share are
// also asked and answered, so that the base has seen the format of its fine-tuning. The choices of a question are never
// shown: a base this small cannot pick a letter from a list, but it can say which answer it finds likely.

extension Almanac {
  /// The documents of `repetitions` passes over the facts, in a random order within each pass.
  ///
  /// A pass states each fact once in each of its wordings, and asks each practice fact with a unique answer in all
  /// wordings and both directions. A larger `repetitions` only adds passes at the end.
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

  /// Groups the statements into documents of one to four.
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
