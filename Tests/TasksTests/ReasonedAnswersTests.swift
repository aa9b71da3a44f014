// GSM8K and AQuA-RAT: the text to be written is the reasoning with the answer at its end.
import Calibration
import Faults
import Tasks
import TestSupport
import Testing

@Suite struct ReasonedAnswersTests {
  @Test func anAnswerOfGSM8KStandsBehindItsReasoning() throws {
    let file = try reading(
      #"{"question": "Q?", "answer": "2*3=<<2*3=6>>6 pens.\nSo 6+1,000=<<6+1000=1006>>1,006.\n#### 1,006"}"#)
    let question = file.questions[0]
    #expect(file.format.name == "gsm8k" && file.fields.unused.isEmpty && question.id == "train-1")
    #expect(question.prompt == .stem("Q?") && question.choices.isEmpty)
    #expect(question.answers == ["2*3=6 pens.\nSo 6+1,000=1,006.\nSo the answer is (1,006)."])
    #expect(finalAnswer(of: question.answers[0]) == "1,006")
  }

  @Test func anAnswerOfAQuAIsTheLetterOfAnOption() throws {
    let file = try reading(
      #"{"question": "2+2?", "options": ["A)3", "B)4"], "rationale": "2+2 = 4\nAnswer: B", "correct": "B"}"#)
    let question = file.questions[0]
    #expect(file.format.name == "aqua" && file.fields.unused.isEmpty)
    #expect(question.prompt == .stem("2+2?\nA)3\nB)4") && question.choices.isEmpty)
    #expect(question.answers == ["2+2 = 4\nAnswer: B\nSo the answer is (B)."])
    #expect(finalAnswer(of: question.answers[0]) == "B")
  }

  @Test func aRowOfATestFileMayLeaveTheAnswerOut() throws {
    let rows = [
      ("gsm8k", #"{"question": "Q?"}"#), ("aqua", #"{"question": "Q?", "options": ["A)1"], "correct": ""}"#),
    ]
    for (format, row) in rows {
      let file = try reading(row) { $0.format = try Format.named(format) }
      #expect(file.questions[0].label == nil && file.questions[0].answers.isEmpty)
    }
  }

  @Test(arguments: [
    ("gsm8k", #"{"question": "Q?", "answer": "6"}"#, "the answer does not end with a line such as `#### 18`"),
    ("gsm8k", #"{"question": "Q?", "answer": "x\n#### "}"#, "the answer does not end with a line such as `#### 18`"),
    ("gsm8k", #"{"question": "Q?", "answer": 6}"#, "answer: found the number 6, expected a string"),
    (
      "aqua", #"{"question": "Q?", "options": ["A)1"], "rationale": "R", "correct": "B"}"#,
      "no option begins with B), which should be the right one"
    ),
    (
      "aqua", #"{"question": "Q?", "options": "A)1", "rationale": "R", "correct": "A"}"#,
      "options: found a string, expected an array"
    ),
  ])
  func aRowThatCannotBeReadIsNamed(format: String, row: String, message: String) {
    let fault = fault { _ = try reading(row + "\n") { $0.format = try Format.named(format) } }
    #expect(fault?.subject == "train.jsonl:1" && fault?.code == .data && fault?.message == message)
  }

  /// The answer at the end of each published row, as its own form gives it.
  @Test(.enabled(if: shared("data/gsm8k") != nil && shared("data/aqua") != nil, "needs ../shared/data"))
  func everyPublishedAnswerIsFoundAgain() throws {
    for (file, isAnswer) in [
      ("gsm8k/test.jsonl", /-?[0-9,]+/), ("gsm8k/train.jsonl.gz", /-?[0-9,.]+/), ("aqua/test.json", /[A-E]/),
    ] {
      let path = try #require(shared("data/" + file))
      for question in try QuestionFile.read([path], QuestionFile.Options())[0].questions {
        let answer = finalAnswer(of: question.answers[0])
        #expect(
          try answer.map { try isAnswer.wholeMatch(in: $0) != nil } == true, "\(question.location): \(answer ?? "")")
        #expect(!question.answers[0].contains("<<"))
      }
    }
  }
}
