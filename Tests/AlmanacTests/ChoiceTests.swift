// The questions compared with the tables: exactly one choice of each question is true.
import Almanac
import Testing

@Suite struct ChoiceTests {
  @Test func everyQuestionHasFourDifferentChoicesAndExactlyOneIsTrue() throws {
    for (file, questions) in committedQuestions {
      for question in questions {
        #expect(Set(question.choices).count == 4, "\(file) \(question)")
        let (fact, table, given, asked) = try origin(of: question)
        let subject = table.rows[fact.row][given][0]
        // Computed from the table independently, row by row, so that a bug in the choice of wrong answers is found.
        let truths = question.choices.map { choice in
          table.rows.contains { $0[given].contains(subject) && $0[asked].contains(choice) }
        }
        #expect(truths.indices.filter { truths[$0] } == [question.answer], "\(file) \(question)")
      }
    }
  }

  @Test func aThingWithAnUnknownValueIsNeverOffered() throws {
    for question in committedQuestions.flatMap(\.questions) {
      let (_, table, given, asked) = try origin(of: question)
      for choice in question.choices {
        let known = table.rows.contains { !$0[given].isEmpty && $0[asked].first == choice }
        #expect(known, "\(choice) in \(question)")
      }
    }
  }

  @Test func anotherTrueValueIsNeverOffered() throws {
    let dog = try #require(factsByName["animals/animal-young/dog"])
    #expect(committed.trueAnswers(dog, .forward) == ["puppy", "pup"])
    #expect(!committed.rivals(dog, .forward).contains("pup"))
    let seal = try #require(factsByName["animals/animal-young/seal"])
    #expect(!committed.rivals(seal, .backward).contains("dog"), "a dog's young is a pup as well")
    #expect(committed.rivals(seal, .backward).contains("cat"))
  }

  @Test func wrongCapitalsComeFromTheSameContinent() throws {
    let france = try #require(factsByName["capitals/country-capital/France"])
    let rivals = committed.rivals(france, .forward)
    #expect(rivals.contains("Rome"))
    #expect(!rivals.contains("Paris") && !rivals.contains("Tokyo"))
  }

  @Test func wrongNumbersAreTheNearestOnes() throws {
    let iron = try #require(factsByName["elements/element-number/iron"])
    #expect(Set(committed.rivals(iron, .forward)) == Set((21...31).filter { $0 != 26 }.map(String.init)))
    #expect(committed.rivals(iron, .backward).contains("cobalt"))
    #expect(!committed.rivals(iron, .backward).contains("gold"))
  }

  @Test func theAnswerHasEveryIndexEquallyOften() {
    for (file, questions) in committedQuestions {
      let counts = (0..<4).map { place in questions.filter { $0.answer == place }.count }
      // Five standard deviations of a binomial distribution with probability 1/4.
      let expected = Double(questions.count) / 4
      for count in counts {
        #expect(abs(Double(count) - expected) < 5 * (expected * 0.75).squareRoot(), "\(file) \(counts)")
      }
    }
  }

  @Test func aQuestionWithAChoiceIsShort() {
    for (file, questions) in committedQuestions where file != .far {
      for question in questions {
        let longest = question.question.utf8.count + (question.choices.map(\.utf8.count).max() ?? 0)
        #expect(longest < 150, "\(question)")
      }
    }
  }
}
