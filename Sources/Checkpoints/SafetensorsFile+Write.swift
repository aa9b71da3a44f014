// Writing a safetensors file: its bytes depend only on names, shapes and values.
import Faults
import Files
import Foundation
import JSON

extension SafetensorsFile {
  /// A tensor's name and row-major shape.
  package typealias Description = (name: String, shape: [Int])

  /// Writes `tensors` in the order given, all in one format, with one tensor's `values` in memory at a time.
  ///
  /// The header is padded with spaces to a multiple of eight bytes, so that float32 values are aligned, and formatted
  /// as the safetensors library does: with tensors sorted by name the bytes are the same as the library's.
  ///
  /// Throws `.cannotCreate` or `.inputOutput` for the file system, and `.internalError` if a value is not finite before
  /// or after rounding to `format`.
  /// - Precondition: names are distinct, and `values` returns as many values as the shape has.
  package static func write(
    to path: String, tensors: [Description], format: FloatFormat = .float32,
    metadata: [(key: String, value: String)] = [("format", "pt")], values: (String) throws -> [Float]
  ) throws {
    let header = try header(tensors, format: format, metadata: metadata)
    try AtomicFile.write(to: path) { temporary in
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        throw Fault(.cannotCreate, temporary, "cannot create: \(String(cString: strerror(errno)))")
      }
      let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      do {
        try file.write(contentsOf: header)
        for tensor in tensors {
          try file.write(contentsOf: try bytes(of: tensor, format: format, values: values, subject: path))
        }
        try file.close()
      } catch let error as CocoaError {
        throw Fault(.inputOutput, path, "cannot write: \(error.localizedDescription)")
      }
    }
  }

  private static func header(
    _ tensors: [Description], format: FloatFormat, metadata: [(key: String, value: String)]
  ) throws(Fault) -> [UInt8] {
    var members: [(String, JSON)] = []
    if !metadata.isEmpty {
      members.append(("__metadata__", .object(JSON.Object(metadata.map { ($0.key, .string($0.value)) }))))
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.shape.reduce(format.width, *)
      members.append(
        (
          tensor.name,
          [
            "dtype": .string(format.rawValue), "shape": .array(tensor.shape.map { .integer($0) }),
            "data_offsets": [.integer(offset), .integer(end)],
          ]
        ))
      offset = end
    }
    var text = Array(try JSON.object(JSON.Object(members)).encode().utf8)
    text += repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }

  private static func bytes(
    of tensor: Description, format: FloatFormat, values: (String) throws -> [Float], subject: String
  ) throws -> [UInt8] {
    let numbers = try values(tensor.name)
    let expected = tensor.shape.reduce(1, *)
    precondition(numbers.count == expected, "\(tensor.name): \(numbers.count) numbers for shape \(tensor.shape)")
    let bytes = format.narrow(numbers)
    // Rounding to a short format can give infinity, so the stored values are checked.
    let stored = format == .float32 ? numbers : bytes.withUnsafeBytes { format.widen($0) }
    if let index = firstNonFinite(stored) {
      throw Fault(
        .internalError, subject,
        "tensor \"\(tensor.name)\" would store \(stored[index]) (from \(numbers[index])) at \(coordinates(index, in: tensor.shape))"
      )
    }
    return bytes
  }
}
