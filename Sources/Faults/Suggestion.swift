// What a mistyped word may have been meant for.

extension String {
  /// The one of `words` that this word is the beginning of, or else the one that a few typing mistakes lead to: one in
  /// three characters at most. Nil where none comes so close: a wrong guess misleads.
  public func nearest(among words: some Sequence<String>) -> String? {
    let typed = lowercased()
    let words = words.sorted { ($0.count, $0) < ($1.count, $1) }
    if let longer = words.first(where: { $0.hasPrefix(typed) }) { return longer }
    let allowed = Swift.max(1, filter(\.isLetter).count / 3)
    let distances = words.map { mistakes(between: Array(typed.unicodeScalars), and: Array($0.unicodeScalars)) }
    guard let least = distances.min(), least <= allowed else { return nil }
    return words[distances.firstIndex(of: least)!]
  }
}

/// How many characters must be put in, left out, replaced, or swapped with the next one to make one text of the other.
private func mistakes(between first: [Unicode.Scalar], and second: [Unicode.Scalar]) -> Int {
  var rows = [Array(0...second.count)]
  for i in first.indices {
    var row = [i + 1]
    for j in second.indices {
      var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (first[i] == second[j] ? 0 : 1))
      let areSwapped = i > 0 && j > 0 && first[i] == second[j - 1] && first[i - 1] == second[j]
      if areSwapped { least = min(least, rows[i - 1][j - 1] + 1) }
      row.append(least)
    }
    rows.append(row)
  }
  return rows[first.count][second.count]
}
