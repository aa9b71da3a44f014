// The file layout of written answers.
import Foundation

extension Answers: StoredArtifact {
  /// The kind of artifact, as in the file's first line and its `schema` attribute.
  package static var schema: String { "answers" }
  static var version: Int { 1 }
  /// Reads the file and checks everything that it says.
  package static func read(_ file: ArtifactFile) throws -> Answers { try load(file) }
  /// Writes the file, whole or not at all.
  package func write(to path: String, provenance: Provenance) throws { try store(to: path, provenance: provenance) }

  mutating func exchange(with archive: some Archive) throws {
    try archive.origin(
      &method, &dataset, &corruption, base: &baseDigest, tokens: &tokensDigest, settings: &settings)
    if try archive.has("tokenizer_digest", !tokenizerDigest.isEmpty) {
      try archive.text("tokenizer_digest", &tokenizerDigest)
    }
    try law.exchange(with: archive)
    try archive.integer("mixed_draws", &mixedDraws)
    try archive.integer("groups", &groups)
    try archive.integer("samples", &samples)
    try archive.integer("texts_per_draw", &textsPerDraw)
    try archive.integer("stored_parameters", &storedParameters)
    try cost.exchange(with: archive)
    try archive.texts("warnings", &warnings, Axis("warning"), "remarks that belong beside the numbers")
    try archive.texts("row_ids", &rowIDs, Axis("example"), "ids of the examples in their source file")
    let example = Axis("example", count)
    try archive.coded("splits", &splits, [example], "1 calibration, 2 test")
    try archive.texts("prompts", &prompts, example, "what the network read, without special tokens")
    try archive.numbers(
      "reference_offsets", &referenceOffsets, [Axis("example + 1", count + 1)],
      "where an example's accepted answers begin in references")
    try archive.texts("references", &references, Axis("reference"), "accepted answers, end to end")
    let axes = [example, Axis("group", groups), Axis("sample", samples), Axis("text", textsPerDraw)]
    try archive.coded("endings", &endings, axes, "0 end token, 1 stop, 2 most tokens, 3 no further positions")
    try archive.texts(
      "texts", &texts, Axis("example, group, sample, text", endings.count),
      "what was written, up to a stop and without special tokens")
    try archive.numbers(
      "token_offsets", &tokenOffsets, [Axis("text + 1", endings.count + 1)], "where a text's tokens begin")
    try exchangeTokens(with: archive)
    if try archive.has("truth_probabilities", !truthProbabilities.isEmpty) {
      try archive.numbers("truth_probabilities", &truthProbabilities, axes, "that the text is true, as its draw says")
    }
  }

  private mutating func exchangeTokens(with archive: some Archive) throws {
    try archive.numbers("tokens", &tokens, [Axis("token")], "token ids, end to end")
    let token = [Axis("token", tokens.count)]
    try archive.numbers(
      "log_probabilities", &logProbabilities, token, "of the token among all tokens, at temperature 1", units: "nats")
    try archive.numbers(
      "law_log_probabilities", &lawLogProbabilities, token, "of the token under the law that it was drawn by",
      units: "nats")
    try archive.numbers(
      "total_entropies", &totalEntropies, token, "of all tokens' probabilities, the mean of the mixed draws",
      units: "nats")
    try archive.numbers(
      "aleatoric_entropies", &aleatoricEntropies, token, "mean of the mixed draws' own entropies", units: "nats")
  }

  func validate() throws {
    try law.validate()
    try require(
      groups >= 1 && samples >= 1 && textsPerDraw >= 1,
      "it has \(groups) groups of \(samples) samples with \(textsPerDraw) texts")
    try require(
      mixedDraws == 1 || mixedDraws > 1 && groups == 1 && samples == 1,
      "it mixes \(mixedDraws) draws in \(groups) groups of \(samples) samples")
    try requireUnique(rowIDs, splits)
    try require(!splits.contains(.train), "it has answers to training examples")
    try require(
      splits.count == count && prompts.count == count, "splits and prompts must have as many entries as row_ids")
    try requireOffsets(referenceOffsets, "reference_offsets", count: count, end: references.count)
    // In Double, since a forged file may have any numbers.
    let all = [count, groups, samples, textsPerDraw].reduce(1) { $0 * Double($1) }
    try require(
      Double(texts.count) == all && endings.count == texts.count,
      "it has \(texts.count) texts and \(endings.count) endings, expected \(all.formatted())")
    try requireOffsets(tokenOffsets, "token_offsets", count: texts.count, end: tokens.count)
    try require(tokens.allSatisfy { $0 >= 0 }, "a token id is negative")
    for text in texts.indices {
      let length = tokenRange(text).count
      try require((1...law.maximumNewTokens).contains(length), "text \(text) has \(length) tokens")
      try require(
        endings[text] != .length || length == law.maximumNewTokens,
        "text \(text) has \(length) tokens, which are not the most")
    }
    try validateTokens()
    if truthProbabilities.isEmpty { return }
    try requireFinite(truthProbabilities, "truth_probabilities", count: texts.count)
    try require(
      truthProbabilities.allSatisfy { (0...1).contains($0) }, "truth_probabilities has no probability somewhere")
  }

  private func validateTokens() throws {
    for (values, name) in [(logProbabilities, "log_probabilities"), (lawLogProbabilities, "law_log_probabilities")] {
      try requireFinite(values, name, count: tokens.count)
      try require(values.allSatisfy { $0 <= 1e-3 }, "\(name) has a probability above 1")
    }
    try requireFinite(totalEntropies, "total_entropies", count: tokens.count)
    try requireFinite(aleatoricEntropies, "aleatoric_entropies", count: tokens.count)
    try require(
      zip(aleatoricEntropies, totalEntropies).allSatisfy { 0 <= $0 && $0 <= $1 },
      "an aleatoric entropy is negative or above the total one")
    try require(
      mixedDraws > 1 || totalEntropies == aleatoricEntropies, "one draw has an entropy that is not its own")
  }
}

extension Answers.Law {
  fileprivate mutating func exchange(with archive: some Archive) throws {
    try archive.real("temperature", &temperature)
    try archive.integer("top_k", &topK)
    try archive.real("top_p", &topP)
    try archive.integer("maximum_new_tokens", &maximumNewTokens)
    try archive.integer("seed", &seed)
    try archive.texts("stops", &stops, Axis("stop"), "a text ends before the first of these")
  }

  fileprivate func validate() throws {
    try require(temperature >= 0 && temperature.isFinite, "its temperature is \(temperature)")
    try require(topK >= 0 && topP > 0 && topP <= 1, "its top k is \(topK) and its top p \(topP)")
    try require(maximumNewTokens >= 1, "its texts have at most \(maximumNewTokens) tokens")
    try require(stops.allSatisfy { !$0.isEmpty }, "one of its stops is empty")
  }
}
