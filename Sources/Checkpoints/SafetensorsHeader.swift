// The header of a safetensors file, and every way in which it can be wrong. No number in the header determines an
// allocation before it is checked against the size of the file.
import Faults
import JSON

/// A safetensors header, checked against the size of the file.
struct SafetensorsHeader {
  /// The tensors in the order of their offsets.
  let entries: [SafetensorsFile.Entry]
  /// The member `__metadata__`.
  let metadata: [String: String]
  /// The offset of the tensors' bytes in the file.
  let dataStart: Int

  /// Longer headers are rejected; those of the largest models have a few megabytes.
  static let maximumLength = 100_000_000

  /// Bits per element of each type in the format. Only three are read, but the layout is checked for all.
  private static let bits: [String: Int] = [
    "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
    "F8_E5M2FNUZ": 8, "F8_E4M3FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32,
    "C64": 64, "F64": 64, "I64": 64, "U64": 64,
  ]

  init(_ file: UnsafeRawBufferPointer, subject: String) throws(Fault) {
    let text = try Self.text(of: file, subject: subject)
    let top = try JSON.parse(text, subject: "\(subject): header").node(in: "\(subject): header")
    dataStart = 8 + text.count
    var metadata: [String: String] = [:]
    var entries: [SafetensorsFile.Entry] = []
    for (name, node) in try top.nodes() {
      if name == "__metadata__" {
        for (key, value) in try node.nodes() { metadata[key] = try value.string() }
      } else {
        entries.append(try Self.entry(name, node))
      }
    }
    entries.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
    try Self.checkCoverage(entries, size: file.count - dataStart, subject: subject)
    // The parser compares names by their bytes; a Swift dictionary treats two spellings of an accent as equal.
    var names = Set<String>(minimumCapacity: entries.count)
    for entry in entries where !names.insert(entry.name).inserted {
      throw Fault(.data, subject, "two tensors are called \"\(entry.name)\", in two spellings of the same characters")
    }
    (self.entries, self.metadata) = (entries, metadata)
  }

  private static func text(of file: UnsafeRawBufferPointer, subject: String) throws(Fault) -> UnsafeRawBufferPointer {
    let hint = "the file is cut short or not a safetensors file: download it again"
    guard file.count >= 8 else {
      throw Fault(.data, subject, "has \(file.count) bytes, too few for a safetensors file", hint: hint)
    }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    guard length <= maximumLength else {
      throw Fault(.data, subject, "a header of \(length) bytes, more than \(maximumLength)", hint: hint)
    }
    guard length <= file.count - 8 else {
      throw Fault(.data, subject, "a header of \(length) bytes in a file of \(file.count)", hint: hint)
    }
    let text = UnsafeRawBufferPointer(rebasing: file[8..<8 + Int(length)])
    guard text.first == UInt8(ascii: "{") else {
      throw Fault(.data, subject, "the header does not begin with {", hint: hint)
    }
    return text
  }

  private static func entry(_ name: String, _ node: JSON.Node) throws(Fault) -> SafetensorsFile.Entry {
    for (key, _) in try node.nodes() where !["dtype", "shape", "data_offsets"].contains(key) {
      throw node.fault("unknown member \"\(key)\"")
    }
    let type = try node.string("dtype")
    guard let bits = bits[type] else { throw try node.member("dtype").fault("unknown type \"\(type)\"") }
    var shape: [Int] = []
    var total = bits
    for size in try node.array("shape") {
      let count = try size.int()
      let (product, overflow) = total.multipliedReportingOverflow(by: count)
      guard count >= 0, !overflow else { throw size.fault("\(count) is too large or negative") }
      total = product
      shape.append(count)
    }
    let offsets = try node.member("data_offsets")
    let ends = try offsets.array()
    guard ends.count == 2 else { throw offsets.fault("\(ends.count) numbers, expected 2") }
    let (begin, end) = (try ends[0].int(), try ends[1].int())
    guard begin >= 0, begin <= end else { throw offsets.fault("\(begin) to \(end) is not a range") }
    guard total % 8 == 0, total / 8 == end - begin else {
      throw node.fault("\(type) of shape \(shape) takes \(total) bits, data_offsets give \(end - begin) bytes")
    }
    return .init(name: name, type: type, shape: shape, bytes: begin..<end)
  }

  /// Every byte after the header belongs to exactly one tensor, so that nothing can be hidden in a file.
  private static func checkCoverage(_ entries: [SafetensorsFile.Entry], size: Int, subject: String) throws(Fault) {
    var covered = 0
    for entry in entries {
      guard entry.bytes.lowerBound == covered else {
        let problem = entry.bytes.lowerBound < covered ? "overlaps another tensor" : "leaves a gap before it"
        throw Fault(
          .data, subject,
          "tensor \"\(entry.name)\" begins at byte \(entry.bytes.lowerBound), expected \(covered): \(problem)")
      }
      covered = entry.bytes.upperBound
    }
    guard covered == size else {
      throw Fault(
        .data, subject, "the tensors take \(covered) bytes, the file has \(size) after its header",
        hint: covered > size ? "the file is cut short: download it again" : "")
    }
  }
}
