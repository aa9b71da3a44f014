// A mapped safetensors file: eight bytes with the header's length, a JSON header with the offsets of the tensors, and
// the tensors' values. The header is checked in full before it is used to read anything.
import Faults
import Files

/// The tensors of one `.safetensors` file.
package struct SafetensorsFile: Sendable {
  /// One tensor as the header describes it.
  package struct Entry: Equatable, Sendable {
    /// Its name.
    package var name: String
    /// The format's name for the element type, as in `F32` or `I64`.
    package var type: String
    /// Row-major shape; empty for a scalar.
    package var shape: [Int]
    /// The range of its bytes, relative to the end of the header.
    package var bytes: Range<Int>
    /// The format of its values; nil if this program does not read it.
    package var format: FloatFormat? { FloatFormat(rawValue: type) }
    /// The number of its values.
    package var count: Int { shape.reduce(1, *) }
  }

  /// The path of the file.
  package var path: String { file.path }
  /// The tensors in the order of their offsets.
  package let entries: [Entry]
  /// The header's `__metadata__`.
  package let metadata: [String: String]
  private let file: MappedFile
  private let dataStart: Int
  private let places: [String: Int]

  /// Maps the file at `path` and checks its header.
  ///
  /// Throws `.noInput` if there is no file, and `.data` for everything that the format forbids: a header that is cut
  /// short, longer than 100 MB or not a JSON object, a name given twice, an unknown type, a shape that does not match
  /// the bytes, bytes that belong to no tensor or to two.
  package init(mapping path: String) throws {
    file = try MappedFile(path)
    let header = try SafetensorsHeader(file.bytes, subject: path)
    (entries, metadata, dataStart) = (header.entries, header.metadata, header.dataStart)
    places = Dictionary(uniqueKeysWithValues: entries.indices.map { (header.entries[$0].name, $0) })
  }

  /// The tensor of that name, or nil.
  package subscript(name: String) -> Entry? { places[name].map { entries[$0] } }

  /// The values of tensor `name`, row-major. float16 and bfloat16 are widened exactly.
  ///
  /// Throws `.data` if there is no such tensor, its type is not F32, F16 or BF16, or a value is not finite.
  package func values(_ name: String) throws(Fault) -> [Float] {
    guard let entry = self[name] else { throw Fault(.data, path, "there is no tensor \"\(name)\"") }
    guard let format = entry.format else {
      throw Fault(
        .data, path, "tensor \"\(name)\" is stored as \(entry.type), expected F32, F16 or BF16",
        hint: "save the model in one of these types; quantized weights cannot be read")
    }
    let numbers = withBytes(of: entry, format.widen)
    if let index = firstNonFinite(numbers) {
      let found = numbers[index].isNaN ? "NaN" : "\(numbers[index])"
      throw Fault(
        .data, path, "tensor \"\(name)\" has \(found) at \(coordinates(index, in: entry.shape))",
        hint: "the file is damaged or its training failed: download it again")
    }
    return numbers
  }

  /// The values of tensor `name` as stored, or nil if it is not stored as BF16. They may be NaN or infinite.
  func halves(_ name: String) -> [UInt16]? {
    guard let entry = self[name], entry.format == .bfloat16 else { return nil }
    return withBytes(of: entry) { bytes in
      [UInt16](unsafeUninitializedCapacity: bytes.count / 2) { halves, initialized in
        UnsafeMutableRawBufferPointer(halves).copyMemory(from: bytes)
        initialized = bytes.count / 2
        for index in halves.indices { halves[index] = UInt16(littleEndian: halves[index]) }
      }
    }
  }

  /// Whether two tensors have the same values, bit by bit once widened.
  func haveSameNumbers(_ first: String, _ second: String) throws(Fault) -> Bool {
    guard let a = self[first], let b = self[second], a.shape == b.shape else { return false }
    if a.type == b.type { return withBytes(of: a) { a in withBytes(of: b) { a.elementsEqual($0) } } }
    let (x, y) = (try values(first), try values(second))
    return zip(x, y).allSatisfy { $0.bitPattern == $1.bitPattern }
  }

  /// Calls `body` with the bytes of a tensor, and releases their pages: a model may be larger than memory.
  private func withBytes<Result>(of entry: Entry, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let range = dataStart + entry.bytes.lowerBound..<dataStart + entry.bytes.upperBound
    defer { file.release(range) }
    return file.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }
}
