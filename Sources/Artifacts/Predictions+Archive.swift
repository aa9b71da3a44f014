// The file layout of predictions.
import Foundation

extension Predictions: StoredArtifact {
  /// The kind of artifact, as in the file's first line and its `schema` attribute.
  package static var schema: String { "predictions" }
  static var version: Int { 3 }
  static var oldestVersion: Int? { 2 }
  /// Reads the file and checks everything that it says.
  package static func read(_ file: ArtifactFile) throws -> Predictions { try load(file) }
  /// Writes the file, whole or not at all.
  package func write(to path: String, provenance: Provenance) throws { try store(to: path, provenance: provenance) }

  mutating func exchange(with archive: some Archive) throws {
    try archive.origin(
      &method, &dataset, &corruption, base: &baseDigest, tokens: &tokensDigest, settings: &settings)
    try archive.integer("groups", &groups)
    try archive.integer("samples", &samples)
    try archive.integer("choices", &choices)
    try archive.integer("stored_parameters", &storedParameters)
    try cost.exchange(with: archive)
    try archive.texts("warnings", &warnings, Axis("warning"), "remarks that belong beside the numbers")
    if try archive.has("label_names", !labelNames.isEmpty) {
      try archive.texts(
        "label_names", &labelNames, Axis("label"), "names of the labels of every example")
    }
    if try archive.has("class_values", !classValues.isEmpty) {
      try archive.numbers("class_values", &classValues, [Axis("choice", choices)], "the number that each choice is")
    }
    try archive.texts("row_ids", &rowIDs, Axis("example"), "ids of the examples in their source file")
    let example = Axis("example", count)
    try archive.coded("splits", &splits, [example], "1 calibration, 2 test")
    try archive.numbers("labels", &labels, [example], "index of the right choice, -1 where unknown")
    try archive.numbers("choice_counts", &choiceCounts, [example], "how many choices the example has")
    if try archive.has("votes", !votes.isEmpty) {
      try archive.numbers(
        "votes", &votes, [example, Axis("choice", choices)], "share of an example's votes for each choice")
    }
    try archive.exchange(&numbers, classes: choices, example)
    try archive.numbers(
      "log_probabilities", &logProbabilities,
      [example, Axis("group", groups), Axis("sample", samples), Axis("choice", choices)],
      "natural logarithms; -inf beyond an example's own choices", units: "nats")
    if try archive.has("log_sums", !logSums.isEmpty) {
      try archive.numbers(
        "log_sums", &logSums, [example, Axis("group", groups), Axis("sample", samples)],
        "logarithm of the sum of exp(logit) over the example's own choices", units: "nats")
    }
    if try archive.has("weights", !weights.isEmpty) {
      try archive.numbers(
        "weights", &weights, [example, Axis("group", groups)], "share of the group in the example's mixture")
    }
  }

  func validate() throws {
    try require(groups >= 1 && samples >= 1, "it has \(groups) groups of \(samples) samples")
    try requireUnique(rowIDs, splits)
    try require(
      labelNames.isEmpty || count % labelNames.count == 0 && choices <= 2 && votes.isEmpty,
      "its rows are not \(labelNames.count) labels of each example")
    try require(
      classValues.allSatisfy(\.isFinite) && (classValues.isEmpty || choiceCounts.allSatisfy { $0 == choices }),
      "its choices are not the same finite numbers for all examples")
    try numbers?.validate(classes: choices, examples: count)
    try require(
      numbers == nil || choiceCounts.allSatisfy { $0 == choices } && classValues.isEmpty && labelNames.isEmpty,
      "it has numbers, but its choices are not the same bins for all examples")
    try require(logSums.allSatisfy(\.isFinite), "a sum of exp(logit) is not finite")
    try require(!splits.contains(.train), "it has predictions for training examples")
    for row in weights.isEmpty ? 0..<0 : rowIDs.indices {
      let own = weights[row * groups..<(row + 1) * groups]
      try require(
        own.allSatisfy { $0 >= 0 } && abs(own.reduce(0, +) - 1) < 1e-4,
        "the weights of example \(rowIDs[row]) are \(Array(own))")
    }
    let widest = Int(choiceCounts.max() ?? 0)
    try require(
      choices == widest, "the file claims \(choices) choices, but the widest example has \(widest)")
    for row in rowIDs.indices {
      let (label, width) = (labels[row], choiceCounts[row])
      try require(width >= 1, "example \(rowIDs[row]) has \(width) choices")
      try require(
        (-1..<width).contains(label), "example \(rowIDs[row]) has the label \(label), beyond its \(width) choices")
      let total = votes.isEmpty ? 1 : votes[row * choices..<(row + 1) * choices].reduce(0) { $0 + Double($1) }
      try require(label < 0 || abs(total - 1) < 1e-5, "the votes of example \(rowIDs[row]) sum to \(total)")
      for draw in 0..<groups * samples {
        try validate(row: row, start: (row * groups * samples + draw) * choices)
      }
    }
  }

  /// Checks that the probabilities from `start` on form a distribution over the choices of example `row`.
  private func validate(row: Int, start: Int) throws {
    let own = Int(choiceCounts[row])
    var total = 0.0
    for choice in 0..<choices {
      let value = logProbabilities[start + choice]
      let fits = choice < own ? value.isFinite : value == -.infinity
      try require(fits, "a log-probability of example \(rowIDs[row]), choice \(choice), is \(value)")
      total += choice < own ? exp(Double(value)) : 0
    }
    try require(abs(total - 1) <= 1e-3, "probabilities of example \(rowIDs[row]) sum to \(total)")
  }
}
