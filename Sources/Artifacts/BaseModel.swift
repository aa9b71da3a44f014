// The artifact of `pretrain-load`: the frozen base, stored so that every later stage can map it into memory.
import Arrays
import Faults
import Files
import HDF5

/// A base in `base.h5`, mapped read-only: all processes of a machine share its pages.
///
/// Unchecked, because it holds pointers into the mapping; nothing is written after `init`, and `mapping` keeps them valid.
package final class BaseModel: @unchecked Sendable {
  /// One tensor to be written.
  package struct Tensor {
    /// The Hugging Face name.
    package var name: String
    /// Row-major shape.
    package var shape: [Int]
    /// Its values.
    package var values: Values
    package init(name: String, shape: [Int], values: Values) {
      (self.name, self.shape, self.values) = (name, shape, values)
    }
  }

  /// A tensor's values, row-major.
  package enum Values {
    case float32([Float])
    /// The upper halves of Floats. Only for matrices: vectors are stored as Floats.
    case bfloat16([UInt16])
    /// Integers from -127 to 127, and the scale of each row of a matrix.
    case int8([Int8], scales: [Float])

    /// A matrix (rows, width), each row rounded by its own largest value.
    package static func rounded(_ matrix: [Float], rows: Int) -> Values {
      let width = matrix.count / rows
      var (integers, scales) = ([Int8](repeating: 0, count: matrix.count), [Float](repeating: 0, count: rows))
      integers.withUnsafeMutableBytes { integers in
        matrix.withUnsafeBufferPointer { matrix in
          for row in 0..<rows {
            scales[row] = Int8Rows.round(
              matrix.baseAddress! + row * width, count: width,
              into: integers.baseAddress!.assumingMemoryBound(to: UInt8.self) + row * width, zero: 0)
          }
        }
      }
      return .int8(integers, scales: scales)
    }
  }

  /// The architecture as JSON (`Transformers.Architecture` encodes and decodes it).
  package let architecture: String
  /// SHA-256 over names, shapes and values.
  package let digest: String
  /// SHA-256 of the model folder's tokenizer.json; empty if it had none.
  package let tokenizerDigest: String
  /// The tensors' names, in the file's order.
  package let names: [String]
  /// The labels of the output layer that was kept of the folder's head, in the order of its outputs; empty without one.
  package let labels: [String]

  private let mapping: MappedFile
  /// Of the file, which may have an older version.
  private let seal: Seal
  private let tensors: [String: (shape: [Int], values: StoredNumbers)]

  /// Version 1 has another spelling of the architecture.
  static let seal = Seal(schema: "base-model", version: 2, oldestVersion: 1)

  /// Maps `path`; rejects a file that is damaged or not a base. Reads every byte once, for the checksum.
  package init(mapping path: String) throws {
    let reader = try Reader(path, expected: Self.seal)
    (mapping, seal) = (reader.mapping, reader.seal)
    (architecture, tokenizerDigest, digest, names, labels, tensors) = try Inconsistency.reported(path) {
      var names: [String] = []
      try reader.texts("tensor_names", &names, Axis("tensor"), "")
      var tensors: [String: (shape: [Int], values: StoredNumbers)] = [:]
      for name in names { tensors[name] = try reader.locate("tensors/\(name)", scales: "scales/\(name)") }
      try require(tensors.count == names.count, "two tensors have the same name")
      var labels: [String] = []
      if let output = tensors[HeadTensor.outputWeight.rawValue] {
        try reader.texts("labels", &labels, Axis("output", output.shape.first), "")
      }
      return (
        try reader.text("architecture"), try reader.text("tokenizer_digest"), try reader.text("content_digest"), names,
        labels, tensors
      )
    }
  }

  /// [byte] The size of the file, all of which is mapped.
  package var fileSize: Int { mapping.bytes.count }

  /// The tensor of that name: its shape and its values in the mapped file, or nil. The values live as long as `self`.
  package func tensor(_ name: String) -> (shape: [Int], values: StoredNumbers)? { tensors[name] }

  /// Compares the content with its digest, by which later files identify this base. The checksum, verified at every
  /// opening, finds all damage; this finds a file that was changed and sealed again. It takes a second for some hundred
  /// megabytes, so only the stages that start from a base do it: later stages compare digests.
  ///
  /// - Throws: `Fault` of kind `.data` if they differ.
  package func verifyDigest() throws(Fault) {
    var digest = ContentDigest(seal)
    digest.add("architecture", architecture)
    digest.add("tokenizer_digest", tokenizerDigest)
    digest.add("tensor_names", names)
    if !labels.isEmpty { digest.add("labels", labels) }
    for name in names {
      guard let (shape, values) = tensors[name] else { preconditionFailure("no tensor \(name)") }
      let (key, count) = ("tensors/\(name)", shape.reduce(1, *))
      switch values {
      case .float32(let numbers): digest.add(key, shape, UnsafeBufferPointer(start: numbers, count: count))
      case .bfloat16(let numbers): digest.add(key, shape, UnsafeBufferPointer(start: numbers, count: count))
      case .int8(let matrix):
        digest.add(key, shape, UnsafeBufferPointer(start: matrix.values, count: count))
        digest.add("scales/\(name)", [shape[0]], UnsafeBufferPointer(start: matrix.scales, count: shape[0]))
      }
    }
    guard digest.hexDigest == self.digest else { throw ContentDigest.mismatch(mapping.path) }
  }

  /// Writes a base: one contiguous, 64-byte aligned dataset per tensor, one tensor in memory at a time. bfloat16 is
  /// stored as uint16, int8 with an array of scales beside it.
  ///
  /// - Parameter labels: those of the output layer, where `names` has one of a kept head.
  ///
  /// Throws `.data` if a tensor has a value that is not finite, a name that cannot be stored, or no values.
  package static func write(
    to path: String, architecture: String, tokenizerDigest: String, names: [String], labels: [String] = [],
    tensor: (String) throws -> Tensor, provenance: Provenance
  ) throws {
    try Writer.write(seal, to: path, provenance: provenance, alignment: Reader.alignment) { writer in
      var (architecture, tokenizerDigest, names) = (architecture, tokenizerDigest, names)
      try writer.text("architecture", &architecture)
      try writer.text("tokenizer_digest", &tokenizerDigest)
      try writer.texts("tensor_names", &names, Axis("tensor"), "Hugging Face names of the tensors, in order")
      if !labels.isEmpty {
        var labels = labels
        try writer.texts("labels", &labels, Axis("output", labels.count), "labels of the kept head's outputs")
      }
      try writer.group("tensors")
      var hasScales = false
      for name in names {
        var tensor = try tensor(name)
        guard !name.isEmpty, name != ".", !name.contains("/") else {
          throw Fault(.data, path, "the tensor \"\(name)\" has a name that HDF5 cannot store")
        }
        do { try tensor.check() } catch {
          throw Fault(.data, path, "not written, because \((error as? Inconsistency)?.reason ?? "")")
        }
        if case .int8 = tensor.values, !hasScales {
          try writer.group("scales")
          hasScales = true
        }
        try writer.write(&tensor)
      }
    }
  }
}

extension BaseModel.Tensor {
  /// Throws if the number of values does not match the shape, or if one is not finite.
  fileprivate func check() throws {
    let count = shape.reduce(1, *)
    switch values {
    case .float32(let numbers): try requireFinite(numbers, name, count: count)
    case .bfloat16(let halves):
      precondition(shape.count == 2, "\(name) is not a matrix")
      try require(halves.count == count, "\(name) has \(halves.count) values, expected \(count)")
      if let index = halves.firstIndex(where: { !Halves.isFinite(bfloat16: $0) }) {
        throw Inconsistency("\(name) is not finite at index \(index)")
      }
    case .int8(let integers, let scales):
      precondition(shape.count == 2, "\(name) is not a matrix")
      try require(integers.count == count, "\(name) has \(integers.count) values, expected \(count)")
      try requireFinite(scales, "the scales of \(name)", count: shape[0])
    }
  }
}

extension Writer {
  fileprivate func write(_ tensor: inout BaseModel.Tensor) throws {
    let (name, axes) = ("tensors/\(tensor.name)", tensor.shape.map { Axis("", $0) })
    switch tensor.values {
    case .float32(var numbers): try self.numbers(name, &numbers, axes, "", units: "", storage: .contiguous)
    case .bfloat16(var halves):
      try numbers(name, &halves, axes, "bfloat16: the upper halves of float32", units: "", storage: .contiguous)
    case .int8(var integers, var scales):
      try numbers(name, &integers, axes, "int8: to be multiplied by the row's scale", units: "", storage: .contiguous)
      try numbers(
        "scales/\(tensor.name)", &scales, [Axis("", scales.count)], "scales of the rows", units: "",
        storage: .contiguous)
    }
  }
}
