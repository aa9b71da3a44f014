// A base of any size with random weights: the cost of a step does not depend on the values of the weights.
import Artifacts
import Checkpoints
import Faults
import JSON
import Transformers

extension Architecture {
  /// A Llama from a text such as `4096x32`, its hidden size and its number of layers. All other sizes have the proportions
  /// of Llama 2 7B (Touvron et al. 2023, arXiv:2307.09288).
  ///
  /// - Throws: `Fault` of kind `.usage` if the text is not such a pair, or the hidden size is not a multiple of 64.
  init(_ text: String) throws {
    let sizes = text.split(separator: "x").compactMap { Int($0) }
    guard sizes.count == 2, sizes[0] > 0, sizes[0] % 64 == 0, sizes[1] > 0 else {
      throw Fault(
        .usage, "--random", "found \"\(text)\", expected a multiple of 64, x and the number of layers, such as 4096x32")
    }
    let hidden = sizes[0]
    let headSize = hidden >= 2048 ? 128 : 64
    self = .llama(
      hiddenSize: hidden, layers: sizes[1], heads: hidden / headSize, keyValueHeads: hidden / headSize,
      headSize: headSize, intermediateSize: hidden * 43 / 16, vocabularySize: 32_000, maximumPositions: 4096,
      tiedHead: false)
  }
}

/// Writes a base whose matrices are random, between plus and minus 1/64, and whose norms are 1.
///
/// - Parameter store: int8 for the matrices of the linear modules; bfloat16 is the published format otherwise.
func writeRandomBase(
  _ architecture: Architecture, store: MatrixStorage, to path: String, provenance: Provenance
) throws {
  var state: UInt64 = 1
  /// A bfloat16 with a random sign, exponent (2^-7 or below) and mantissa, from xorshift (Marsaglia 2003).
  func randomValue() -> UInt16 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return UInt16(truncatingIfNeeded: state) & 0x807F | 0x3C00 - UInt16(state >> 60 & 3) << 7
  }
  let linear = Set(architecture.linearModules.map { "\($0.name).weight" })
  let shapes = Dictionary(uniqueKeysWithValues: architecture.tensors.map { ($0.name, $0.shape) })
  try BaseModel.write(
    to: path, architecture: architecture.canonicalJSON, tokenizerDigest: "", names: architecture.tensors.map(\.name),
    tensor: { name in
      let shape = shapes[name]!
      let count = shape.reduce(1, *)
      guard shape.count == 2 else {
        return .init(name: name, shape: shape, values: .float32([Float](repeating: 1, count: count)))
      }
      let halves = (0..<count).map { _ in randomValue() }
      guard store == .int8, linear.contains(name) else {
        return .init(name: name, shape: shape, values: .bfloat16(halves))
      }
      let values = halves.map { Float(bitPattern: UInt32($0) << 16) }
      return .init(name: name, shape: shape, values: .rounded(values, rows: shape[0]))
    }, provenance: provenance)
}
