// The artifact of `compute-prefix`: the hidden states below the lowest adapter, for all tokens of a data set. They are
// computed once for all members, samples and epochs, and every stage that starts from them maps the file.
import Arrays
import Faults
import Files
import HDF5

/// The states of a data set's tokens above the frozen blocks, mapped read-only: all processes of a machine share its pages.
///
/// Unchecked, because it holds a pointer into the mapping; nothing is written after `init`, and `mapping` keeps it valid.
package final class FrozenPrefix: @unchecked Sendable {
  /// The path of the file, for messages.
  package let path: String
  /// SHA-256 over the properties below and the states.
  package let digest: String
  /// The content digest of the base.
  package let baseDigest: String
  /// The content digest of the tokens.
  package let tokensDigest: String
  /// The examples whose states are stored, in ascending order; nil for all of them.
  package let examples: [Int]?
  /// How many of the lowest blocks are included; 0 for the embeddings alone.
  package let blocks: Int
  /// The precision of the products that computed it.
  package let precision: Precision
  /// Rows: the tokens of all examples end to end; tokens that the sequences of an example share are stored once.
  package let rows: Int
  /// The width of a row.
  package let width: Int
  /// The states (row, hidden), valid as long as `self` lives.
  package let numbers: UnsafePointer<Float>

  /// [byte] The size of the file, all of which is mapped.
  package var fileSize: Int { mapping.bytes.count }
  private let mapping: MappedFile

  static let seal = Seal(schema: "frozen-prefix", version: 1)
  private static let dataset = "states"
  private static let examplesDataset = "examples"

  /// Maps `path`; rejects a file that is damaged or not a prefix. Reads every byte once, for the checksum.
  package init(mapping path: String) throws {
    let reader = try Reader(path, expected: Self.seal)
    (self.path, mapping) = (path, reader.mapping)
    examples = try Inconsistency.reported(path) { try Self.heldExamples(reader) }
    (digest, baseDigest, tokensDigest, blocks, precision, rows, width, numbers) = try Inconsistency.reported(path) {
      var (blocks, precision) = (0, Precision.float32)
      try reader.integer("blocks", &blocks)
      try reader.named("precision", &precision)
      let (shape, values) = try reader.locate(Self.dataset)
      guard case .float32(let numbers) = values, shape.count == 2, blocks >= 0 else {
        throw Inconsistency("\(Self.dataset) is not a float32 matrix above \(blocks) blocks")
      }
      return (
        try reader.text("content_digest"), try reader.text("base_digest"), try reader.text("tokens_digest"), blocks,
        precision, shape[0], shape[1], numbers
      )
    }
  }

  private static func heldExamples(_ reader: Reader) throws -> [Int]? {
    guard try reader.file.members().contains(where: { $0.name == examplesDataset }) else { return nil }
    var held: [Int] = []
    try archive(&held, reader)
    guard held.allSatisfy({ $0 >= 0 }), zip(held, held.dropFirst()).allSatisfy(<) else {
      throw Inconsistency("\(examplesDataset) is not in ascending order")
    }
    return held
  }

  private static func archive(_ examples: inout [Int], _ archive: some Archive) throws {
    try archive.numbers(examplesDataset, &examples, [Axis("held")], "the examples whose states are here")
  }

  /// Writes a prefix: `states` (row, hidden) as one contiguous, aligned dataset, of all examples or only of `examples`.
  ///
  /// Throws if it cannot be written.
  package static func write(
    to path: String, baseDigest: String, tokensDigest: String, examples: [Int]? = nil, blocks: Int,
    precision: Precision, width: Int, states: [Float], provenance: Provenance
  ) throws {
    try Writer.write(seal, to: path, provenance: provenance, alignment: Reader.alignment) { writer in
      var (base, tokens, blocks, precision, states) = (baseDigest, tokensDigest, blocks, precision, states)
      try writer.text("base_digest", &base)
      try writer.text("tokens_digest", &tokens)
      try writer.integer("blocks", &blocks)
      try writer.named("precision", &precision)
      if var examples { try archive(&examples, writer) }
      try writer.numbers(
        dataset, &states, [Axis("token"), Axis("hidden", width)],
        "what the lowest blocks make of the tokens, example by example", units: "", storage: .contiguous)
    }
  }
}
