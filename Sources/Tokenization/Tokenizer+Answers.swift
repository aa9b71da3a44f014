// The tokens whose logits are compared when a decoder answers with a letter.
import Faults

extension Tokenizer {
  /// The id of `text` as it follows `prompt`: of " A", say, behind "Answer:".
  ///
  /// The whole is tokenized and compared with the prompt alone, since what a letter's token is depends on what stands
  /// before it: behind "Answer: " it is "A", behind "Answer:" it is " A".
  /// - Throws: `Fault.data` when the text is not exactly one known token there, or changes the prompt's own tokens.
  package func singleTokenID(of text: String, afterPrompt prompt: String) throws(Fault) -> Int32 {
    let alone = encode(prompt, addSpecialTokens: false)
    let together = encode(prompt + text, addSpecialTokens: false)
    guard together.starts(with: alone) else {
      throw Fault(
        .data, "tokenizer", "\"\(text)\" behind \"\(prompt)\" changes the tokens of the prompt",
        hint: "put the space before the answer into the answer, not at the prompt's end")
    }
    guard together.count == alone.count + 1, let id = together.last else {
      let pieces = together[alone.count...].map { "\"\(token($0) ?? "")\"" }.joined(separator: ", ")
      throw Fault(
        .data, "tokenizer", "\"\(text)\" behind \"\(prompt)\" is not one token but \(pieces.isEmpty ? "none" : pieces)",
        hint: "choose labels that the vocabulary holds as one token")
    }
    guard id != model.unknown else {
      throw Fault(
        .data, "tokenizer", "\"\(text)\" behind \"\(prompt)\" is only the unknown token",
        hint: "choose labels that the vocabulary holds as one token")
    }
    return id
  }
}
