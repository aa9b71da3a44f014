// Readers of the published sets whose answers come with their reasoning: GSM8K and AQuA-RAT. The text to be written is the
// reasoning, and behind it `So the answer is (...)`, from which `evaluate-answers` reads the answer.
import Faults
import JSON

/// GSM8K (Cobbe et al. 2021, arXiv:2110.14168): the answer is reasoning, and behind it `#### 18` in a line of its own. The
/// notes for a calculator, `<<3*6=18>>`, are left out. Its rows have no ids.
func readGSM8K(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  try source.rows(reading: ["question", "answer"]) { row, number in
    let texts = try row.answer("answer") { answer in
      let lines = try answer.string().split(separator: "\n", omittingEmptySubsequences: false)
      guard let last = lines.last, last.hasPrefix(gsm8kMarker), last.count > gsm8kMarker.count else {
        throw row.fault("the answer does not end with a line such as `\(gsm8kMarker)18`")
      }
      let steps = lines.dropLast().joined(separator: "\n").replacing(/<<[^<>\n]*>>/, with: "")
      return reasoned(steps, answer: String(last.dropFirst(gsm8kMarker.count)))
    }
    return Question(
      id: reading.id(number), prompt: .stem(try row.string("question")), answers: texts, location: row.subject)
  }
}

/// What stands before the answer in the last line of an answer of GSM8K.
let gsm8kMarker = "#### "

/// AQuA-RAT (Ling et al. 2017, arXiv:1705.04146): five choices, `A)36`, which are part of the prompt, the reasoning, and the
/// letter of the right choice, which is the answer. Its rows have no ids.
func readAQuA(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  try source.rows(reading: ["question", "options", "rationale", "correct"]) { row, number in
    let options = try row.array("options").map { option in try option.string() }
    let texts = try row.answer("correct") { correct in
      let letter = try correct.string()
      guard options.contains(where: { $0.hasPrefix(letter + ")") }) else {
        throw row.fault("no option begins with \(letter)), which should be the right one")
      }
      return reasoned(try row.string("rationale"), answer: letter)
    }
    let prompt = ([try row.string("question")] + options).joined(separator: "\n")
    return Question(id: reading.id(number), prompt: .stem(prompt), answers: texts, location: row.subject)
  }
}

/// Reasoning with the end that names its answer.
private func reasoned(_ steps: String, answer: String) -> String { "\(steps)\nSo the answer is (\(answer))." }

extension JSON.Node {
  /// The only text that is right, from the member called `name`; none if it is missing, null or "", as in test files.
  fileprivate func answer(_ name: String, _ text: (JSON.Node) throws -> String) throws -> [String] {
    guard let member = try optional(name), member.value != "" else { return [] }
    return [try text(member)]
  }
}
