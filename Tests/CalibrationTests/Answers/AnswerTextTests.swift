// Normalised equality and F1 of answers, against cases that were computed by hand.
import Calibration
import Testing

@Suite struct AnswerTextTests {
  @Test(arguments: [
    ("The  Eiffel Tower.", "eiffel tower"), ("an apple, a pear", "apple pear"), ("Don't!", "dont"), ("  ", ""),
    ("theatre", "theatre"), ("U.S.A.", "usa"), ("3-4\n(b)", "34 b"), ("Café", "café"),
    // Numbers that differ stay apart.
    ("3.5", "3.5"), ("35", "35"), ("$1,000.50.", "1000.50"), ("-4", "-4"), ("about -0.5.", "about -0.5"), ("2-4", "24"),
    ("no. 4", "no 4"), (".5", "5"), ("- 4", "4"),
    // Where nothing else is left, it counts.
    ("A", "a"), ("+", "+"), ("? !", "? !"),
  ])
  func caseArticlesPunctuationAndSpacesDoNotCount(answer: String, expected: String) {
    #expect(normalizedAnswer(answer) == expected)
  }

  @Test func anAnswerMatchesAnyOfItsReferences() {
    #expect(matches("the Paris", anyOf: ["London", "paris."]))
    #expect(!matches("Paris, France", anyOf: ["London", "Paris"]))
    #expect(!matches("?", anyOf: ["!", "+"]))
  }

  /// 2 common words of 3 and 2: 4/5. A word counts as often as both have it. The best of several references counts.
  private static let shared: [(String, [String], Double)] = [
    ("big green tree", ["the green tree"], 0.8), ("no no", ["no"], 2 / 3), ("x y", ["z", "y", "x y z w"], 2 / 3),
    ("red", ["blue"], 0), ("", ["blue"], 0), ("the", ["a"], 0), ("+", ["-"], 0), ("+", ["+"], 1),
    ("tree, tree green", ["green tree tree"], 1),
  ]

  @Test(arguments: shared) func f1CountsCommonWords(answer: String, references: [String], expected: Double) {
    #expect(abs(wordF1(answer, anyOf: references) - expected) < 1e-12)
  }
}
