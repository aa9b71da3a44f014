// Examples of several tokenized sets in one: a router of adapters is trained on the rows of many tasks at once.
import Faults

extension TokenizedSet {
  /// The calibration examples of this set, and the training examples of the sets of several tasks, whose row ids begin
  /// with the task's name.
  ///
  /// - Parameter tasks: each with its path, for messages.
  /// - Throws: `Fault` of kind `.configuration` for a set that was tokenized otherwise.
  package func pooled(trainingOf tasks: [(name: String, path: String, set: TokenizedSet)]) throws -> TokenizedSet {
    var pool = withoutExamples
    for example in examples(of: .calibration) { pool.append(example, of: self) }
    for (name, path, set) in tasks {
      if let difference = difference(inReadingFrom: set) {
        throw Fault(
          .configuration, path, "\(difference) as in \(dataset)",
          hint: "tokenize both with the same model, template and classes")
      }
      pool.maximumLength = max(pool.maximumLength, set.maximumLength)
      // Where the answers are letters, the widest question has them all.
      if set.labelTokens.count > pool.labelTokens.count { pool.labelTokens = set.labelTokens }
      for example in set.examples(of: .train) {
        pool.append(example, of: set)
        pool.rowIDs[pool.count - 1] = "\(name)/\(set.rowIDs[example])"
      }
    }
    return pool
  }

  /// The set without its examples.
  package var withoutExamples: TokenizedSet {
    var set = self
    (set.rowIDs, set.splits, set.labels, set.targets) = ([], [], [], [])
    (set.choiceOffsets, set.choiceTexts, set.sequenceOffsets, set.tokenOffsets) = ([0], [], [0], [0])
    (set.referenceOffsets, set.referenceTexts) = ([0], [])
    (set.tokens, set.segments, set.numbers) = ([], [], numbers?.selecting([]))
    return set
  }

  /// Appends an example of a set that was tokenized in the same way.
  package mutating func append(_ example: Int, of other: TokenizedSet) {
    rowIDs.append(other.rowIDs[example])
    splits.append(other.splits[example])
    labels.append(other.labels[example])
    targets += other.targets(of: example)
    if let number = other.numbers?.values[example] { numbers?.values.append(number) }
    if scoring.hasOwnChoices {
      choiceTexts += other.choiceTexts(of: example)
      choiceOffsets.append(Int32(choiceTexts.count))
    }
    if scoring == .answers {
      referenceTexts += other.references(of: example)
      referenceOffsets.append(Int32(referenceTexts.count))
    }
    for sequence in other.sequences(of: example) {
      tokens += other.tokens[other.tokenRange(sequence)]
      segments += other.segments[other.tokenRange(sequence)]
      tokenOffsets.append(Int64(tokens.count))
    }
    sequenceOffsets.append(Int32(tokenOffsets.count - 1))
  }
}
