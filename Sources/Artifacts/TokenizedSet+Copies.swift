// Which examples are copies of others. Copies are not independent of each other: a thousand of them tell no more about
// other texts than one does.

extension TokenizedSet {
  /// For each of `examples` the first of them that has the same tokens, and so the same text as far as the network can see:
  /// an example that is no copy has itself. Of examples with written answers, the prompts are compared.
  package func firstWithSameText(among examples: [Int]) -> [Int] {
    var first: [[ArraySlice<Int32>]: Int] = [:]
    return examples.map { example in
      let text =
        scoring == .answers ? [prompt(of: example)] : sequences(of: example).map { tokens[tokenRange($0)] }
      let index = first[text] ?? example
      first[text] = index
      return index
    }
  }

  /// The examples of `examples` that have the same text as an earlier one of them.
  package func copies(among examples: [Int]) -> [Int] {
    zip(examples, firstWithSameText(among: examples)).filter { $0 != $1 }.map(\.0)
  }

  /// The ids of the test rows whose text an earlier test row with a label has.
  package var idsOfCopiedTestRows: Set<String> {
    Set(copies(among: examples(of: .test).filter { labels[$0] >= 0 }).map { rowIDs[$0] })
  }
}
