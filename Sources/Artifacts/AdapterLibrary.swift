// The artifact of `index-adapters`: adapters of one base and one shape, each with a vector that says what texts it was
// fitted on. It holds the adapters' values, so that a library stays whole when the files that it was made from move.
// `route-adapters` writes it once more, with a router.

/// Adapters that are retrieved by what is asked.
package struct AdapterLibrary: Equatable, Sendable {
  /// The content digest of the base.
  package var baseDigest = ""
  /// The content digest of the tokens whose calibration split chose the temperature.
  package var tokensDigest = ""
  /// How many of the base's blocks compute the embeddings.
  package var blocks = 0
  /// How many of the nearest adapters answer a text.
  package var top = 3
  /// The temperature of the adapters' weights: w = softmax(cosine / temperature).
  package var temperature = 0.1
  /// Names and shapes of one adapter.
  package var parameters = ParameterTable()
  /// [adapter] Their names, in ascending order.
  package var names: [String] = []
  /// [adapter] The settings of their fits, as canonical JSON.
  package var fits: [String] = []
  /// [adapter] The seeds of their fits.
  package var seeds: [Int] = []
  /// [adapter] The content digests of the tokens that they were fitted on.
  package var fitDigests: [String] = []
  /// [adapter, parameter]
  package var values: [Float] = []
  /// [adapter, hidden] The mean embeddings of the texts that they were fitted on, of length 1.
  package var embeddings: [Double] = []
  /// [parameter of the factors] The router that weighs the adapters for each token: A_g and B_g of every module, with the
  /// places of an adapter's A and B. Empty without one.
  package var router: [Float] = []
  /// The settings of the router's training, as canonical JSON; empty without a router.
  package var routerSettings = ""
  /// What the adapters and the router cost.
  package var cost = Cost()

  /// An empty library, to be filled in.
  package init() {}

  /// The number of adapters.
  package var count: Int { names.count }
  /// The size of an embedding.
  package var width: Int { count == 0 ? 0 : embeddings.count / count }
  /// The vector of one adapter.
  package func vector(_ adapter: Int) -> [Float] {
    Array(values[adapter * parameters.count..<(adapter + 1) * parameters.count])
  }
  /// One adapter, as its own file has it but for its history and cost.
  package func adapter(_ index: Int) -> Adapter {
    var adapter = Adapter()
    (adapter.method, adapter.seed, adapter.settings) = ("point", seeds[index], fits[index])
    (adapter.baseDigest, adapter.tokensDigest) = (baseDigest, fitDigests[index])
    (adapter.parameters, adapter.values) = (parameters, vector(index))
    return adapter
  }
}

extension AdapterLibrary: StoredArtifact {
  /// The kind of artifact, as in the file's first line and its `schema` attribute.
  package static var schema: String { "adapter-library" }
  static var version: Int { 1 }
  /// Reads the file and checks everything that it says.
  package static func read(_ file: ArtifactFile) throws -> AdapterLibrary { try load(file) }
  /// Writes the file, whole or not at all.
  package func write(to path: String, provenance: Provenance) throws { try store(to: path, provenance: provenance) }

  mutating func exchange(with archive: some Archive) throws {
    try archive.text("base_digest", &baseDigest)
    try archive.text("tokens_digest", &tokensDigest)
    try archive.integer("blocks", &blocks)
    try archive.integer("top", &top)
    try archive.real("temperature", &temperature)
    try cost.exchange(with: archive)
    try parameters.exchange(with: archive)
    let adapter = Axis("adapter", names.isEmpty ? nil : count)
    try archive.texts("adapter_names", &names, adapter, "names of the adapters, in ascending order")
    try archive.texts("fits", &fits, Axis("adapter", count), "settings of their fits, as JSON")
    try archive.texts("fit_digests", &fitDigests, Axis("adapter", count), "content digests of the tokens of their fits")
    try archive.numbers("seeds", &seeds, [Axis("adapter", count)], "seeds of their fits")
    try archive.numbers(
      "values", &values, [Axis("adapter", count), Axis("parameter", parameters.count)], "trained values")
    try archive.numbers(
      "embeddings", &embeddings, [Axis("adapter", count), Axis("hidden", embeddings.isEmpty ? nil : width)],
      "mean embedding of the texts of their fits, of length 1")
    guard try archive.has("router", !router.isEmpty) else { return }
    try archive.text("router_settings", &routerSettings)
    try archive.numbers(
      "router", &router, [Axis("parameter of the factors", parameters.factors.count)], "A and B of the router")
  }

  func validate() throws {
    try parameters.validate()
    try require(count >= 1, "it has no adapters")
    try require(zip(names, names.dropFirst()).allSatisfy(<), "its names are not in ascending order")
    try require(blocks >= 0 && top >= 1, "it has the top \(top) by \(blocks) blocks")
    try require(temperature > 0 && temperature.isFinite, "its temperature is \(temperature)")
    try requireFinite(values, "values", count: count * parameters.count)
    try requireFinite(router, "router", count: router.isEmpty ? 0 : parameters.factors.count)
    try require(width > 0 && embeddings.count == count * width, "it has \(embeddings.count) values of embeddings")
    for index in 0..<count {
      let squares = embeddings[index * width..<(index + 1) * width].reduce(0) { $0 + $1 * $1 }
      try require(abs(squares - 1) < 1e-6, "the embedding of \(names[index]) has the squared length \(squares)")
    }
  }
}
