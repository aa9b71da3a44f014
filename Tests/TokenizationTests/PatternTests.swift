// The regular expressions of pre-tokenizers: what they match, and what is refused rather than half understood.
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

@Test func quantifiersGiveBackWhatTheRestNeeds() throws {
  #expect(try pieces(#"\s+(?!\S)"#, "a   b") == ["a", "  ", " b"])
  #expect(try pieces("[ab]*b", "abba") == ["abb", "a"])
  #expect(try pieces("a{2,3}", "aaaaaaa") == ["aaa", "aaa", "a"])
  #expect(try pieces("a{2}", "aaaaa") == ["aa", "aa", "a"])
  #expect(try pieces("(?:ab){1,2}c", "ababcabc") == ["ababc", "abc"])
  #expect(try pieces("(ab)+a", "ababa") == ["ababa"])
}

@Test func possessiveRunsGiveNothingBack() throws {
  #expect(try pieces("[ab]*b", "cabbc") == ["c", "abb", "c"])
  #expect(try pieces("[ab]*+b", "cabbc") == ["cabbc"])
  #expect(try pieces("a++b", "caabc") == ["c", "aab", "c"])
}

@Test func lookAheadMovesNothing() throws {
  #expect(try pieces("a(?=b)", "abac") == ["a", "bac"])
  #expect(try pieces("a(?!b)", "abac") == ["ab", "a", "c"])
}

@Test func setsAreWhatTheySay() throws {
  #expect(try pieces(#"\p{Lu}"#, "aBcÉǅ") == ["a", "B", "c", "É", "ǅ"])
  #expect(try pieces(#"[^\s\p{L}]+"#, "a1 2,b") == ["a", "1", " ", "2,", "b"])
  #expect(try pieces(#"\P{L}+"#, "a12b") == ["a", "12", "b"])
  #expect(try pieces(#"[\S]+"#, "ab\u{A0}c") == ["ab", "\u{A0}", "c"])
  #expect(try pieces("[a-cx-]+", "abc-xd") == ["abc-x", "d"])
}

/// Oniguruma folds the long s to s; the contraction of GPT-2's followers is then one piece.
@Test func withoutRegardToCaseTheLongSIsAnS() throws {
  #expect(try pieces("(?i:'s)", "a'ſb'Sc") == ["a", "'ſ", "b", "'S", "c"])
  #expect(try pieces("'s", "a'Sb's") == ["a'Sb", "'s"])
}

/// A scalar of Unicode 17 is unassigned to the reference, though Swift knows it for a letter.
@Test func categoriesAreThoseOfUnicode16() throws {
  let letterOf16: Unicode.Scalar = "\u{1C89}"
  let letterOf17: Unicode.Scalar = "\u{A7CE}"
  #expect(letterOf17.properties.generalCategory == .uppercaseLetter)
  #expect(try pieces(#"\p{L}"#, "1\(letterOf16)1") == ["1", "\(letterOf16)", "1"])
  #expect(try pieces(#"\p{L}"#, "1\(letterOf17)1") == ["1\(letterOf17)1"])
}

@Test(arguments: [
  #"\p{Han}+"#, #"\w+"#, #"\bfoo"#, "a*?", "(?<=a)b", "(?<name>a)", "^a", "a$", ".", "[[:alpha:]]", "[a&&b]", #"(a)\1"#,
  "(a",
  "a)", "[a", "*a", "a**", "a{2}+", "(?:ab)*+", "(a*)*", "a*", "", #"\"#, "a{,}", "a{3,2}", "(?i:ß)", "(?i:st)",
  "(?i)a",
  #"\u0041"#, "[z-a]", #"[\s-a]"#, "((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))",
  "(?:(?:(?:a{900}b){900}){900})",
])
func whatIsNotUnderstoodIsRefused(pattern: String) {
  let message = refusal(wordPiece(preTokenizer: split(pattern)))
  #expect(message.hasPrefix("tokenizer.json: pre_tokenizer.pattern.Regex: not understood: "), "\(message)")
}

/// The stack of the search grows with the text; the thread's does not.
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

/// Each of these would try exponentially or quadratically many ways without the memo; guarded by completion.
@Test(arguments: [
  ("(?:a+)+b", "a"), ("(?:a|a)+b", "a"), ("(?:a{1,3}|aa?)+b", "a"), ("(?:(?:a|b)+c?)+d", "ab"), ("(?!(?:a+)+b)c", "a"),
  ("a(?=(?:a+)+b)", "a"),
])
func nestedRepetitionsEnd(pattern: String, unit: String) throws {
  let text = String(repeating: unit, count: 50_000)
  #expect(try pieces(pattern, text) == [text])
}

/// What the memo knows changes no match.
@Test func matchesBehindManyFailuresAreFound() throws {
  let letters = String(repeating: "a", count: 20_000)
  #expect(try pieces("(?:a+)+b", letters + "c" + letters + "b") == [letters + "c", letters + "b"])
  #expect(try pieces("a+b|aa|a", letters) == [String](repeating: "aa", count: 10_000))
  #expect(try pieces("(?=(?:ab)+c)a|b|c", String(repeating: "ab", count: 20_000) + "c").count == 40_001)
  #expect(try pieces("(?:a{1,2}b?)+c", letters + "ac d") == [letters + "ac", " d"])
}
