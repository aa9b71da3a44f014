// From a fact to a question: the wording, three wrong answers that are plausible and false, and the right one's place.

extension Almanac {
  /// The values that answer `fact` asked in `direction`: its own and, where several rows share what is given, theirs.
  package func trueAnswers(_ fact: Fact, _ direction: Direction) -> Set<String> {
    let (table, given, asked) = columns(fact, direction)
    let subject = table.rows[fact.row][given][0]
    return table.rows.filter { $0[given].contains(subject) }.reduce(into: []) { $0.formUnion($1[asked]) }
  }

  /// The answer to `fact` asked in `direction`, unless another row gives another one: Europe is home to many countries.
  func onlyAnswer(_ fact: Fact, _ direction: Direction) -> String? {
    let (table, given, asked) = columns(fact, direction)
    let subject = table.rows[fact.row][given][0]
    let answers = distinct(table.rows.filter { $0[given].contains(subject) }.compactMap(\.[asked].first))
    return answers.count == 1 ? answers[0] : nil
  }

  /// The wrong answers to choose from, in the table's order and each once: at least three, the likeliest ones only.
  package func rivals(_ fact: Fact, _ direction: Direction) -> [String] {
    let (table, given, asked) = columns(fact, direction)
    let right = trueAnswers(fact, direction)
    let rows = table.rows.filter { !$0[given].isEmpty && !$0[asked].isEmpty && !right.contains($0[asked][0]) }
    let all = distinct(rows.map { $0[asked][0] })
    switch fact.relation.rivals {
    case .any(alike: nil): return all
    case .any(alike: let column?):
      let kind = table.index(of: column)
      let alike = distinct(rows.filter { $0[kind].first == table.rows[fact.row][kind].first }.map { $0[asked][0] })
      return alike.count >= 3 ? alike : all
    case .nearest(let within):
      // The column of numbers decides, whichever of the two is asked for.
      let number = table.index(of: fact.relation.value)
      guard let own = table.rows[fact.row][number].first.flatMap(Int.init) else { return all }
      let byDistance = rows.enumerated().map { (distance: abs((Int($1[number][0]) ?? .max / 2) - own), place: $0) }
        .sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }
      return Array(distinct(byDistance.map { rows[$0.place][asked][0] }).prefix(within))
    }
  }

  /// `fact` as a question in `wording`, with wrong answers, order and place drawn from `draws`.
  func question(_ fact: Fact, _ direction: Direction, wording: String, draws: inout Draws) -> Question {
    let (table, _, asked) = columns(fact, direction)
    let rivals = rivals(fact, direction)
    precondition(rivals.count >= 3, "\(fact.name) has only \(rivals.count) wrong answers")
    var choices = Array(draws.shuffled(rivals).prefix(3))
    let answer = draws.integer(below: 4)
    choices.insert(table.rows[fact.row][asked][0], at: answer)
    return Question(
      id: "", question: table.fill(wording, row: fact.row), choices: choices, answer: answer, topic: fact.topic.name,
      fact: fact.name, direction: direction)
  }

  /// The fact's table, the column that is given and the one that is asked for.
  private func columns(_ fact: Fact, _ direction: Direction) -> (table: Table, given: Int, asked: Int) {
    let table = table(of: fact)
    let (key, value) = (table.index(of: fact.relation.key), table.index(of: fact.relation.value))
    return direction == .forward ? (table, key, value) : (table, value, key)
  }

  private func distinct(_ values: [String]) -> [String] {
    var seen: Set<String> = []
    return values.filter { seen.insert($0).inserted }
  }
}
