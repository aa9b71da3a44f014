// Examples whose answers are written instead of chosen: prompt, answer and end token in one sequence, and the texts
// that count as right.
import Faults

extension TokenizedSet {
  /// The texts that are right answers of an example, the one in its sequence first; none where only a prompt is known.
  package func references(of example: Int) -> ArraySlice<String> {
    scoring == .answers ? referenceTexts[Int(referenceOffsets[example])..<Int(referenceOffsets[example + 1])] : []
  }

  /// The tokens of an example's prompt.
  package func prompt(of example: Int) -> ArraySlice<Int32> { split(example).prompt }

  /// The tokens of an example's answer, the last of which is the end token; none where only a prompt is known, or where
  /// the prompt of a test example left no room for it.
  package func answer(of example: Int) -> ArraySlice<Int32> { split(example).answer }

  /// The bytes in UTF-8 of the answer in an example's sequence: likelihoods per byte do not depend on the tokenizer.
  package func answerBytes(of example: Int) -> Int { references(of: example).first?.utf8.count ?? 0 }

  private func split(_ example: Int) -> (prompt: ArraySlice<Int32>, answer: ArraySlice<Int32>) {
    let range = tokenRange(Int(sequenceOffsets[example]))
    let start = segments[range].firstIndex(of: 1) ?? range.upperBound
    return (tokens[range.lowerBound..<start], tokens[start..<range.upperBound])
  }

  /// Throws where the answers are written and there are no choices, since `what` is about choices.
  ///
  /// - Parameter what: begins the message, such as `contextual calibration`.
  /// - Throws: `Fault` of kind `.configuration`.
  package func requireChoices(
    for what: String, hint: String = "tokenize questions with choices, or texts with labels"
  ) throws(Fault) {
    guard scoring == .answers else { return }
    throw Fault(.configuration, dataset, "\(what) needs choices, but here the answers are written", hint: hint)
  }

  /// The part of the file's layout that only sets with written answers have.
  mutating func exchangeAnswers(with archive: some Archive, _ ends: Axis) throws {
    var token = Int(endToken ?? -1)
    try archive.integer("end_token", &token)
    endToken = Int32(exactly: token)
    try archive.numbers(
      "reference_offsets", &referenceOffsets, [ends], "where an example's accepted answers begin in reference_texts")
    try archive.texts("reference_texts", &referenceTexts, Axis("reference"), "accepted answers, end to end")
  }

  /// Throws unless each example is a prompt, or a prompt with an answer and its reference.
  func requireAnswers() throws {
    let known = 0..<Int32(clamping: vocabularySize)
    try require(endToken.map(known.contains) ?? false, "its end token is missing or beyond the vocabulary")
    for example in 0..<count {
      let (prompt, answer) = split(example)
      let isAnswered = !references(of: example).isEmpty
      try require(
        isAnswered == (labels[example] == 0) && (isAnswered || answer.isEmpty)
          && (!isAnswered || !answer.isEmpty || splits[example] == .test),
        "example \(rowIDs[example]) has \(references(of: example).count) references, the label \(labels[example]) and "
          + "an answer of \(answer.count) tokens")
      try require(
        !prompt.isEmpty && segments[answer.indices].allSatisfy { $0 == 1 }
          && (answer.isEmpty || answer.last == endToken),
        "example \(rowIDs[example]) is not a prompt followed by an answer and the end token")
    }
  }
}
