// Guesses the intended spelling of a misspelt name, for hints.

/// The one of `names` that `name` most likely misspells: at most two letters are missing, added, wrong or swapped, and
/// at most a third of its letters. Case is ignored. Nil if no name is that close.
package func closest(to name: String, among names: [String]) -> String? {
  let letters = Array(name.lowercased())
  let limit = min(2, letters.count / 3)
  let near = names.map { (name: $0, distance: distance(letters, Array($0.lowercased()), limit: limit)) }
  return near.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.name
}

/// ` (did you mean NAME?)` with the closest of `names`, to append to a message; "" if none is close.
package func suggestion(for name: String, among names: [String]) -> String {
  closest(to: name, among: names).map { " (did you mean \($0)?)" } ?? ""
}

/// The optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. Returns some
/// number above `limit` if the lengths alone differ by more.
private func distance(_ first: [Character], _ second: [Character], limit: Int) -> Int {
  if abs(first.count - second.count) > limit { return limit + 1 }
  var (beforeLast, last) = ([Int](), Array(0...second.count))
  for (row, letter) in first.enumerated() {
    var current = [row + 1]
    for (column, other) in second.enumerated() {
      var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
      if row > 0, column > 0, letter == second[column - 1], other == first[row - 1] {
        best = min(best, beforeLast[column - 1] + 1)
      }
      current.append(best)
    }
    (beforeLast, last) = (last, current)
  }
  return last[second.count]
}
