// Questions of the almanac whose written answers state the fact first, for self-consistency (Wang et al. 2022,
// arXiv:2203.11171): a text's answer stands in its last line. That line has words which the pretraining text has: a token
// that the base has never seen cannot be learnt by its adapters.

extension Almanac {
  /// The open questions of `file`, in order, with answers such as `Nairobi is the capital of Kenya.` and, in the next line,
  /// `Answer: Nairobi`. There are none of far topics, whose facts are stated nowhere.
  package func reasonedQuestions(_ file: QuestionFile) -> [OpenQuestion] {
    let facts = Dictionary(uniqueKeysWithValues: facts.map { ($0.name, $0) })
    let asked = Dictionary(uniqueKeysWithValues: questions(file).map { ($0.id, facts[$0.fact]!) })
    return openQuestions(file).compactMap { open in
      guard let fact = asked[open.id], let statement = fact.relation.statements.first else { return nil }
      let reason = table(of: fact).fill(statement, row: fact.row)
      return OpenQuestion(
        id: open.id, question: open.question, answers: open.answers.map { "\(reason)\nAnswer: \($0)" },
        topic: open.topic)
    }
  }
}
