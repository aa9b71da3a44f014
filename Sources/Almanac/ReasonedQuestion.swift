// Questions of the almanac whose written answers state the fact first, for self-consistency (Wang et al. 2022,
// arXiv:2203.11171): a text's answer is what its last `So the answer is (...)` holds.

extension Almanac {
  /// The open questions of `file`, in order, with answers such as `Nairobi is the capital of Kenya. So the answer is
  /// (Nairobi).` There are none of far topics, whose facts are stated nowhere.
  package func reasonedQuestions(_ file: QuestionFile) -> [OpenQuestion] {
    let facts = Dictionary(uniqueKeysWithValues: facts.map { ($0.name, $0) })
    let asked = Dictionary(uniqueKeysWithValues: questions(file).map { ($0.id, facts[$0.fact]!) })
    return openQuestions(file).compactMap { open in
      guard let fact = asked[open.id], let statement = fact.relation.statements.first else { return nil }
      let reason = table(of: fact).fill(statement, row: fact.row)
      return OpenQuestion(
        id: open.id, question: open.question, answers: open.answers.map { "\(reason) So the answer is (\($0))." },
        topic: open.topic)
    }
  }
}
