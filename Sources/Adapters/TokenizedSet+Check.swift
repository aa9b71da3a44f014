// Whether a tokenized set fits a base: checked before anything is computed with both.
import Artifacts
import Faults
import Transformers

extension TokenizedSet {
  /// Rejects a set that does not fit the base. Every stage that uses tokens with a base calls this first, and so does
  /// `tokenize`: later code does not check ids and lengths again.
  ///
  /// - Throws: `Fault` of kind `.configuration` for a scoring that the base does not support, and for token ids, token
  ///   types and lengths beyond its tables.
  package func check(on architecture: Architecture) throws(Fault) {
    try scoring.check(on: architecture, dataset)
    let isUnknown = { (id: Int32) in !(0..<architecture.vocabularySize).contains(Int(id)) }
    let others = labelTokens + (endToken.map { [$0] } ?? [])
    if let id = tokens.first(where: isUnknown) ?? others.first(where: isUnknown) {
      throw Fault(
        .configuration, dataset, "token id \(id), but the base has only ids below \(architecture.vocabularySize)",
        hint: "tokenize with the base's own tokenizer")
    }
    for index in 0..<tokenOffsets.count - 1 where tokenRange(index).count > architecture.maximumPositions {
      throw Fault(
        .configuration, dataset,
        "a sequence of \(tokenRange(index).count) tokens, but the base has \(architecture.maximumPositions) positions",
        hint: "tokenize with `maximum-length \(architecture.maximumPositions)`")
    }
    // A network without token types does not read them; in a decoder's text segment 1 marks a continuation.
    if architecture.tokenTypes > 0, let type = segments.max(), Int(type) >= architecture.tokenTypes {
      throw Fault(
        .configuration, dataset,
        "its second texts have token type \(type), but the base has only types below \(architecture.tokenTypes) "
          + "(type_vocab_size in config.json)",
        hint: "tokenize with `scoring pairs` and `template statement`, which joins both texts into one")
    }
  }
}

extension TokenizedSet.Scoring {
  /// Rejects a base without the output layer that the scoring reads.
  ///
  /// - Parameter dataset: the data set's name, for messages.
  /// - Throws: `Fault` of kind `.configuration`.
  package func check(on architecture: Architecture, _ dataset: String) throws(Fault) {
    guard needsDecoder != architecture.isDecoder else { return }
    let fitting = Self.allCases.filter { $0.needsDecoder == architecture.isDecoder }.map(\.rawValue)
    throw Fault(
      .configuration, dataset,
      "scoring \"\(rawValue)\" does not fit \(architecture.isDecoder ? "a decoder" : "an encoder")",
      hint: "tokenize with the base's own folder as `model`, and `scoring \(fitting.joined(separator: " or "))`")
  }
}
