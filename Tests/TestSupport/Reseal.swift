// Artifacts as another program may leave them: changed, with a valid first line.
import Files

/// Changes the bytes of an artifact and updates the length and checksum in its first line.
package func reseal(_ path: String, _ change: (inout [UInt8]) throws -> Void) throws {
  var bytes = try readBytes(path)
  try change(&bytes)
  let words = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self).split(separator: " ")
  try AtomicFile.write(sealed(bytes, schema: String(words[1]), version: Int(words[2])!), to: path)
}

/// The bytes of an artifact under a matching first line, as a forger would write it.
package func sealed(_ bytes: [UInt8], schema: String, version: Int) -> [UInt8] {
  let start = "credence \(schema) \(version) size=\(bytes.count) crc32="
  let body = bytes.withUnsafeBytes { crc32(UnsafeRawBufferPointer(rebasing: $0[512...])) }
  let checksum = String(Array(start.utf8).withUnsafeBytes { crc32($0, after: body) }, radix: 16)
  let line = Array((start + String(repeating: "0", count: 8 - checksum.count) + checksum + "\n").utf8)
  return line + [UInt8](repeating: 0, count: 512 - line.count) + bytes[512...]
}
