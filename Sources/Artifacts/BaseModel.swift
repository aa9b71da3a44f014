// What `pretrain-load` writes: the frozen base, laid out once so that every later stage maps it into memory.
import Faults

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
    public init(name: String, shape: [Int], values: [Float]) { (self.name, self.shape, self.values) = (name, shape, values) }
  }

  /// The architecture as canonical JSON (`Transformers.Architecture` encodes and decodes it).
  public let architecture: String
  /// SHA-256 over names, shapes and numbers.
  public let digest: String
  /// SHA-256 of the model folder's tokenizer.json; empty where it had none.
  public let tokenizerDigest: String
  /// The tensors' names, in the file's order.
  public let names: [String]

  /// Maps `path`; refuses a file that is not a base, damaged, or not finite.
  public init(mapping path: String) throws { fatalError("not written yet") }

  /// The tensor of that name: its shape and its numbers in the mapped file, or nil.
  public func tensor(_ name: String) -> (shape: [Int], values: UnsafePointer<Float>)? { fatalError("not written yet") }

  /// Writes a base: one contiguous, 64-byte aligned float32 dataset for each tensor, taken one after the other.
  public static func write(
    to path: String, architecture: String, tokenizerDigest: String, names: [String],
    tensor: (String) throws -> Tensor, provenance: Provenance
  ) throws { fatalError("not written yet") }
}
