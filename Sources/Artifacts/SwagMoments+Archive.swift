// The file layout of a SWAG collection's moments.

extension SwagMoments: StoredArtifact {
  /// The kind of artifact, as in the file's first line and its `schema` attribute.
  package static var schema: String { "swag-moments" }
  static var version: Int { 1 }
  /// Reads the file and checks everything that it says.
  package static func read(_ file: ArtifactFile) throws -> SwagMoments { try load(file) }
  /// Writes the file, whole or not at all.
  package func write(to path: String, provenance: Provenance) throws { try store(to: path, provenance: provenance) }

  mutating func exchange(with archive: some Archive) throws {
    try archive.integer("seed", &seed)
    try archive.text("base_digest", &baseDigest)
    try archive.text("tokens_digest", &tokensDigest)
    try archive.text("settings", &settings)
    try archive.integer("snapshots", &snapshots)
    try cost.exchange(with: archive)
    try parameters.exchange(with: archive)
    let parameter = Axis("parameter", parameters.count)
    try archive.numbers("mean", &mean, [parameter], "mean of the snapshots: the SWA solution")
    try archive.numbers("variance", &variance, [parameter], "population variance of the snapshots")
    try archive.numbers(
      "deviations", &deviations, [Axis("row"), parameter], "last deviations from the running mean, oldest first")
    try history.exchange(with: archive)
  }

  func validate() throws {
    try parameters.validate()
    try require(snapshots >= 1, "\(snapshots) snapshots were taken")
    try requireFinite(mean, "the mean", count: parameters.count)
    try requireFinite(variance, "the variance", count: parameters.count)
    try require(variance.allSatisfy { $0 >= 0 }, "the variance is negative somewhere")
    try requireFinite(deviations, "the deviations", count: rank * parameters.count)
    try require(rank <= snapshots, "it has \(rank) deviations of only \(snapshots) snapshots")
    try history.validate()
  }
}
