// The files beside tokenizer.json: tokens that they add get transformers' ids, and contradictions are reported.
import Faults
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

private func write(_ files: JSON, to folder: String) throws {
  for (name, content) in try files.node(in: "files").members() {
    try AtomicFile.write(content.encode(), to: folder + "/" + name)
  }
}

/// The tokenizer of a folder with these files.
private func tokenizer(_ files: JSON) throws -> Tokenizer {
  try withTemporaryFolder { folder in
    try write(files, to: folder)
    return try Tokenizer(contentsOf: folder)
  }
}

@Test func addedTokensHaveTheIDsOfTransformers() throws {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Reference/companions.json").path
  let cases = try JSON.parse(readBytes(path), subject: path).node(in: path).array("cases")
  #expect(cases.count == 15)
  for element in cases {
    let tokenizer = try tokenizer(element.member("files").value)
    let name = try element.string("name")
    for pair in try element.array("texts") {
      let parts = try pair.array()
      let ids = try tokenizer.encode(parts[0].string(), addSpecialTokens: false)
      #expect(ids == parts[1].value.ids, "\(name): \(parts[0].value)")
    }
    #expect(tokenizer.notes.isEmpty == ["nothing", "map unused"].contains(name), "\(name): \(tokenizer.notes)")
  }
}

@Test func anIDAfterAGapIsReported() throws {
  let settings = wordPiece(["a"], added: [["id": 7, "content": "<x>"], ["id": 9, "content": "<y>"]])
  let tokenizer = try Tokenizer(json: settings, subject: "tokenizer.json")
  #expect(tokenizer.id("<x>") == 2 && tokenizer.id("<y>") == 3 && tokenizer.vocabularySize == 4)
  #expect(
    tokenizer.notes == [
      "tokenizer.json: added_tokens: 2 tokens have an id that is not the next free one; \"<x>\" has the id 7 in the file, "
        + "but 2 is used, as in Hugging Face's tokenizers"
    ])
}

@Test func bytesMissingFromTheVocabularyAreReported() throws {
  let settings = bytePair(byteAlphabet.filter { $0 != "é" } + ["ab"], merges: ["a b"], preTokenizer: byteLevel())
  let notes = try Tokenizer(json: settings, subject: "tokenizer.json").notes
  #expect(
    notes.count == 1 && notes[0].contains("the vocabulary lacks bytes that texts can contain: 0xE9; they are skipped"))
}

@Test func rolesComeFromTheCompanionFiles() throws {
  let settings = wordPiece(["<s>", "</s>"], added: [["id": 1, "content": "<s>", "special": true]])
  #expect(try tokenizer(["tokenizer.json": settings]).roles == Tokenizer.Roles())
  let configuration: JSON = ["bos_token": "<s>", "eos_token": ["content": "</s>"], "pad_token": .null]
  let named = try tokenizer(["tokenizer.json": settings, "tokenizer_config.json": configuration])
  #expect(named.bosID == 1 && named.eosID == 2 && named.roles.padding == nil)
  let padded = try tokenizer(["tokenizer.json": settings, "special_tokens_map.json": ["pad_token": "[PAD]"]])
  #expect(padded.roles.padding == 3)
  #expect(
    padded.notes.count == 1 && padded.notes[0].contains("special_tokens_map.json: pad_token: tokenizer.json does not"))
}

private let bert: JSON = ["type": "BertProcessing", "cls": ["[CLS]", 1], "sep": ["[SEP]", 2]]
private let contradictions: [(setting: String, value: JSON, agreeing: JSON)] = [
  ("do_lower_case", false, true), ("strip_accents", false, true), ("tokenize_chinese_chars", false, true),
  ("add_prefix_space", true, false), ("split_special_tokens", true, false), ("add_bos_token", false, true),
  ("add_eos_token", false, true), ("cls_token", "[SEP]", "[CLS]"), ("sep_token", "[CLS]", "[SEP]"),
  ("unk_token", "[CLS]", "[UNK]"),
]

@Test(arguments: contradictions)
func contradictionsOfTokenizerJSONAreReported(setting: String, value: JSON, agreeing: JSON) throws {
  let added: JSON = [
    ["id": 0, "content": "[UNK]", "special": true], ["id": 1, "content": "[CLS]", "special": true],
    ["id": 2, "content": "[SEP]", "special": true],
  ]
  let settings = wordPiece(
    ["[CLS]", "[SEP]"], normalizer: ["type": "BertNormalizer"], added: added, postProcessor: bert)
  func notes(_ value: JSON) throws -> [String] {
    var configuration = JSON.Object([("bos_token", "[CLS]"), ("eos_token", "[SEP]")])
    configuration[setting] = value
    return try tokenizer(["tokenizer.json": settings, "tokenizer_config.json": .object(configuration)]).notes
  }
  let told = try notes(value)
  #expect(told.count == 1 && told[0].contains("tokenizer_config.json: \(setting) is "), "\(told)")
  #expect(
    told.first?.contains("/tokenizer.json") == true && told.first?.hasSuffix("tokenizer.json is used") == true)
  #expect(try notes(agreeing).isEmpty)
}

/// transformers lowercases then, whatever tokenizer.json says.
@Test func aMissingSettingOfBertIsReportedWhereItMatters() throws {
  func notes(_ settings: JSON, class name: String) throws -> [String] {
    let configuration: JSON = ["tokenizer_class": .string(name)]
    return try tokenizer(["tokenizer.json": settings, "tokenizer_config.json": configuration]).notes
  }
  let cased = wordPiece(["a"], normalizer: ["type": "BertNormalizer", "lowercase": false])
  let told = try notes(cased, class: "BertTokenizerFast")
  #expect(
    told.count == 1 && told[0].contains("do_lower_case is missing, which BertTokenizer takes for true"), "\(told)")
  #expect(try notes(cased, class: "PreTrainedTokenizerFast").isEmpty)
  #expect(try notes(wordPiece(["a"], normalizer: ["type": "BertNormalizer"]), class: "BertTokenizer").isEmpty)
}

@Test func companionFilesAreChecked() throws {
  func message(_ name: String, _ content: JSON) -> String {
    do {
      _ = try tokenizer(.object(JSON.Object([("tokenizer.json", wordPiece(["a"])), (name, content)])))
      return "accepted"
    } catch { return "\(error)" }
  }
  #expect(message("tokenizer_config.json", []).contains("found an array, expected an object"))
  #expect(message("tokenizer_config.json", ["do_lower_case": "no"]).contains("found a string, expected a boolean"))
  #expect(
    message("tokenizer_config.json", ["added_tokens_decoder": ["x": ["content": "b"]]]).contains("\"x\" is not an id"))
  #expect(message("added_tokens.json", ["b": -1]).contains("the id of \"b\" is -1"))
}
