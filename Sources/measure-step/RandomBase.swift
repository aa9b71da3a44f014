// A base of any shape with random numbers: what a step costs does not depend on what the network knows.
import Artifacts
import Transformers

extension Architecture {
  /// Llama 2 7B's shape (Touvron et al. 2023, arXiv:2307.09288).
  static let llama7b = Architecture(
    family: .llama, hiddenSize: 4096, layers: 32, heads: 32, keyValueHeads: 32, headSize: 128,
    intermediateSize: 11_008, vocabularySize: 32_000, maximumPositions: 4096, normEpsilon: 1e-5, rotaryBase: 10_000,
    attentionBias: false, tiedHead: false)
}

/// Writes a base whose matrices are random in bfloat16, between plus and minus 1/64, and whose norms are 1.
func writeRandomBase(_ architecture: Architecture, to path: String, provenance: Provenance) throws {
  var state: UInt64 = 1
  /// A sign, an exponent of 2^-7 or below, and random digits: xorshift (Marsaglia 2003).
  func half() -> UInt16 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return UInt16(truncatingIfNeeded: state) & 0x807F | 0x3C00 - UInt16(state >> 60 & 3) << 7
  }
  let shapes = Dictionary(uniqueKeysWithValues: architecture.tensors.map { ($0.name, $0.shape) })
  try BaseModel.write(
    to: path, architecture: architecture.canonicalJSON, tokenizerDigest: "", names: architecture.tensors.map(\.name),
    tensor: { name in
      let shape = shapes[name]!
      let count = shape.reduce(1, *)
      let isMatrix = shape.count == 2
      return .init(
        name: name, shape: shape,
        values: isMatrix
          ? .bfloat16((0..<count).map { _ in half() }) : .float32([Float](repeating: 1, count: count)))
    }, provenance: provenance)
}
