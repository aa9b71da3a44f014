// Ids to text.

extension Tokenizer {
  /// The text of `ids`; ids without a token are left out, and special tokens unless told otherwise.
  ///
  /// Added tokens stand for themselves. (The reference decodes them as bytes where they happen to be written in the
  /// alphabet of bytes, so that an added "č" becomes a carriage return.)
  package func decode(_ ids: [Int32], skippingSpecialTokens: Bool = true) -> String {
    let tokens: [Decoder.Token] = ids.compactMap { id in
      if let token = added.token(id) {
        return token.isSpecial && skippingSpecialTokens ? nil : (token.content, true)
      }
      return model.vocabulary.token(id).map { ($0, false) }
    }
    guard let decoder else { return tokens.map(\.text).joined(separator: " ") }
    return decoder.apply(tokens).map(\.text).joined()
  }
}
