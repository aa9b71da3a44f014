// Turns a fact into a question: the wording, three plausible wrong answers, and the index of the right one.

extension Almanac {
  /// The values that answer `fact` asked in `direction`, including those of other rows that share the given value.
  package func trueAnswers(_ fact: Fact, _ direction: Direction) -> Set<String> {
    let (table, given, asked) = columns(fact, direction)
    let subject = table.rows[fact.row][given][0]
    return table.rows.filter { $0[given].contains(subject) }.reduce(into: []) { $0.formUnion($1[asked]) }
  }

  /// The answer to `fact` asked in `direction`; nil if other rows give other answers: Europe has many countries.
  func onlyAnswer(_ fact: Fact, _ direction: Direction) -> String? {
    let (table, given, asked) = columns(fact, direction)
    let subject = table.rows[fact.row][given][0]
    let answers = distinct(table.rows.filter { $0[given].contains(subject) }.compactMap(\.[asked].first))
    return answers.count == 1 ? answers[0] : nil
  }

  /// The plausible wrong answers, in the table's order and without duplicates: at least three.
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
      // Compare the column of numbers, whichever of the two is asked for.
      let number = table.index(of: fact.relation.value)
      guard let right = table.rows[fact.row][number].first.flatMap(Int.init) else { return all }
      let byDistance = rows.enumerated().map { (distance: abs((Int($1[number][0]) ?? .max / 2) - right), index: $0) }
        .sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }
      return Array(distinct(byDistance.map { rows[$0.index][asked][0] }).prefix(within))
    }
  }

  /// `fact` as a question in `wording`, with the wrong answers, their order and the right index drawn from `draws`.
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

  /// The fact's table, the given column and the column that is asked for.
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
