// A complete model folder and question files for the chain of all stages: the random Llama whose reference values are
// committed, with a byte-level tokenizer made here, and questions with four choices.
import Foundation
import TestSupport

/// Writes a Hugging Face folder into `folder` and returns its path.
func writeTinyModel(in folder: String) throws -> String {
  let model = folder + "/model"
  let files = FileManager.default
  try files.createDirectory(atPath: model, withIntermediateDirectories: false)
  for name in ["config.json", "model.safetensors"] {
    try files.copyItem(
      atPath: "\(projectRoot)/Tests/TransformersTests/Reference/llama/\(name)", toPath: "\(model)/\(name)")
  }
  try tokenizerJSON().write(toFile: model + "/tokenizer.json", atomically: true, encoding: .utf8)
  return model
}

/// The 256 bytes and the answer letters with a space before them, in GPT-2's format.
private func tokenizerJSON() throws -> String {
  // GPT-2 writes printable bytes as themselves and the others as letters from U+0100 on.
  let printing = Set(Array(33...126) + Array(161...172) + Array(174...255))
  var (vocabulary, next) = ([String: Int](), 256)
  for byte in 0..<256 {
    vocabulary[String(Character(Unicode.Scalar(UInt32(printing.contains(byte) ? byte : next))!))] = byte
    next += printing.contains(byte) ? 0 : 1
  }
  let letters = ["A", "B", "C", "D"]
  for letter in letters { vocabulary["\u{120}" + letter] = vocabulary.count }
  let bytes: [String: Any] = ["type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true]
  let tokenizer: [String: Any] = [
    "version": "1.0", "added_tokens": [Any](), "pre_tokenizer": bytes, "decoder": bytes,
    "model": ["type": "BPE", "vocab": vocabulary, "merges": letters.map { "\u{120} \($0)" }] as [String: Any],
  ]
  let data = try JSONSerialization.data(withJSONObject: tokenizer, options: .sortedKeys)
  return String(decoding: data, as: UTF8.self)
}

/// Writes `count` questions as JSON Lines to `path`.
///
/// - Parameter isLabelled: Whether the question with this index has a label.
func writeQuestions(_ count: Int, to path: String, word: String, isLabelled: (Int) -> Bool = { _ in true }) throws {
  let lines = (0..<count).map { number in
    let answer = isLabelled(number) ? ", \"answer\": \((number * 7 + 3) % 4)" : ""
    return """
      {"id": "\(word)-\(number)", "question": "\(word) \(number)?", "choices": ["n", "e", "s", "w"]\(answer)}\n
      """
  }
  try lines.joined().write(toFile: path, atomically: true, encoding: .utf8)
}
