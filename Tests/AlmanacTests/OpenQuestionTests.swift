// The questions without choices: the committed bytes, and that their answers are right without any choices.
import Almanac
import Files
import Testing

@Suite struct OpenQuestionTests {
  @Test(arguments: QuestionFile.allCases) func theCommittedFileIsReproduced(file: QuestionFile) throws {
    let there = try String(decoding: readBytes("\(almanacFolder)/open/\(file.rawValue).jsonl"), as: UTF8.self)
    #expect(try OpenQuestion.lines(committed.openQuestions(file)) == there, "run make almanac")
  }

  @Test(arguments: committedQuestions.map(\.file)) func answersAreTheRightChoiceAndNoOther(file: QuestionFile) throws {
    let asked = Dictionary(uniqueKeysWithValues: committed.questions(file).map { ($0.id, $0) })
    let open = committed.openQuestions(file)
    #expect(Set(open.map(\.question)).count == open.count)
    for question in open {
      let original = try #require(asked[question.id])
      #expect(question.question == original.question && question.topic == original.topic)
      #expect(question.answers.first == original.choices[original.answer])
      #expect(original.choices.filter(question.answers.contains).count == 1, "\(question.id)")
      #expect(!question.question.contains("of these"))
    }
  }

  @Test(arguments: QuestionFile.allCases) func aQuestionWithSeveralAnswersIsLeftOut(file: QuestionFile) throws {
    let open = Set(committed.openQuestions(file).map(\.id))
    for question in committed.questions(file) {
      let (fact, table, given, asked) = try origin(of: question)
      let subject = table.rows[fact.row][given][0]
      let answers = Set(table.rows.filter { $0[given].contains(subject) }.compactMap { $0[asked].first })
      if answers.count > 1 { #expect(!open.contains(question.id), "\(question.question)") }
    }
    #expect(!open.isEmpty)
  }
}
