// What `pretrain-load` writes: the frozen base, laid out once so that every later stage maps it into memory.
import Faults
import Files
import HDF5

/// A base in `base.h5`, mapped read-only: all processes of a machine share its pages.
public final class BaseModel: @unchecked Sendable {
  /// One tensor on its way into a file.
  public struct Tensor {
    /// The Hugging Face name.
    public var name: String
    /// Row-major shape.
    public var shape: [Int]
    /// Its numbers.
    public var values: [Float]
    /// All as given.
    public init(name: String, shape: [Int], values: [Float]) {
      (self.name, self.shape, self.values) = (name, shape, values)
    }
  }

  /// The architecture as canonical JSON (`Transformers.Architecture` encodes and decodes it).
  public let architecture: String
  /// SHA-256 over names, shapes and numbers.
  public let digest: String
  /// SHA-256 of the model folder's tokenizer.json; empty where it had none.
  public let tokenizerDigest: String
  /// The tensors' names, in the file's order.
  public let names: [String]

  private let mapping: MappedFile
  private let tensors: [String: (shape: [Int], values: UnsafePointer<Float>)]

  static let seal = Seal(schema: "base-model", version: 1)
  private static let alignment = 64

  /// Maps `path`; refuses a file that is not a base, or damaged. Reads every byte once, for the checksum.
  public init(mapping path: String) throws {
    let reader = try Reader(path, expected: Self.seal)
    mapping = reader.mapping
    (architecture, tokenizerDigest, digest, names, tensors) = try Inconsistency.reported(path) {
      var names: [String] = []
      try reader.texts("tensor_names", &names, Axis("tensor"), "")
      var tensors: [String: (shape: [Int], values: UnsafePointer<Float>)] = [:]
      for name in names { tensors[name] = try Self.locate(name, in: reader) }
      try require(tensors.count == names.count, "two tensors have one name")
      return (
        try reader.text("architecture"), try reader.text("tokenizer_digest"), try reader.text("content_digest"), names,
        tensors
      )
    }
  }

  private static func locate(_ name: String, in reader: Reader) throws -> (shape: [Int], values: UnsafePointer<Float>) {
    let found = try reader.file.describe("tensors/\(name)")
    let bytes = found.shape.reduce(4.0) { $0 * Double($1) }
    guard found.type == Float.kind.rawValue, let offset = found.offset, offset % alignment == 0,
      Double(offset) + bytes <= Double(reader.mapping.bytes.count), let start = reader.mapping.bytes.baseAddress
    else { throw Inconsistency("the tensor \(name) does not lie in the file as it should") }
    return (found.shape, (start + offset).assumingMemoryBound(to: Float.self))
  }

  /// The tensor of that name: its shape and its numbers in the mapped file, or nil. The numbers live as long as `self`.
  public func tensor(_ name: String) -> (shape: [Int], values: UnsafePointer<Float>)? { tensors[name] }

  /// Writes a base: one contiguous, 64-byte aligned float32 dataset for each tensor, taken one after the other.
  ///
  /// Throws `.data` where a tensor has a number that is not finite, a name that cannot be stored, or no numbers.
  public static func write(
    to path: String, architecture: String, tokenizerDigest: String, names: [String],
    tensor: (String) throws -> Tensor, provenance: Provenance
  ) throws {
    try Writer.write(seal, to: path, provenance: provenance, alignment: alignment) { writer in
      var (architecture, tokenizerDigest, names) = (architecture, tokenizerDigest, names)
      try writer.text("architecture", &architecture)
      try writer.text("tokenizer_digest", &tokenizerDigest)
      try writer.texts("tensor_names", &names, Axis("tensor"), "Hugging Face names of the tensors, in order")
      try writer.group("tensors")
      for name in names {
        var tensor = try tensor(name)
        guard !name.isEmpty, name != ".", !name.contains("/") else {
          throw Fault(.data, path, "the tensor \"\(name)\" has a name that HDF5 does not take")
        }
        do { try requireFinite(tensor.values, name, count: tensor.shape.reduce(1, *)) } catch {
          throw Fault(.data, path, "not written, since \((error as? Inconsistency)?.reason ?? "")")
        }
        try writer.numbers(
          "tensors/\(name)", &tensor.values, tensor.shape.map { Axis("", $0) }, "", units: "", storage: .contiguous)
      }
    }
  }
}
