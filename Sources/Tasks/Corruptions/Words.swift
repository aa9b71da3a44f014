// Damage to words: some are removed, some change case, some spaces between them are doubled or removed.
import Arrays

/// Share of the words that are damaged, by severity.
private let droppedRates: [Float] = [0.05, 0.1, 0.2, 0.3, 0.4]
private let caseRates: [Float] = [0.1, 0.2, 0.4, 0.6, 0.8]

/// Words whose loss can reverse the answer.
private let negations: Set<String> = [
  "no", "not", "never", "none", "nor", "neither", "nothing", "nobody", "without", "except", "unless", "cannot", "least",
]

/// `text` without some of its words and the space after them. Numbers, negations, a blank (`_`) and one word are kept.
func droppingWords(from text: String, severity: Int, _ stream: RandomStream) -> String {
  let pieces = pieces(of: text)
  let droppable = pieces.indices.filter { isLosable(pieces[$0].word) }
  let dropped = damagedIndices(droppable.count, rates: droppedRates, severity: severity, stream, sparesOne: true)
  let gone = Set(dropped.map { droppable[$0] })
  return pieces.indices.filter { !gone.contains($0) }.map { pieces[$0].word + pieces[$0].space }.joined()
}

/// `text` with some words in capitals or with the case of their first letter swapped, and some spaces doubled or
/// removed.
func changingCaseAndSpace(of text: String, severity: Int, _ stream: RandomStream) -> String {
  let pieces = pieces(of: text)
  let damaged = damagedIndices(pieces.count, rates: caseRates, severity: severity, stream)
  return pieces.indices.map { index in
    let (word, space) = pieces[index]
    guard damaged.contains(index), !word.isEmpty else { return word + space }
    switch variant(index, below: 4, stream) {
    case 0: return word.uppercased() + space
    case 1: return swappingFirstCase(of: word) + space
    case 2: return word + space + space
    default: return word
    }
  }.joined()
}

/// The words of `text`, each with the white space after it. White space at the start follows an empty word.
private func pieces(of text: String) -> [(word: String, space: String)] {
  var pieces: [(word: String, space: String)] = []
  for character in text {
    if character.isWhitespace {
      if pieces.isEmpty { pieces.append(("", "")) }
      pieces[pieces.count - 1].space.append(character)
    } else if pieces.last?.space.isEmpty ?? false {
      pieces[pieces.count - 1].word.append(character)
    } else {
      pieces.append((String(character), ""))
    }
  }
  return pieces
}

private func isLosable(_ word: String) -> Bool {
  if word.contains(where: { $0 == "_" || $0.isNumber }) { return false }
  let letters = word.lowercased().filter { $0.isLetter || $0 == "'" || $0 == "’" }
  return letters.contains(where: \.isLetter) && !negations.contains(letters)
    && !letters.hasSuffix("n't") && !letters.hasSuffix("n’t")
}

private func swappingFirstCase(of word: String) -> String {
  guard let first = word.first else { return word }
  return (first.isUppercase ? first.lowercased() : first.uppercased()) + word.dropFirst()
}
