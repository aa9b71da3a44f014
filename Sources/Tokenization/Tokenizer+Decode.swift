// Ids to text.
import Faults

extension Tokenizer {
  /// The text of `ids`. Ids without a token are skipped, and by default special tokens.
  ///
  /// Added tokens are decoded as they are written. (The reference decodes them as bytes if they happen to consist of
  /// scalars of the byte alphabet, so that an added "č" becomes a carriage return.)
  /// - Throws: `Fault.data` if the file's decoder is not implemented.
  package func decode(_ ids: [Int32], skippingSpecialTokens: Bool = true) throws(Fault) -> String {
    let tokens: [Decoder.Token] = ids.compactMap { id in
      if let token = added.token(id) {
        return token.isSpecial && skippingSpecialTokens ? nil : (token.content, true)
      }
      return model.vocabulary.token(id).map { ($0, false) }
    }
    guard let decoder = try decoder.get() else { return tokens.map(\.text).joined(separator: " ") }
    return decoder.apply(tokens).map(\.text).joined()
  }
}
