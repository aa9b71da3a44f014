// What a scorer asks of a tokenized set before it computes anything.
import Artifacts
import Faults
import Transformers

extension TokenizedSet {
  /// Refuses a set that does not fit the base.
  ///
  /// - Throws: `Fault` of kind `.configuration` for a scoring of another family, ids outside the vocabulary, sequences longer
  ///   than the base knows.
  func check(on architecture: Architecture) throws {
    guard scoring.needsDecoder == (architecture.family == .llama) else {
      throw Fault(
        .configuration, dataset,
        "scoring \"\(scoring.rawValue)\" does not go with a base of family \(architecture.family.rawValue)",
        hint: "tokenize with the base's own folder as --model")
    }
    if let id = tokens.first(where: { !(0..<architecture.vocabularySize).contains(Int($0)) }) {
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
    if scoring == .pairs, let type = segments.max(), Int(type) >= architecture.tokenTypes {
      throw Fault(.configuration, dataset, "token type \(type), but the base knows \(architecture.tokenTypes)")
    }
  }

  /// Tokens of the longest sequence, at least 1.
  var longestSequence: Int { (0..<tokenOffsets.count - 1).map { tokenRange($0).count }.max() ?? 1 }

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

/// FNV-1a over a row id and a place.
func identity(_ rowID: String, _ place: Int) -> UInt32 {
  var value: UInt32 = 2_166_136_261
  for byte in rowID.utf8 { value = (value ^ UInt32(byte)) &* 16_777_619 }
  return (value ^ UInt32(truncatingIfNeeded: place)) &* 16_777_619
}
