// Files between the stages as another program may leave them: changed, with a first line that is right again.
import Files

/// Changes the bytes of a stage's file and puts its length and checksum into its first line again.
public func reseal(_ path: String, _ change: (inout [UInt8]) throws -> Void) throws {
  var bytes = try readBytes(path)
  try change(&bytes)
  let words = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self).split(separator: " ")
  let start = "\(words[0]) \(words[1]) \(words[2]) size=\(bytes.count) crc32="
  let body = bytes.withUnsafeBytes { crc32(UnsafeRawBufferPointer(rebasing: $0[512...])) }
  let checksum = String(Array(start.utf8).withUnsafeBytes { crc32($0, after: body) }, radix: 16)
  let line = start + String(repeating: "0", count: 8 - checksum.count) + checksum + "\n"
  bytes.replaceSubrange(0..<line.utf8.count, with: line.utf8)
  try AtomicFile.write(bytes, to: path)
}
