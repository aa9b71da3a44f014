// Damage to single letters: wrong keys and missing letters.
import Arrays

/// Share of the letters that are damaged, by severity.
private let letterRates: [Float] = [0.02, 0.04, 0.08, 0.12, 0.2]

/// The neighbours of each key on the usual English keyboard.
private let neighbours: [Character: [Character]] = {
  let rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"].map(Array.init)
  var neighbours: [Character: [Character]] = [:]
  for (number, row) in rows.enumerated() {
    for (column, key) in row.enumerated() {
      // Each row is shifted half a key to the right of the row above it.
      let positions =
        [(number, column - 1), (number, column + 1), (number - 1, column), (number - 1, column + 1)]
        + [(number + 1, column - 1), (number + 1, column)]
      neighbours[key] = positions.filter { rows.indices.contains($0.0) && rows[$0.0].indices.contains($0.1) }
        .map { rows[$0.0][$0.1] }
    }
  }
  return neighbours
}()

/// `text` with some letters of the English alphabet replaced by a neighbour on the keyboard; case is kept.
func replacingKeys(in text: String, severity: Int, _ stream: RandomStream) -> String {
  var characters = Array(text)
  let positions = characters.indices.filter { neighbours[key(characters[$0])] != nil }
  for index in damagedIndices(positions.count, rates: letterRates, severity: severity, stream) {
    let character = characters[positions[index]]
    let keys = neighbours[key(character), default: [character]]
    let wrong = keys[variant(index, below: keys.count, stream)]
    characters[positions[index]] = character.isUppercase ? Character(wrong.uppercased()) : wrong
  }
  return String(characters)
}

/// `text` without some of its letters; at least one letter is kept.
func droppingLetters(from text: String, severity: Int, _ stream: RandomStream) -> String {
  let characters = Array(text)
  let positions = characters.indices.filter { characters[$0].isLetter }
  let dropped = damagedIndices(positions.count, rates: letterRates, severity: severity, stream, sparesOne: true)
  let gone = Set(dropped.map { positions[$0] })
  return String(characters.indices.filter { !gone.contains($0) }.map { characters[$0] })
}

private func key(_ character: Character) -> Character {
  character.isASCII ? Character(character.lowercased()) : character
}
