// The file layout of curvature: the eigenvalues of all blocks end to end, and all their eigenvectors.

extension Curvature: StoredArtifact {
  /// The kind of artifact, as in the file's first line and its `schema` attribute.
  package static var schema: String { "curvature" }
  static var version: Int { 1 }
  /// Reads the file and checks everything that it says.
  package static func read(_ file: ArtifactFile) throws -> Curvature { try load(file) }
  /// Writes the file, whole or not at all.
  package func write(to path: String, provenance: Provenance) throws { try store(to: path, provenance: provenance) }

  mutating func exchange(with archive: some Archive) throws {
    try archive.integer("seed", &seed)
    try archive.text("base_digest", &baseDigest)
    try archive.text("tokens_digest", &tokensDigest)
    try archive.text("settings", &settings)
    try archive.integer("examples", &examples)
    var varying = count
    try archive.integer("varying_parameters", &varying)
    try archive.real("log_likelihood", &logLikelihood)
    try archive.real("prior_precision", &priorPrecision)
    try archive.real("log_marginal_likelihood", &logMarginalLikelihood)
    try cost.exchange(with: archive)
    try parameters.exchange(with: archive)
    try archive.numbers("values", &values, [Axis("parameter", parameters.count)], "the adapter's numbers")
    try exchangeBlocks(with: archive)
    try require(varying == count, "the blocks have \(count) parameters, the file claims \(varying)")
  }

  private mutating func exchangeBlocks(with archive: some Archive) throws {
    var names = blocks.map(\.name)
    try archive.texts("block_names", &names, Axis("block"), "the matrices that vary")
    var shapes = blocks.flatMap {
      [$0.offset, $0.biasOffset ?? -1, $0.outputs, $0.inputs, $0.outputValues.count, $0.inputValues.count]
    }
    try archive.numbers(
      "block_shapes", &shapes, [Axis("block", names.count), Axis("number", names.isEmpty ? nil : 6)],
      "offset, offset of the bias or -1, outputs, inputs, directions of outputs, directions of inputs")
    var values = blocks.flatMap { $0.outputValues + $0.inputValues }
    try archive.numbers("eigenvalues", &values, [Axis("direction")], "of each block's outputs, then of its inputs")
    var rows = blocks.flatMap { $0.outputRows + $0.inputRows }
    try archive.numbers("eigenvectors", &rows, [Axis("number")], "of each block's outputs, then of its inputs")
    blocks = try Self.blocks(names, shapes, values, rows)
  }

  private static func blocks(
    _ names: [String], _ shapes: [Int], _ values: [Double], _ rows: [Float]
  ) throws -> [Block] {
    var (values, rows) = (values[...], rows[...])
    let blocks = try names.enumerated().map { index, name in
      var block = Block()
      let shape = shapes[index * 6..<index * 6 + 6].map { $0 }
      try require(
        shape.dropFirst(2).allSatisfy { (1...1 << 24).contains($0) } && shape[4] <= shape[2] && shape[5] <= shape[3],
        "the block \(name) has the shape \(shape)")
      (block.name, block.offset, block.biasOffset) = (name, shape[0], shape[1] < 0 ? nil : shape[1])
      (block.outputs, block.inputs) = (shape[2], shape[3])
      block.outputValues = Array(values.prefix(shape[4]))
      values = values.dropFirst(shape[4])
      block.inputValues = Array(values.prefix(shape[5]))
      values = values.dropFirst(shape[5])
      block.outputRows = Array(rows.prefix(shape[4] * shape[2]))
      rows = rows.dropFirst(shape[4] * shape[2])
      block.inputRows = Array(rows.prefix(shape[5] * shape[3]))
      rows = rows.dropFirst(shape[5] * shape[3])
      return block
    }
    try require(values.isEmpty && rows.isEmpty, "it has more eigenvalues or eigenvectors than its blocks need")
    return blocks
  }

  func validate() throws {
    try parameters.validate()
    try requireFinite(values, "values", count: parameters.count)
    try require(examples >= 1, "it was computed from \(examples) examples")
    try require(
      logLikelihood.isFinite && logMarginalLikelihood.isFinite, "its log-likelihood is \(logLikelihood)")
    try require(priorPrecision > 0 && priorPrecision.isFinite, "its prior precision is \(priorPrecision)")
    try require(!blocks.isEmpty, "it has no blocks")
    for block in blocks { try validate(block) }
  }

  private func validate(_ block: Block) throws {
    let weights = block.outputs * (block.inputs - (block.biasOffset == nil ? 0 : 1))
    let places = [(block.offset, weights)] + (block.biasOffset.map { [($0, block.outputs)] } ?? [])
    try require(
      places.allSatisfy { (0...parameters.count).contains($0) && $1 <= parameters.count - $0 },
      "the block \(block.name) is outside the parameter vector")
    let products = (block.outputValues.first ?? .nan) * (block.inputValues.first ?? .nan)
    try require(
      (block.outputValues + block.inputValues).allSatisfy { $0 >= 0 } && products.isFinite,
      "the block \(block.name) has an eigenvalue that is negative or not finite")
    try requireFinite(
      block.outputRows, "the block \(block.name)", count: block.outputValues.count * block.outputs)
    try requireFinite(block.inputRows, "the block \(block.name)", count: block.inputValues.count * block.inputs)
  }
}
