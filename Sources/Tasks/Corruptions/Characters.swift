// Damage to single letters: the wrong key, and no key at all.
import Arrays

/// Shares of the letters that are damaged, by severity.
private let letterRates: [Float] = [0.02, 0.04, 0.08, 0.12, 0.2]

/// The keys beside each key of the usual English keyboard.
private let neighbours: [Character: [Character]] = {
  let rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"].map(Array.init)
  var neighbours: [Character: [Character]] = [:]
  for (number, row) in rows.enumerated() {
    for (column, key) in row.enumerated() {
      // Each row stands half a key to the right of the one above it.
      let places =
        [(number, column - 1), (number, column + 1), (number - 1, column), (number - 1, column + 1)]
        + [(number + 1, column - 1), (number + 1, column)]
      neighbours[key] = places.filter { rows.indices.contains($0.0) && rows[$0.0].indices.contains($0.1) }
        .map { rows[$0.0][$0.1] }
    }
  }
  return neighbours
}()

/// `text` with some letters of the English alphabet replaced by a neighbour on the keyboard; case is kept.
func replacingKeys(in text: String, severity: Int, _ stream: RandomStream) -> String {
  var characters = Array(text)
  let places = characters.indices.filter { neighbours[key(characters[$0])] != nil }
  for place in damagedPlaces(places.count, rates: letterRates, severity: severity, stream) {
    let character = characters[places[place]]
    let keys = neighbours[key(character), default: [character]]
    let wrong = keys[variant(place, below: keys.count, stream)]
    characters[places[place]] = character.isUppercase ? Character(wrong.uppercased()) : wrong
  }
  return String(characters)
}

/// `text` without some of its letters; one letter is always left.
func droppingLetters(from text: String, severity: Int, _ stream: RandomStream) -> String {
  let characters = Array(text)
  let places = characters.indices.filter { characters[$0].isLetter }
  let dropped = damagedPlaces(places.count, rates: letterRates, severity: severity, stream, sparesOne: true)
  let gone = Set(dropped.map { places[$0] })
  return String(characters.indices.filter { !gone.contains($0) }.map { characters[$0] })
}

private func key(_ character: Character) -> Character {
  character.isASCII ? Character(character.lowercased()) : character
}
