// Folders without tokenizer.json: ids as in transformers, see Reference/write_folders.py.
import Faults
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

private let cases: [JSON.Node] = {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "Reference/folders.json"
  )
  .path
  do { return try JSON.parse(readBytes(path), subject: path).node(in: path).array("cases") } catch { return [] }
}()

/// The tokenizer of a folder with these files: text as it is, anything else as JSON.
private func tokenizer(_ files: JSON) throws -> Tokenizer {
  try withTemporaryFolder { folder in
    for (name, content) in try files.node(in: "files").members() {
      let text = if case .string(let text) = content { text } else { try content.encode() }
      try AtomicFile.write(text, to: folder + "/" + name)
    }
    return try Tokenizer(contentsOf: folder)
  }
}

@Test func thereAreFoldersOfEveryStyle() { #expect(cases.count == 27) }

@Test(arguments: cases.indices)
func foldersWithoutTokenizerJSONHaveTheIDsOfTransformers(number: Int) throws {
  let (name, files) = try (cases[number].string("name"), cases[number].member("files").value)
  let tokenizer = try tokenizer(files)
  for element in try cases[number].array("texts") {
    let parts = try element.array()
    #expect(try tokenizer.encode(parts[0].string()) == parts[1].value.ids, "\(name): \(parts[0].value)")
  }
  let pair = try cases[number].array("pair")
  let encoding = try tokenizer.encode(pair: (pair[0].string(), pair[1].string()))
  #expect(encoding.ids == pair[2].value.ids && encoding.segments.map(Int32.init) == pair[3].value.ids, "\(name)")
}

private let bert: JSON = ["model_type": "bert"]
private let words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n"

/// Only tokens outside of the vocabulary are worth a note.
@Test func tokensOutsideOfTheVocabularyAreReported() throws {
  let notes = try tokenizer([
    "config.json": bert, "vocab.txt": .string(words), "added_tokens.json": ["<x>": 9, "a": 4],
  ]).notes
  #expect(notes.count == 2)
  #expect(
    notes.first?.hasSuffix(
      "\"<x>\" (listed with the id 9) is not in the vocabulary; it is added with the id 5, "
        + "as in transformers") == true, "\(notes)")
  #expect(notes.last?.contains("vocab.txt: mask_token: \"[MASK]\" is not in the vocabulary") == true, "\(notes)")
}

private let refusals: [(files: JSON, code: Fault.Code, message: String)] = [
  (["config.json": bert], .noInput, "/tokenizer.json: there is no such file"),
  (["config.json": bert, "tokenizer.model": "x"], .data, "/tokenizer.model: this kind of vocabulary is not read"),
  (["config.json": bert, "qwen.tiktoken": "x"], .data, "/qwen.tiktoken: this kind of vocabulary is not read"),
  (
    ["vocab.txt": .string(words)], .data,
    "/vocab.txt: without tokenizer.json, this tokenizer is not read, only vocab.txt"
  ),
  (
    ["config.json": ["model_type": "xlm"], "vocab.json": [:], "merges.txt": ""], .data,
    "/vocab.json: without tokenizer.json, the tokenizer of \"xlm\" is not read"
  ),
  (
    ["config.json": bert, "vocab.txt": .string(words), "tokenizer_config.json": ["tokenizer_class": "TapasTokenizer"]],
    .data, "the tokenizer of \"TapasTokenizer\" is not read"
  ),
  (
    ["config.json": bert, "vocab.txt": "[UNK]\n[SEP]\n"], .data,
    "cls_token: \"[CLS]\" belongs to every text, but is not"
  ),
  (
    ["config.json": bert, "vocab.txt": "[CLS]\n[SEP]\n"], .data, "the unknown token \"[UNK]\" is not in the vocabulary"
  ),
  (["config.json": bert, "vocab.txt": ""], .data, "cls_token: \"[CLS]\" belongs to every text"),
  (
    ["config.json": ["model_type": "gpt2"], "vocab.json": ["a": 0, "b": 1], "merges.txt": "a b\n"], .data,
    "vocab.json and merges.txt: model.merges: element 0 joins \"a\" and \"b\", but \"ab\" is not in the vocabulary"
  ),
  (["config.json": ["model_type": "gpt2"], "vocab.json": [], "merges.txt": ""], .data, "vocab.json: found an array"),
]

@Test(arguments: refusals)
func foldersThatCannotBeReadAreRefused(files: JSON, code: Fault.Code, message: String) throws {
  #expect { try tokenizer(files) } throws: { error in
    (error as? Fault)?.code == code && "\(error)".contains(message)
  }
}

@Test func aRefusalHasTheCommandThatConverts() throws {
  #expect { try tokenizer(["config.json": bert, "spiece.model": "x"]) } throws: {
    "\($0)".contains("python3 -c 'from transformers import AutoTokenizer; AutoTokenizer.from_pretrained(\"")
  }
}
