// Questions as JSON Lines: one object per line with its members in a fixed order, so that equal data give equal bytes.
import Faults
import JSON

extension Question {
  /// `{"id":…,"question":…,"choices":[…],"answer":2,"topic":…}`; the answer is the right choice's index.
  package var json: JSON {
    [
      "id": .string(id), "question": .string(question), "choices": .array(choices.map(JSON.string)),
      "answer": .integer(answer), "topic": .string(topic),
    ]
  }

  /// The lines of a question file.
  package static func lines(_ questions: [Question]) throws(Fault) -> String {
    var text = ""
    for question in questions { text += try question.json.encode() + "\n" }
    return text
  }
}
