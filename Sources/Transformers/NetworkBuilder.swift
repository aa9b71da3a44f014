// Assembles a network's layers from tensors by name.
import Arrays
import Faults

/// Finds each tensor either in the trained vector or in the base.
struct NetworkBuilder {
  let architecture: Architecture
  let frozen: (String) throws -> StoredNumbers
  let precision: Precision
  let trained: [String: Int]
  let adapters: [String: LowRankPlace]

  func tensor(_ name: String) throws -> Tensor {
    if let offset = trained[name] { return .trained(offset: offset) }
    return .frozen(try vector(name))
  }

  /// The values of a frozen norm or bias, which a base holds as Floats.
  func vector(_ name: String) throws -> UnsafePointer<Float> {
    guard case .float32(let numbers) = try frozen(name) else { preconditionFailure("\(name) is not float32") }
    return numbers
  }

  func table(_ module: String, entries: Int) throws -> Table {
    let name = "\(module).weight"
    if let offset = trained[name] { return .trained(offset: offset, entries: entries) }
    return .frozen(try frozen(name), entries: entries)
  }

  /// - Parameter bias: the name of a bias that is frozen too.
  func weight(_ name: String, inputs: Int, outputs: Int, bias: String? = nil) throws -> Weight {
    if let offset = trained[name] { return .trained(offset: offset, inputs: inputs, outputs: outputs) }
    return .frozen(
      FrozenMatrix(
        inputs: inputs, outputs: outputs, values: try frozen(name), bias: try bias.map(vector), precision: precision,
        copying: architecture.fitsPacked))
  }

  /// A linear layer that is not adapted.
  ///
  /// - Parameters:
  ///   - name: the name of its weight.
  ///   - bias: the name of its bias; nil where it has none.
  func linear(_ name: String, bias: String?, inputs: Int, outputs: Int) throws -> Linear {
    // A frozen bias is added by the product with a frozen matrix.
    let isInProduct = trained[name] == nil && bias.flatMap { trained[$0] } == nil
    return Linear(
      inputs: inputs, outputs: outputs,
      weight: try weight(name, inputs: inputs, outputs: outputs, bias: isInProduct ? bias : nil),
      bias: isInProduct ? nil : try bias.map(tensor), adapter: nil, number: LinearObservation.unobserved, stream: .max)
  }

  func embeddings() throws -> Embeddings {
    let (names, width) = (architecture.names, architecture.embeddingWidth)
    return Embeddings(
      width: width, words: try table(names.words, entries: architecture.vocabularySize),
      scale: Float(architecture.embeddingScale),
      positions: try names.positions.map { try table($0, entries: architecture.maximumPositions) },
      tokenTypes: architecture.tokenTypes == 0
        ? nil : try names.tokenTypes.map { try table($0, entries: architecture.tokenTypes) },
      norm: try names.embeddingNorm.map { try norm($0, width: width) },
      projection: try names.embeddingProjection.map {
        try linear("\($0).weight", bias: "\($0).bias", inputs: width, outputs: architecture.hiddenSize)
      })
  }

  /// A norm by the name of its tensors, without `.weight` and `.bias`.
  func norm(_ name: String, width: Int? = nil) throws -> Norm {
    let kind = architecture.norm
    return Norm(
      kind, width: width ?? architecture.hiddenSize, epsilon: Float(architecture.normEpsilon),
      weight: kind.hasScale ? try tensor("\(name).weight") : nil,
      bias: kind == .layer ? try tensor("\(name).bias") : nil)
  }

  /// The norm behind the last block.
  /// - Precondition: the architecture has one.
  func finalNorm() throws -> Norm {
    guard let name = architecture.names.finalNorm else { preconditionFailure("no final norm") }
    return try norm(name)
  }
}

extension Architecture {
  /// Whether the base's matrices are packed, which needs twice their memory on top, or multiplied where they lie in the
  /// base. They are packed up to two billion values.
  package var fitsPacked: Bool { linearModules.reduce(0) { $0 + $1.inputs * $1.outputs } <= 2_000_000_000 }
}
