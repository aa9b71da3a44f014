// Small question files, written for one test and removed after it.
import Faults
import Foundation
import JSON
import Tasks
import TestSupport
import Testing
import Tokenization

/// The questions of a file that consists of `content`.
func reading(
  _ content: String, named name: String = "train.jsonl",
  _ change: (inout QuestionFile.Options) throws -> Void = { _ in }
) throws -> QuestionFile {
  try reading(bytes: Array(content.utf8), named: name, change)
}

/// The questions of a file that consists of `bytes`.
func reading(
  bytes: [UInt8], named name: String = "train.jsonl",
  _ change: (inout QuestionFile.Options) throws -> Void = { _ in }
) throws -> QuestionFile {
  var options = QuestionFile.Options()
  try change(&options)
  return try withTemporaryFolder { folder in
    let path = folder + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try QuestionFile.read([path], options)[0]
  }
}

/// The fault that `body` throws, its subject without the folder; nil and a failed test if it throws none.
func fault(_ body: () throws -> Void) -> Fault? {
  var fault = #expect(throws: Fault.self) { try body() }
  if let subject = fault?.subject, subject.hasPrefix("/") {
    fault?.subject = subject.split(separator: "/").last.map(String.init) ?? ""
  }
  return fault
}

/// One row in ARC's format, with one choice (`alpha`, `beta`, ...) for each label.
func arcRow(
  _ id: String, stem: String = "Which letter?", answer: String? = "B", labels: [String] = ["A", "B", "C", "D"]
) -> String {
  let texts = ["alpha", "beta", "gamma", "delta", "epsilon"]
  let choices = zip(labels, texts).map { #"{"text":"\#($1)","label":"\#($0)"}"# }.joined(separator: ",")
  let key = answer.map { #","answerKey":"\#($0)""# } ?? ""
  return #"{"id":"\#(id)","question":{"stem":"\#(stem)","choices":[\#(choices)]}\#(key)}"#
}

/// Questions with stems of several words, `count` of them, for splits and corruptions.
func manyQuestions(_ count: Int, prefix: String = "q") -> [Question] {
  (0..<count).map {
    Question(
      id: "\(prefix)\($0)", prompt: .stem("Which of these \($0) quiet words does not belong with all the others here?"),
      choices: ["one", "two", "three", "four"], label: $0 % 4, location: "made:\($0 + 1)")
  }
}

/// A WordPiece tokenizer over whole words, with the special tokens `opening` and `closing` around texts, and those of `added`,
/// whose ids follow those of the words.
func tokenizer(
  _ words: String, opening: String? = nil, closing: String? = nil, added: [String] = []
) throws -> Tokenizer {
  let vocabulary = ["[UNK]", "<s>", "</s>"] + words.split(separator: " ").map(String.init)
  let special: [JSON] = added.enumerated().map { index, token in
    [
      "id": .integer(vocabulary.count + index), "content": .string(token), "single_word": false, "lstrip": false,
      "rstrip": false, "normalized": false, "special": true,
    ]
  }
  let role = { (token: String?, segment: Int) -> [JSON] in
    token.map { [["SpecialToken": ["id": .string($0), "type_id": .integer(segment)]]] } ?? []
  }
  let text = { (id: String, segment: Int) -> [JSON] in
    [["Sequence": ["id": .string(id), "type_id": .integer(segment)]]]
  }
  let single = role(opening, 0) + text("A", 0) + role(closing, 0)
  let tokens = ["<s>", "</s>"].enumerated().map { (index, token) -> (String, JSON) in
    (token, ["id": .string(token), "ids": [.integer(index + 1)], "tokens": [.string(token)]])
  }
  let postProcessor: JSON = [
    "type": "TemplateProcessing", "single": .array(single),
    "pair": .array(single + text("B", 1) + role(closing, 1)),
    "special_tokens": .object(JSON.Object(tokens)),
  ]
  let members = vocabulary.enumerated().map { ($1, JSON.integer($0)) }
  let json: JSON = [
    "added_tokens": .array(special), "normalizer": .null, "pre_tokenizer": ["type": "Whitespace"], "decoder": .null,
    "post_processor": opening == nil && closing == nil ? .null : postProcessor,
    "model": [
      "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
      "vocab": .object(JSON.Object(members)),
    ],
  ]
  return try Tokenizer(json: json, subject: "tokenizer.json")
}

/// The questions of training and test files with these contents.
func texts(
  train: String, test: String? = nil, name: String = "own.csv", _ change: (inout TextOptions) -> Void = { _ in }
) throws -> (train: QuestionFile, test: QuestionFile?, doubts: [String]) {
  var options = QuestionFile.Options()
  change(&options.texts)
  return try withTemporaryFolder { folder in
    try train.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    try test?.write(toFile: "\(folder)/test-\(name)", atomically: true, encoding: .utf8)
    let files = try QuestionFile.read(
      train: ["\(folder)/\(name)"], test: test == nil ? [] : ["\(folder)/test-\(name)"], options)
    return (files.train[0], files.test.first, files.doubts.map { $0.replacing(folder + "/", with: "") })
  }
}
