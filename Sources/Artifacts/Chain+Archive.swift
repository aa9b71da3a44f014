// The file layout of a chain.

extension Chain: StoredArtifact {
  /// The kind of artifact, as in the file's first line and its `schema` attribute.
  package static var schema: String { "chain" }
  static var version: Int { 1 }
  /// Reads the file and checks everything that it says.
  package static func read(_ file: ArtifactFile) throws -> Chain { try load(file) }
  /// Writes the file, whole or not at all.
  package func write(to path: String, provenance: Provenance) throws { try store(to: path, provenance: provenance) }

  mutating func exchange(with archive: some Archive) throws {
    try archive.integer("seed", &seed)
    try archive.text("base_digest", &baseDigest)
    try archive.text("tokens_digest", &tokensDigest)
    try archive.text("settings", &settings)
    try archive.real("step_size", &stepSize)
    try archive.real("acceptance", &acceptance)
    try archive.integer("divergences", &divergences)
    try archive.integer("gradients", &gradients)
    try cost.exchange(with: archive)
    try parameters.exchange(with: archive)
    try archive.numbers("potentials", &potentials, [Axis("draw")], "minus log of likelihood times prior", units: "nats")
    let draw = Axis("draw", potentials.count)
    try archive.numbers("draws", &draws, [draw, Axis("parameter", parameters.count)], "in the order of the chain")
  }

  func validate() throws {
    try parameters.validate()
    try require(count >= 1, "it has no draws")
    try require(potentials.allSatisfy(\.isFinite), "a potential is not finite")
    try requireFinite(draws, "the draws", count: count * parameters.count)
    try require(
      stepSize.isFinite && (0...1).contains(acceptance) && divergences >= 0 && gradients >= 1,
      "its step is \(stepSize), its acceptance \(acceptance)")
  }
}
