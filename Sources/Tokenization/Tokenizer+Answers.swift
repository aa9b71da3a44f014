// The tokens whose logits are compared when a decoder answers with a letter.
import Faults

extension Tokenizer {
  /// The id of `text` when it follows `prompt`: for example, of " A" after "Answer:".
  ///
  /// Both together are tokenized and compared with the prompt alone, since a letter's token depends on what precedes
  /// it: after "Answer: " it is "A", after "Answer:" it is " A".
  /// - Throws: `Fault.data` if the text is not exactly one known token there, or changes the prompt's tokens.
  package func singleTokenID(of text: String, afterPrompt prompt: String) throws(Fault) -> Int32 {
    let alone = encode(prompt, addSpecialTokens: false)
    let together = encode(prompt + text, addSpecialTokens: false)
    guard together.starts(with: alone) else {
      throw Fault(
        .data, "tokenizer", "\"\(text)\" after \"\(prompt)\" changes the tokens of the prompt",
        hint: "put the space at the start of the answer, not at the end of the prompt")
    }
    guard together.count == alone.count + 1, let id = together.last else {
      let pieces = together[alone.count...].map { "\"\(token($0) ?? "")\"" }.joined(separator: ", ")
      throw Fault(
        .data, "tokenizer", "\"\(text)\" after \"\(prompt)\" is not one token but \(pieces.isEmpty ? "none" : pieces)",
        hint: "choose labels that are one token in the vocabulary")
    }
    guard id != model.unknown else {
      throw Fault(
        .data, "tokenizer", "\"\(text)\" after \"\(prompt)\" is the unknown token",
        hint: "choose labels that are one token in the vocabulary")
    }
    return id
  }
}
