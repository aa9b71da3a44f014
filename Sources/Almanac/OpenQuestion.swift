// Questions of the almanac whose answers are written instead of chosen: those that have one answer, whatever the choices.
import Faults
import JSON

/// A question without choices.
package struct OpenQuestion: Sendable, Equatable {
  /// The id of the question with choices.
  package let id: String
  /// The stem.
  package let question: String
  /// The texts that are right. The first one is a choice of the question with choices.
  package let answers: [String]
  /// The topic's name.
  package let topic: String

  /// `{"id":…,"question":…,"answers":[…],"topic":…}`.
  var json: JSON {
    [
      "id": .string(id), "question": .string(question), "answers": .array(answers.map(JSON.string)),
      "topic": .string(topic),
    ]
  }

  /// The lines of a file.
  package static func lines(_ questions: [OpenQuestion]) throws(Fault) -> String {
    var text = ""
    for question in questions { text += try question.json.encode() + "\n" }
    return text
  }
}

extension Almanac {
  /// The questions of `file` that have one answer and do not speak of their choices, in order, each stem once.
  package func openQuestions(_ file: QuestionFile) -> [OpenQuestion] {
    let facts = Dictionary(uniqueKeysWithValues: facts.map { ($0.name, $0) })
    var seen: Set<String> = []
    return questions(file).compactMap { asked in
      let fact = facts[asked.fact]!
      guard !asked.question.contains("of these"), let answer = onlyAnswer(fact, asked.direction),
        seen.insert(asked.question).inserted
      else { return nil }
      let others = trueAnswers(fact, asked.direction).subtracting([answer]).sorted()
      return OpenQuestion(id: asked.id, question: asked.question, answers: [answer] + others, topic: asked.topic)
    }
  }
}
