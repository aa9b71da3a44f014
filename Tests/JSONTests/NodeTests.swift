// Typed access: the value, or where in the document something else was found.
import Faults
import JSON
import Testing

private let question: JSON = [
  "id": "7", "question": ["stem": "Why?", "choices": [["label": "A"], ["label": "B"], ["label": 3]]], "weight": 1,
  "rate": 0.5, "flag": true, "note": .null,
]

private func description(_ body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return "no error"
}

@Test func accessorsReturnTheValue() throws {
  #expect(try question.string("id", in: "t") == "7")
  #expect(try question.int("weight", in: "t") == 1)
  #expect(try question.double("weight", in: "t") == 1)
  #expect(try question.double("rate", in: "t") == 0.5)
  #expect(try question.bool("flag", in: "t"))
  #expect(try question.optional("note", in: "t") == nil)
  #expect(try question.optional("nothing", in: "t") == nil)
  #expect(try question.object("question", in: "t").array("choices")[1].string("label") == "B")
}

@Test func messagesContainThePath() {
  let subject = "train.jsonl:17"
  #expect(
    description {
      for choice in try question.object("question", in: subject).array("choices") { _ = try choice.string("label") }
    } == "train.jsonl:17: question.choices[2].label: found the number 3, expected a string")
  #expect(description { _ = try question.string("answer", in: subject) } == "train.jsonl:17: answer: missing")
  #expect(
    description { _ = try JSON.array([]).int("a", in: subject) }
      == "train.jsonl:17: found an array, expected an object")
}

/// JSONSerialization accepts all of these as the number 1.
@Test func nothingIsConverted() {
  let value: JSON = ["float": 1.0, "flag": true, "text": "1", "number": 1]
  #expect(
    description { _ = try value.int("float", in: "t") } == "t: float: found the number 1.0, expected an integer")
  #expect(description { _ = try value.int("flag", in: "t") } == "t: flag: found a boolean, expected an integer")
  #expect(description { _ = try value.double("text", in: "t") } == "t: text: found a string, expected a number")
  #expect(description { _ = try value.bool("number", in: "t") } == "t: number: found the number 1, expected a boolean")
}
