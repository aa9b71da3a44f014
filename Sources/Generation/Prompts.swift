// The prompts of a tokenized set, and what has to be known to end a text after them.
import Artifacts
import Faults
import Posteriors
import Transformers

/// Turns ids into text, and names the token that ends a text.
package struct TextDecoder: Sendable {
  /// The text of ids, without special tokens.
  package let decode: @Sendable ([Int32]) throws -> String
  /// Nil where the vocabulary has no such token.
  package let endToken: Int32?

  package init(endToken: Int32?, decode: @escaping @Sendable ([Int32]) throws -> String) {
    (self.endToken, self.decode) = (endToken, decode)
  }

  /// What `tokens` add to the text of `prompt`. The tokens of a byte-level vocabulary may split a character, and others
  /// drop a blank at the beginning of a text: so both texts are decoded whole, and compared.
  package func text(of tokens: [Int32], after prompt: ArraySlice<Int32>) throws -> String {
    let (before, all) = (try decode(Array(prompt)), try decode(prompt + tokens))
    guard all.utf8.starts(with: before.utf8) else { return try decode(tokens).withoutNUL }
    return String(decoding: all.utf8.dropFirst(before.utf8.count), as: UTF8.self).withoutNUL
  }
}

extension String {
  /// HDF5 ends a text at a NUL.
  fileprivate var withoutNUL: String { replacing("\0", with: "\u{FFFD}") }

  /// The text before the first of `stops`; nil if it contains none of them.
  func beforeFirst(of stops: [String]) -> String? {
    let bytes = Array(utf8)
    let starts = stops.compactMap { stop in
      let stop = Array(stop.utf8)
      return bytes.indices.first { bytes[$0...].starts(with: stop) }
    }
    return starts.min().map { String(decoding: bytes[..<$0], as: UTF8.self) }
  }
}

extension TokenizedSet {
  /// The length of the longest prompt with the texts that are written after it.
  package func positions(writing newTokens: Int, on architecture: Architecture) -> Int {
    let longest = predictedExamples.map { prompt(of: $0).count }.max() ?? 0
    return min(architecture.maximumPositions, longest + newTokens)
  }

  /// Rejects a set whose prompts leave no room for a text.
  ///
  /// - Parameters:
  ///   - positions: those of the base.
  ///   - question: how many of them the question about the text's truth takes.
  /// - Throws: `Fault` of kind `.configuration` naming the first such example.
  func requireRoom(_ positions: Int, question: Int, after examples: [Int]) throws {
    for example in examples where prompt(of: example).count >= positions - question {
      let taken = question > 0 ? ", of which p(true) takes \(question)" : ""
      throw Fault(
        .configuration, dataset,
        "the prompt of row \(rowIDs[example]) has \(prompt(of: example).count) tokens, and the base has "
          + "\(positions) positions\(taken): there is no room for a text",
        hint: "tokenize with a smaller `maximum-length`")
    }
  }
}
