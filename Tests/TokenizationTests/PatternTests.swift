// The regular expressions of pre-tokenizers: what they match, and unsupported syntax, which is rejected.
import JSON
import Testing
import Tokenization

private func pieces(_ pattern: String, _ text: String) throws -> [String] {
  try Tokenizer(json: wordPiece(preTokenizer: split(pattern)), subject: "test").pieces(of: text)
}

@Test func alternativesAreTriedInOrder() throws {
  #expect(try pieces("a|ab|b", "abb") == ["a", "b", "b"])
  #expect(try pieces("ab|a|b", "abb") == ["ab", "b"])
}

@Test func quantifiersBacktrackForTheRest() throws {
  #expect(try pieces(#"\s+(?!\S)"#, "a   b") == ["a", "  ", " b"])
  #expect(try pieces("[ab]*b", "abba") == ["abb", "a"])
  #expect(try pieces("a{2,3}", "aaaaaaa") == ["aaa", "aaa", "a"])
  #expect(try pieces("a{2}", "aaaaa") == ["aa", "aa", "a"])
  #expect(try pieces("(?:ab){1,2}c", "ababcabc") == ["ababc", "abc"])
  #expect(try pieces("(ab)+a", "ababa") == ["ababa"])
}

@Test func possessiveRunsDoNotBacktrack() throws {
  #expect(try pieces("[ab]*b", "cabbc") == ["c", "abb", "c"])
  #expect(try pieces("[ab]*+b", "cabbc") == ["cabbc"])
  #expect(try pieces("a++b", "caabc") == ["c", "aab", "c"])
}

@Test func lookAheadDoesNotMove() throws {
  #expect(try pieces("a(?=b)", "abac") == ["a", "bac"])
  #expect(try pieces("a(?!b)", "abac") == ["ab", "a", "c"])
}

@Test func setsMatchTheirMembers() throws {
  #expect(try pieces(#"\p{Lu}"#, "aBcÉǅ") == ["a", "B", "c", "É", "ǅ"])
  #expect(try pieces(#"[^\s\p{L}]+"#, "a1 2,b") == ["a", "1", " ", "2,", "b"])
  #expect(try pieces(#"\P{L}+"#, "a12b") == ["a", "12", "b"])
  #expect(try pieces(#"[\S]+"#, "ab\u{A0}c") == ["ab", "\u{A0}", "c"])
  #expect(try pieces("[a-cx-]+", "abc-xd") == ["abc-x", "d"])
}

/// Oniguruma folds the long s to s, so that the contraction in the patterns after GPT-2 is one piece.
@Test func withIgnoredCaseTheLongSIsAnS() throws {
  #expect(try pieces("(?i:'s)", "a'ſb'Sc") == ["a", "'ſ", "b", "'S", "c"])
  #expect(try pieces("'s", "a'Sb's") == ["a'Sb", "'s"])
}

/// A scalar of Unicode 17 is unassigned in the reference, although it is a letter in Swift.
@Test func categoriesAreThoseOfUnicode16() throws {
  let letterOf16: Unicode.Scalar = "\u{1C89}"
  let letterOf17: Unicode.Scalar = "\u{A7CE}"
  #expect(letterOf17.properties.generalCategory == .uppercaseLetter)
  #expect(try pieces(#"\p{L}"#, "1\(letterOf16)1") == ["1", "\(letterOf16)", "1"])
  #expect(try pieces(#"\p{L}"#, "1\(letterOf17)1") == ["1\(letterOf17)1"])
}

@Test(arguments: [
  #"\p{Han}+"#, #"\w+"#, #"\bfoo"#, "a*?", "(?<=a)b", "(?<name>a)", "^a", "$", "a$?", ".", "[[:alpha:]]", "[a&&b]",
  #"(a)\1"#,
  "(a",
  "a)", "[a", "*a", "a**", "a{2}+", "(?:ab)*+", "(a*)*", "a*", "", #"\"#, "a{,}", "a{3,2}", "(?i:ß)", "(?i:st)",
  "(?i)a",
  #"\u0041"#, "[z-a]", #"[\s-a]"#, "((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))",
  "(?:(?:(?:a{900}b){900}){900})",
])
func unsupportedSyntaxIsRejected(pattern: String) {
  let message = rejection(wordPiece(preTokenizer: split(pattern)))
  #expect(message.hasPrefix("tokenizer.json: pre_tokenizer.pattern.Regex: not supported: "), "\(message)")
}

/// A dollar is the end of a line or of the text, also behind a last line feed.
@Test func aDollarMatchesTheEndOfALine() throws {
  #expect(try pieces(#"\s+$"#, "a \n b \n") == ["a", " ", "\n b", " \n"])
  #expect(try pieces("a$", "a\na b a") == ["a", "\na b ", "a"])
  #expect(try pieces(#"\s+$"#, String(repeating: " ", count: 100_000) + "b").count == 1)
}

/// transformers writes this for SentencePiece files of Llama.
@Test func theBeginningOfATextMatches() throws {
  #expect(try pieces(#"\Aa"#, "aa") == ["a", "a"])
  #expect(try pieces(#"\Aa|b"#, "ba") == ["b", "a"])
  #expect(try pieces(#"\Aa"#, "\na") == ["\na"])
}

/// As in the pattern of BLOOM.
@Test func aBracketInABracketAddsItsScalars() throws {
  #expect(try pieces(#" ?[^(\s|[.,!?…])]+"#, "ab (c|d), e!") == ["ab", " (", "c", "|", "d", "),", " e", "!"])
  #expect(try pieces("[a[b-d]]+", "abex") == ["ab", "ex"])
}

/// The search's stack grows with the text, but the thread's does not.
@Test func longTextsMatchInTime() throws {
  let llama3 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  for unit in ["a", " ", "\n", "'", "1", " \n", "é"] {
    let text = String(repeating: unit, count: 200_000)
    let pieces = try pieces(llama3, text)
    #expect(pieces.reduce(0) { $0 + $1.utf8.count } == text.utf8.count)
  }
  #expect(try pieces("(ab)+", String(repeating: "ab", count: 100_000)).count == 1)
}

/// Without the memo, each of these would try exponentially or quadratically many paths and not finish.
@Test(arguments: [
  ("(?:a+)+b", "a"), ("(?:a|a)+b", "a"), ("(?:a{1,3}|aa?)+b", "a"), ("(?:(?:a|b)+c?)+d", "ab"), ("(?!(?:a+)+b)c", "a"),
  ("a(?=(?:a+)+b)", "a"),
])
func nestedRepetitionsFinish(pattern: String, unit: String) throws {
  let text = String(repeating: unit, count: 50_000)
  #expect(try pieces(pattern, text) == [text])
}

/// The memo changes no match.
@Test func matchesAfterManyFailuresAreFound() throws {
  let letters = String(repeating: "a", count: 20_000)
  #expect(try pieces("(?:a+)+b", letters + "c" + letters + "b") == [letters + "c", letters + "b"])
  #expect(try pieces("a+b|aa|a", letters) == [String](repeating: "aa", count: 10_000))
  #expect(try pieces("(?=(?:ab)+c)a|b|c", String(repeating: "ab", count: 20_000) + "c").count == 40_001)
  #expect(try pieces("(?:a{1,2}b?)+c", letters + "ac d") == [letters + "ac", " d"])
}
