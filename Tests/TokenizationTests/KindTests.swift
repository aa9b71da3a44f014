// One tokenizer of every kind, its ids compared with those of PyPI's tokenizers: see Reference/write_kinds.py.
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

/// The folder with the small tokenizers.
let committedKinds = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("Reference/kinds").path

/// The tokenizers that write_kinds.py has written to `folder`.
func kinds(in folder: String) -> [String] {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  return names.filter { $0.hasSuffix(".json") }.sorted().map { folder + "/" + $0 }
}

/// The content of one such file.
func kind(_ file: String) throws -> JSON.Node { try JSON.parse(readBytes(file), subject: file).node(in: file) }

func tokenizer(ofKind file: String) throws -> Tokenizer {
  try Tokenizer(json: kind(file).member("tokenizer").value, subject: file)
}

/// The number of texts in `file`, and those whose ids differ from the reference's.
private func compare(_ file: String) throws -> (texts: Int, differing: [String]) {
  let tokenizer = try tokenizer(ofKind: file)
  let texts = try kind(file).array("texts")
  var differing: [String] = []
  for element in texts {
    let parts = try element.array()
    let (text, expected) = try (parts[0].string(), parts[1].value.ids)
    let ids = tokenizer.encode(text)
    if ids != expected { differing.append("\(text.debugDescription): \(ids), expected \(expected)") }
  }
  return (texts.count, differing)
}

@Test func thereIsATokenizerOfEveryKind() { #expect(kinds(in: committedKinds).count == 26) }

@Test(arguments: kinds(in: committedKinds))
func everyKindHasTheIDsOfTheReference(file: String) throws {
  let (texts, differing) = try compare(file)
  #expect(texts == 30 && differing.isEmpty, "\(differing.joined(separator: "\n"))")
}

private let others = ProcessInfo.processInfo.environment["KINDS"]

/// Prints a row for each kind, for `results/tokenizers.md`.
@Test(.enabled(if: others != nil, "set KINDS to a folder written by write_kinds.py"))
func manyTextsHaveTheIDsOfTheReference() throws {
  let files = kinds(in: try #require(others))
  #expect(!files.isEmpty)
  for file in files {
    let (texts, differing) = try compare(file)
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    print("\(name): \(differing.count) of \(texts) differ")
    #expect(differing.isEmpty, "\(name): \(differing.prefix(5).joined(separator: "\n"))")
  }
}
