// What a scorer asks of a tokenized set before it computes anything.
import Artifacts
import Faults
import Transformers

extension TokenizedSet {
  /// Refuses a set that does not fit the base. Every stage that reads tokens with a base asks this first, and so does
  /// `tokenize`: nothing behind it looks at an id or a length again.
  ///
  /// - Throws: `Fault` of kind `.configuration` for a scoring of another family; for token ids, token types and lengths
  ///   beyond the base's tables.
  public func check(on architecture: Architecture) throws(Fault) {
    try scoring.check(on: architecture, dataset)
    let isUnknown = { (id: Int32) in !(0..<architecture.vocabularySize).contains(Int(id)) }
    if let id = tokens.first(where: isUnknown) ?? labelTokens.first(where: isUnknown) {
      throw Fault(
        .configuration, dataset, "token id \(id), but the base knows ids below \(architecture.vocabularySize)",
        hint: "tokenize with the base's own tokenizer")
    }
    for index in 0..<tokenOffsets.count - 1 where tokenRange(index).count > architecture.maximumPositions {
      throw Fault(
        .configuration, dataset,
        "a sequence of \(tokenRange(index).count) tokens, but the base knows \(architecture.maximumPositions) positions",
        hint: "tokenize with --maximum-length \(architecture.maximumPositions)")
    }
    // A decoder has no table of token types: there segment 1 marks a continuation.
    if !scoring.needsDecoder, let type = segments.max(), Int(type) >= architecture.tokenTypes {
      throw Fault(
        .configuration, dataset,
        "its second texts have token type \(type), but the base has only types below \(architecture.tokenTypes) "
          + "(type_vocab_size in config.json)",
        hint: "tokenize with --scoring pairs --template statement, which joins both texts into one")
    }
  }

  /// Tokens of the longest sequence, at least 1.
  var longestSequence: Int { (0..<tokenOffsets.count - 1).map { tokenRange($0).count }.max() ?? 1 }

  /// The choices of an example that have the tokens of an earlier one, each with the first such.
  func repeatedChoices(_ example: Int) -> [RepeatedChoice] {
    guard scoring.hasSequencePerChoice else { return [] }
    let texts = sequences(of: example).map { (tokens[tokenRange($0)], segments[tokenRange($0)]) }
    return texts.indices.compactMap { choice in
      let first = texts.firstIndex { $0 == texts[choice] }!
      return first < choice ? RepeatedChoice(choice: choice, first: first) : nil
    }
  }

  /// With how many tokens of segment 0 all continuations of an example begin; 0 where they are to be worked on apart.
  func sharedTokens(_ example: Int) -> Int {
    guard scoring == .continuations else { return 0 }
    let ranges = sequences(of: example).map(tokenRange)
    guard ranges.count > 1, let first = ranges.first else { return 0 }
    let question = segments[first].prefix { $0 == 0 }.count
    let isShared = ranges.allSatisfy { range in
      range.count > question && tokens[range].prefix(question) == tokens[first].prefix(question)
        && segments[range].dropFirst(question).allSatisfy { $0 == 1 }
    }
    return isShared ? question : 0
  }
}

extension TokenizedSet.Scoring {
  /// Refuses a base that has not got the output layer which is read.
  ///
  /// - Parameter dataset: the data set's name, for messages.
  /// - Throws: `Fault` of kind `.configuration`.
  public func check(on architecture: Architecture, _ dataset: String) throws(Fault) {
    let isDecoder = architecture.family == .llama
    guard needsDecoder != isDecoder else { return }
    let fitting = Self.allCases.filter { $0.needsDecoder == isDecoder }.map(\.rawValue)
    throw Fault(
      .configuration, dataset,
      "scoring \"\(rawValue)\" does not go with a base of family \(architecture.family.rawValue)",
      hint: "tokenize with the base's own folder as --model, and --scoring \(fitting.joined(separator: " or "))")
  }
}

/// A choice with the same tokens as an earlier choice of its example. It has the logit of that one, since the rounding of
/// two passes over the same text must not decide between them.
package struct RepeatedChoice: Sendable {
  /// The choice.
  package let choice: Int
  /// The first of the example's choices with these tokens.
  package let first: Int
}

/// FNV-1a over a row id and a place.
func identity(_ rowID: String, _ place: Int) -> UInt32 {
  var value: UInt32 = 2_166_136_261
  for byte in rowID.utf8 { value = (value ^ UInt32(byte)) &* 16_777_619 }
  return (value ^ UInt32(truncatingIfNeeded: place)) &* 16_777_619
}
