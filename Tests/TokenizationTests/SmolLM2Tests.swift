// The tokenizer of a real decoder, SmolLM2-135M-Instruct.
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

private func smolLM2Folder() -> String? { ProcessInfo.processInfo.environment["SMOLLM2"] }

/// SmolLM2's vocabulary lacks 0x04, 0x06, 0x13 and other bytes that are rare in texts.
@Test(.enabled(if: smolLM2Folder() != nil, "set SMOLLM2 to a folder with the tokenizer of SmolLM2-135M"))
func theVocabularyOfSmolLM2IsAccepted() throws {
  let tokenizer = try Tokenizer(contentsOf: #require(smolLM2Folder()))
  #expect(tokenizer.vocabularySize == 49152)
  let ids = ["a\u{4}b", "a", "b"].map { tokenizer.encode($0, addSpecialTokens: false) }
  #expect(ids[0] == ids[1] + ids[2])
  #expect(tokenizer.notes.contains { $0.contains("0x4, 0x6, 0x13") })
}

/// See Reference/write_smollm2.py.
@Test(.enabled(if: smolLM2Folder() != nil, "set SMOLLM2 to a folder with the tokenizer of SmolLM2-135M"))
func textsHaveTheIDsOfSmolLM2() throws {
  let tokenizer = try Tokenizer(contentsOf: #require(smolLM2Folder()))
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "Reference/smollm2.json"
  )
  .path
  let texts = try JSON.parse(readBytes(path), subject: path).array("texts", in: path)
  #expect(texts.count == 150)
  for element in texts {
    let parts = try element.array()
    #expect(try tokenizer.encode(parts[0].string()) == parts[1].value.ids, "\(element.path)")
  }
}
