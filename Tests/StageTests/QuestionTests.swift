// Users' own question files in `tokenize`: errors are named in one line, and there is one
// warning for each doubtful file.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct QuestionFilesOfTheUsersOwn {
  /// Creates a model folder and the file `own`, and passes a command of `tokenize` that uses it as the test set.
  private func with(_ content: String, _ body: (Workshop, [String]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: "", tokens: folder + "/tokens.h5")
      let model = try writeTinyModel(in: folder)
      try content.write(toFile: shop.path("own"), atomically: true, encoding: .utf8)
      try body(shop, ["--model", model, "--template", "bare", "--dataset", "own", "--test", shop.path("own")])
    }
  }

  @Test(arguments: [
    ("", "own: is empty, expected at least one question"),
    ("question;A;B;answer\nWhich?;p;q;B\n", "own:1: found semicolons between the columns, expected commas"),
    (#"{"question": "Which?", "choices": ["B", "A"], "answer": "A"}"#, "own:1: answer \"A\" can be the letter of"),
    (#"{"question": "Which?", "choices": ["p", "q"], "answer": true}"#, "own:1: answer: found a boolean, expected a"),
  ])
  func faultsAreNamed(content: String, says: String) throws {
    try with(content) { shop, command in try shop.expectFault(65, "tokenize", command, says: [says]) }
  }

  @Test(arguments: [
    (
      #"{"question": "Which?", "choices": ["p", "q"], "anwser": 1, "lecture": "L."}"# + "\n",
      "not used: anwser (did you mean answer?), lecture; used: question, choices"
    ),
    (
      "sentence\tlabel\nA film\t1\n",
      "read as sst2 because of its columns alone (0: negative, 1: positive); if that is right, give --format sst2, if not, "
        + "--format texts"
    ),
  ])
  func doubtfulFilesGetOneWarning(content: String, says: String) throws {
    try with(content) { shop, command in
      let run = try shop.run("tokenize", command + ["--output", shop.tokens, "--quiet"])
      #expect(run.errors == "tokenize: warning: \(shop.path("own")): \(says)\n")
    }
  }

  @Test func truncatedTextGetsAWarning() throws {
    let rows = ["short", String(repeating: "long ", count: 30)].map { choice in
      "{\"question\": \"Which?\", \"choices\": [\"p\", \"\(choice)\"], \"answer\": 1}\n"
    }
    try with(rows.joined()) { shop, command in
      let run = try shop.run("tokenize", command + ["--output", shop.tokens, "--quiet", "--maximum-length", "60"])
      let lines = run.errors.split(separator: "\n")
      try #require(lines.count == 2)
      #expect(lines[0].contains("text was truncated at 60 tokens in 1 question: choices in 1, the question in 1; "))
      #expect(lines[0].hasSuffix("keeps all (with make: MAXIMUM_LENGTH=182)"))
      #expect(lines[1] == "tokenize: warning: \(shop.path("own:2")): nothing is left of the question, choice A")
    }
  }

  @Test func aMisspeltTemplateIsRejectedBeforeAFileIsRead() throws {
    try with("") { shop, command in
      try shop.expectFault(
        64, "tokenize", command.map { $0 == "bare" ? "ansver" : $0 }, says: ["no such template (did you mean answer?)"],
        hint: "answer (continuations), pair (pairs), statement (pairs), sentence (classes)")
    }
  }

  @Test func equalChoicesGetOneWarning() throws {
    let rows = [["p", "q"], ["p", "p"], ["q", "p"], ["q", "q"]].map { choices in
      "{\"question\": \"Which?\", \"choices\": [\"\(choices[0])\", \"\(choices[1])\"], \"answer\": 1}\n"
    }
    try with(rows.joined()) { shop, command in
      let run = try shop.run("tokenize", command + ["--output", shop.tokens, "--quiet"])
      let first = shop.path("own:2")
      #expect(run.errors == "tokenize: warning: questions with two equal choices: 2, the first of them \(first)\n")
      #expect(try TokenizedSet.read(shop.tokens).count == 4)
    }
    try with(rows[0]) { shop, command in
      let run = try shop.run("tokenize", command + ["--output", shop.tokens, "--quiet"])
      #expect(run.errors.isEmpty)
    }
  }
}
