// The file layout of a tokenized data set.

extension TokenizedSet: StoredArtifact {
  /// The kind of artifact, as in the file's first line and its `schema` attribute.
  package static var schema: String { "tokenized-set" }
  /// Version 1 repeated the names of the classes for each example.
  static var version: Int { 2 }
  static var oldestVersion: Int? { 1 }
  /// Reads the file and checks everything that it says.
  package static func read(_ file: ArtifactFile) throws -> TokenizedSet { try load(file) }
  /// Writes the file, whole or not at all.
  package func write(to path: String, provenance: Provenance) throws { try store(to: path, provenance: provenance) }

  mutating func exchange(with archive: some Archive) throws {
    try archive.text("dataset", &dataset)
    try archive.named("scoring", &scoring)
    try archive.text("template", &template)
    try archive.text("tokenizer_digest", &tokenizerDigest)
    try archive.integer("vocabulary_size", &vocabularySize)
    try archive.integer("maximum_length", &maximumLength)
    try archive.integer("truncated_sequences", &truncatedSequences)
    if try archive.has("cut", longTexts.cut != .end) { try archive.named("cut", &longTexts.cut) }
    if longTexts.cut == .windows {
      try archive.real("window_overlap", &longTexts.overlap)
      try archive.integer("maximum_windows", &longTexts.maximumWindows)
    }
    if try archive.has("texts_per_example", textsPerExample > 1) {
      try archive.integer("texts_per_example", &textsPerExample)
    }
    try archive.text("corruption", &corruption.name)
    try archive.integer("severity", &corruption.severity)
    try archive.numbers("label_tokens", &labelTokens, [Axis("choice")], "token id of each answer letter")
    try archive.texts("class_names", &classNames, Axis("class"), "names of the classes")
    if try archive.has("class_values", !classValues.isEmpty) {
      try archive.numbers(
        "class_values", &classValues, [Axis("class", classNames.count)], "the number that each class is")
    }

    try archive.texts("row_ids", &rowIDs, Axis("example"), "ids of the examples in their source file")
    let (example, ends) = (Axis("example", count), Axis("example + 1", count + 1))
    try archive.coded("splits", &splits, [example], "0 train, 1 calibration, 2 test")
    try archive.numbers("labels", &labels, [example], "index of the right choice, -1 where there is none")
    if try archive.has("targets", !targets.isEmpty) {
      try archive.numbers(
        "targets", &targets, [example, Axis("class", classNames.count)],
        "shares of the votes, or 1 for labels that apply")
    }
    try archive.exchange(&numbers, classes: classNames.count, example)
    if scoring == .answers { try exchangeAnswers(with: archive, ends) }
    try exchangeChoices(with: archive, ends)
    try archive.numbers("sequence_offsets", &sequenceOffsets, [ends], "where an example's sequences begin")
    try archive.numbers("token_offsets", &tokenOffsets, [Axis("sequence + 1")], "where a sequence's tokens begin")
    try archive.numbers("tokens", &tokens, [Axis("token")], "token ids, end to end")
    try archive.numbers("segments", &segments, [Axis("token", tokens.count)], "1 in the second part of a pair, else 0")
  }

  private mutating func exchangeChoices(with archive: some Archive, _ ends: Axis) throws {
    guard scoring.hasOwnChoices || archive.version == 1 else { return }
    try archive.numbers("choice_offsets", &choiceOffsets, [ends], "where an example's choices begin in choice_texts")
    try archive.texts("choice_texts", &choiceTexts, Axis("choice"), "texts of the choices, end to end")
    guard scoring.hasClasses else { return }
    try require(
      choiceTexts.count == count * classNames.count,
      "it has \(choiceTexts.count) choices, expected the \(classNames.count) classes for each of \(count) examples")
    (choiceOffsets, choiceTexts) = ([0], [])
  }

  /// Throws unless every sequence is a question followed by the tokens of a choice.
  private func requireContinuations() throws {
    for sequence in 0..<tokenOffsets.count - 1 {
      let types = segments[tokenRange(sequence)]
      try require(
        types.first == 0 && types.last == 1 && zip(types, types.dropFirst()).allSatisfy { $0 <= $1 },
        "sequence \(sequence) is not a question followed by a choice")
    }
  }

  /// The most sequences that an example may have if its choices share them.
  private var mostWindows: Int { longTexts.cut == .windows ? longTexts.maximumWindows : 1 }

  func validate() throws {
    try require(
      longTexts.cut == .end || scoring.hasClasses,
      "its long texts have the cut \(longTexts.cut), but \(scoring) scoring")
    try require(
      (0..<1).contains(longTexts.overlap) && longTexts.maximumWindows >= 1,
      "it has at most \(longTexts.maximumWindows) windows that overlap by \(longTexts.overlap)")
    try requireOffsets(
      choiceOffsets, "choice_offsets", count: scoring.hasOwnChoices ? count : 0, end: choiceTexts.count)
    try requireOffsets(
      referenceOffsets, "reference_offsets", count: scoring == .answers ? count : 0, end: referenceTexts.count)
    try requireOffsets(sequenceOffsets, "sequence_offsets", count: count, end: tokenOffsets.count - 1)
    try requireOffsets(tokenOffsets, "token_offsets", count: tokenOffsets.count - 1, end: tokens.count)
    try require(
      splits.count == count && labels.count == count, "labels and splits must have as many entries as row_ids")
    try requireUnique(rowIDs, splits)
    for index in 0..<count {
      let choices = choiceCount(index)
      try require(
        (-1..<choices).contains(Int(labels[index])),
        "example \(rowIDs[index]) has the label \(labels[index]), beyond its \(choices) choices")
      let expected = scoring.hasSequencePerChoice ? choices...choices : 1...mostWindows
      try require(
        expected.contains(sequences(of: index).count),
        "example \(rowIDs[index]) has \(sequences(of: index).count) sequences")
    }
    for sequence in 0..<max(0, tokenOffsets.count - 1) {
      let length = tokenRange(sequence).count
      try require((1...max(1, maximumLength)).contains(length), "sequence \(sequence) has \(length) tokens")
    }
    let known = 0..<Int32(clamping: vocabularySize)
    try require(tokens.allSatisfy(known.contains), "a token id is beyond the vocabulary of \(vocabularySize)")
    try require(labelTokens.allSatisfy(known.contains), "a letter's id is beyond the vocabulary of \(vocabularySize)")
    try require(
      segments.count == tokens.count && segments.allSatisfy { $0 <= 1 }, "segments must be 0 or 1 for each token")
    try require(
      labelTokens.count == (scoring == .letters ? maximumChoices : 0),
      "it has \(labelTokens.count) answer letters for \(maximumChoices) choices")
    if scoring == .continuations { try requireContinuations() }
    if scoring == .answers { try requireAnswers() }
    try requireTargets()
    try require(scoring.hasClasses || classNames.isEmpty, "it has class names, but \(scoring) scoring")
  }
}

/// Throws unless `offsets` has `count` + 1 entries that start at 0, never decrease, and end at `end`.
func requireOffsets<Number: FixedWidthInteger>(
  _ offsets: [Number], _ name: String, count: Int, end: Int
) throws {
  try require(
    offsets.count == count + 1 && offsets.first == 0 && offsets.last.map { Int($0) } == end,
    "\(name) has \(offsets.count) entries and ends at \(offsets.last ?? -1), expected \(count + 1) and \(end)")
  try require(zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }, "\(name) decreases somewhere")
}
