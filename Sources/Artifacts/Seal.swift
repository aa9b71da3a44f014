// The first 512 bytes of every file: one line of text with the kind of file, its length, and the CRC-32 of all of it.
// HDF5 reserves such a block for the user and its readers skip it. The line is written last, once everything else is in
// the file, and checked first, so that the HDF5 library, which is not hardened against damage, never sees a damaged
// file.
import Faults
import Files
import Foundation

/// The first line of a file: `credence adapter 1 size=123456 crc32=1a2b3c4d`.
struct Seal: Equatable {
  /// The number of bytes before the HDF5 content.
  static let length = 512

  /// The kind of artifact.
  var schema: String
  /// The version of its layout.
  var version: Int
  /// The oldest version that is still read; nil for this one alone.
  var oldestVersion: Int?

  /// The part of the line that the checksum covers.
  private func start(size: Int) -> String { "credence \(schema) \(version) size=\(size) crc32=" }

  /// The whole block for a file of `size` bytes.
  private func block(size: Int, checksum: UInt32) -> [UInt8] {
    let digits = String(checksum, radix: 16)
    let line = start(size: size) + String(repeating: "0", count: 8 - digits.count) + digits + "\n"
    return Array(line.utf8) + [UInt8](repeating: 0, count: Self.length - line.utf8.count)
  }

  /// CRC-32 of the HDF5 content and of the line up to the checksum.
  private func checksum(of file: MappedFile) -> UInt32 {
    var body: UInt32 = 0
    file.forEachPiece(from: Self.length) { body = crc32($0, after: body) }
    return Array(start(size: file.bytes.count).utf8).withUnsafeBytes { crc32($0, after: body) }
  }

  /// Seals a file whose first 512 bytes are free and whose content is complete.
  func close(_ path: String) throws {
    let file = try MappedFile(path)
    let block = block(size: file.bytes.count, checksum: checksum(of: file))
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { Foundation.close(descriptor) } }
    guard descriptor >= 0, pwrite(descriptor, block, block.count, 0) == block.count else {
      throw Fault(.inputOutput, path, "cannot write the first line: \(String(cString: strerror(errno)))")
    }
  }

  /// The seal of `file`, after verifying every byte of the file against it.
  ///
  /// Throws `.data` if the file is not an artifact, `.inputOutput` if it is cut short, damaged or changed.
  static func verify(_ file: MappedFile) throws -> Seal {
    try file.withUnsafeBytes { bytes in
      guard let (seal, size) = parse(bytes) else {
        throw Fault(
          .data, file.path, bytes.isEmpty ? "is empty" : "is not a file of this project",
          hint: isPlainHDF5(bytes) ? "it is HDF5 without the first line that pipeline/README.md describes" : "")
      }
      guard size == bytes.count else {
        throw Fault(.inputOutput, file.path, "has \(bytes.count) bytes, expected \(size)", hint: remake)
      }
      guard bytes.starts(with: seal.block(size: size, checksum: seal.checksum(of: file))) else {
        throw Fault(.inputOutput, file.path, "is damaged or was changed: its checksum differs", hint: remake)
      }
      return seal
    }
  }

  /// Throws unless this is the seal of a file of the kind and version that `expected` says; `path` is for messages.
  func check(_ path: String, against expected: Seal) throws {
    guard schema == expected.schema else {
      throw Fault(.data, path, "is a file of kind \(schema), expected \(expected.schema)")
    }
    let known = (expected.oldestVersion ?? expected.version)...expected.version
    guard known.contains(version) else {
      let versions = Set([known.lowerBound, known.upperBound]).sorted().map(String.init).joined(separator: " to ")
      throw Fault(
        .data, path, "is version \(version) of \(schema); this program reads version \(versions)",
        hint: Self.remake)
    }
  }

  /// Whether HDF5's signature stands where a file without a first line has it.
  private static func isPlainHDF5(_ bytes: UnsafeRawBufferPointer) -> Bool {
    [0, length].contains { bytes.dropFirst($0).starts(with: "\u{89}HDF".unicodeScalars.map { UInt8($0.value) }) }
  }

  /// What helps against a file that cannot be used.
  static let remake = "remove it and run make again"

  /// Parses the first line, without verifying it.
  private static func parse(_ bytes: UnsafeRawBufferPointer) -> (Seal, size: Int)? {
    guard bytes.count >= length,
      let line = String(validating: bytes.prefix(length).prefix { $0 != 0x0A }, as: UTF8.self)
    else { return nil }
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 5, words[0] == "credence", let version = Int(words[2]), words[3].hasPrefix("size="),
      let size = Int(words[3].dropFirst(5))
    else { return nil }
    return (Seal(schema: String(words[1]), version: version), size)
  }
}
