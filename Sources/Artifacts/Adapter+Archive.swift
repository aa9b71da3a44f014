// The file layout of an adapter.

extension Adapter: StoredArtifact {
  /// The kind of artifact, as in the file's first line and its `schema` attribute.
  package static var schema: String { "adapter" }
  static var version: Int { 1 }
  /// Reads the file and checks everything that it says.
  package static func read(_ file: ArtifactFile) throws -> Adapter { try load(file) }
  /// Writes the file, whole or not at all.
  package func write(to path: String, provenance: Provenance) throws { try store(to: path, provenance: provenance) }

  mutating func exchange(with archive: some Archive) throws {
    try archive.text("method", &method)
    try archive.integer("seed", &seed)
    try archive.text("base_digest", &baseDigest)
    try archive.text("tokens_digest", &tokensDigest)
    try archive.text("settings", &settings)
    try cost.exchange(with: archive)
    try parameters.exchange(with: archive)
    try archive.numbers(
      "values", &values, [Axis("parameter", parameters.count)], "trained numbers, tensor after tensor")
    try history.exchange(with: archive)
    try archive.group("optimizer")
    try archive.integer("optimizer_step", &optimizer.step)
    try archive.numbers(
      "optimizer/first_moment", &optimizer.firstMoment, [Axis("parameter")], "AdamW's running mean of the gradient")
    try archive.numbers(
      "optimizer/second_moment", &optimizer.secondMoment, [Axis("parameter")],
      "AdamW's running mean of the squared gradient")
    if try archive.has("class_names", !classNames.isEmpty) {
      try archive.texts("class_names", &classNames, Axis("class"), "classes of the head's outputs")
    }
    if try archive.has("exchange_trust", exchange != nil) {
      var row = exchange ?? Exchange()
      try row.exchange(with: archive)
      exchange = row
    }
  }

  func validate() throws {
    try parameters.validate()
    try requireFinite(values, "values", count: parameters.count)
    try history.validate()
    // An optimizer that has not started has no moments.
    let moments = optimizer.firstMoment.isEmpty ? 0 : parameters.count
    try requireFinite(optimizer.firstMoment, "the first moment", count: moments)
    try requireFinite(optimizer.secondMoment, "the second moment", count: moments)
    try require(optimizer.secondMoment.allSatisfy { $0 >= 0 }, "the second moment is negative somewhere")
    try require(optimizer.step >= 0, "the optimizer took \(optimizer.step) steps")
    try exchange?.validate()
  }
}
