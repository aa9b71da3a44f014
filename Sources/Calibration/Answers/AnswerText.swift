// When two short answers are the same, as SQuAD's evaluation decides it (Rajpurkar et al. 2016, arXiv:1606.05250): case,
// punctuation, articles and white space do not count. Unlike there, a number keeps its decimal point and its sign: 3.5 is
// not 35. An answer that is not the same may still share words.

/// The characters that do not count: ASCII's punctuation.
private let punctuation = Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
private let articles: Set = ["a", "an", "the"]

/// The words of an answer that count, in lower case. Punctuation is removed before words are separated, so `don't` is one
/// word. Where nothing would be left, as of `+`, all of it counts.
private func words(of answer: String) -> [String] {
  let all = answer.lowercased()
  let counting = split(withoutPunctuation(all)).filter { !articles.contains($0) }
  return counting.isEmpty ? split(all) : counting
}

/// `text` without punctuation, but for a point between two digits, and for a minus that begins a number at the beginning of a
/// word.
private func withoutPunctuation(_ text: String) -> String {
  let characters = Array(text)
  func isDigit(_ index: Int) -> Bool {
    characters.indices.contains(index) && characters[index].isASCII && characters[index].isNumber
  }
  return String(
    characters.indices.filter { index in
      switch characters[index] {
      case ".": isDigit(index - 1) && isDigit(index + 1)
      case "-": isDigit(index + 1) && (index == 0 || characters[index - 1].isWhitespace)
      default: !punctuation.contains(characters[index])
      }
    }.map { characters[$0] })
}

private func split(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }

/// `answer` in lower case, without punctuation and articles, with single spaces.
package func normalizedAnswer(_ answer: String) -> String { words(of: answer).joined(separator: " ") }

/// Whether `answer` is the same as one of `references`.
package func matches(_ answer: String, anyOf references: [String]) -> Bool {
  let normalized = normalizedAnswer(answer)
  return references.contains { normalizedAnswer($0) == normalized }
}

/// The largest F1 of the words of `answer` and those of a reference, 0 to 1: 2 x (common words) / (words of both), where
/// a word counts as often as it is in both. An answer without words is only the same as a reference without any.
package func wordF1(_ answer: String, anyOf references: [String]) -> Double {
  let mine = words(of: answer)
  return references.map { reference in
    let theirs = words(of: reference)
    if mine.isEmpty || theirs.isEmpty { return mine.isEmpty == theirs.isEmpty ? 1 : 0 }
    var left = Dictionary(theirs.map { ($0, 1) }, uniquingKeysWith: +)
    let common = mine.count { word in
      guard let count = left[word], count > 0 else { return false }
      left[word] = count - 1
      return true
    }
    return Double(2 * common) / Double(mine.count + theirs.count)
  }.max() ?? 0
}
