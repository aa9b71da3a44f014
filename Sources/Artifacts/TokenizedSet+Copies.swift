// Which examples are copies of others. Copies are not independent of each other: a thousand of them tell no more about
// other texts than one does.

extension TokenizedSet {
  /// The examples of `examples` that have the same tokens as an earlier one of them, and so the same text as far as the
  /// network can see.
  package func copies(among examples: [Int]) -> [Int] {
    var seen = Set<[ArraySlice<Int32>]>()
    return examples.filter { example in
      !seen.insert(sequences(of: example).map { tokens[tokenRange($0)] }).inserted
    }
  }

  /// The ids of the test rows whose text an earlier test row with a label has.
  package var idsOfCopiedTestRows: Set<String> {
    Set(copies(among: examples(of: .test).filter { labels[$0] >= 0 }).map { rowIDs[$0] })
  }
}
