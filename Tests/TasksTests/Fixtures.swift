// Small question files, written for one test and removed after it.
import Faults
import Foundation
import Tasks
import TestSupport
import Testing

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

/// The fault that `body` throws, its subject without the folder; nil, and a failed test, where it throws none.
func fault(_ body: () throws -> Void) -> Fault? {
  var fault = #expect(throws: Fault.self) { try body() }
  if let subject = fault?.subject, subject.hasPrefix("/") {
    fault?.subject = subject.split(separator: "/").last.map(String.init) ?? ""
  }
  return fault
}

/// One row in the form of ARC, with choices `alpha`, `beta`, ..., as many as there are labels.
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
      choices: ["one", "two", "three", "four"], label: $0 % 4, place: "made:\($0 + 1)")
  }
}
