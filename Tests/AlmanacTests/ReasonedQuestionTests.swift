// The questions whose answers state the fact first: the committed bytes, and what the answers say.
import Almanac
import Files
import Testing

@Suite struct ReasonedQuestionTests {
  @Test(arguments: [QuestionFile.train, .test, .near]) func theCommittedFileIsReproduced(file: QuestionFile) throws {
    let there = try String(decoding: readBytes("\(almanacFolder)/reasoned/\(file.rawValue).jsonl"), as: UTF8.self)
    #expect(try OpenQuestion.lines(committed.reasonedQuestions(file)) == there, "run make almanac")
  }

  @Test func anAnswerStatesTheFactAndEndsWithWhatIsAsked() throws {
    let (open, reasoned) = (committed.openQuestions(.test), committed.reasonedQuestions(.test))
    #expect(open.map(\.id) == reasoned.map(\.id) && open.map(\.question) == reasoned.map(\.question))
    for (plain, reasoned) in zip(open, reasoned) {
      for (answer, text) in zip(plain.answers, reasoned.answers) {
        #expect(text.hasSuffix("\nAnswer: \(answer)"))
        let reason = text.dropLast("\nAnswer: \(answer)".count)
        #expect(reason.hasSuffix(".") && reason.lowercased().contains(plain.answers[0].lowercased()), "\(text)")
      }
    }
  }

  @Test func topicsThatAreStatedNowhereHaveNone() {
    #expect(committed.reasonedQuestions(.far).isEmpty && !committed.openQuestions(.far).isEmpty)
  }
}
