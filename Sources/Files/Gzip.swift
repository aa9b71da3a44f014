// Gzip (RFC 1952): decompression of files of one or more members, whole or piece by piece, and the CRC-32 that gzip and
// our own files use.
import CZlib
import Faults

/// Whether `bytes` begin like a gzip file. The name does not tell: `.gz` files get renamed or decompressed.
package func isGzipped(_ bytes: [UInt8]) -> Bool { bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B }

/// Decompresses all members of a gzip file, end to end.
///
/// Throws as `GzipStream` does, and `.data` if the content is larger than `limit` bytes. `name` is the subject of the
/// fault.
package func gunzip(_ bytes: [UInt8], named name: String, limit: Int = largestInput) throws -> [UInt8] {
  var rest = bytes
  let stream = GzipStream(named: name) {
    defer { rest = [] }
    return rest
  }
  var unpacked: [UInt8] = []
  unpacked.reserveCapacity(min(limit, 4 * bytes.count))
  while true {
    let piece = try stream.next()
    if piece.isEmpty { return unpacked }
    guard unpacked.count + piece.count <= limit else {
      throw Fault(.data, name, "decompresses to more than \(limit) bytes, the limit", hint: splitHint)
    }
    unpacked += piece
  }
}

/// The content of a gzip file, piece by piece. Zeros after the last member are padding and ignored.
final class GzipStream {
  private var stream = z_stream()
  private let name: String
  private let more: () throws -> [UInt8]
  private var input: [UInt8] = []
  /// Number of bytes of `input` that are decompressed.
  private var position = 0
  /// Number of bytes of the file that are decompressed.
  private var consumed = 0
  private var isBetweenMembers = false

  /// - Parameter more: Returns the next bytes of the file; none at its end.
  init(named name: String, more: @escaping () throws -> [UInt8]) {
    (self.name, self.more) = (name, more)
    // 15: the largest window; +16: a gzip header and nothing else.
    let opened = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(opened == Z_OK, "inflateInit2 returned \(opened)")
  }

  deinit { inflateEnd(&stream) }

  /// The next bytes, at most 256 KiB; none at the end.
  ///
  /// Throws `.data` if the file is cut short, damaged (every member has its CRC-32) or followed by other bytes.
  func next() throws -> [UInt8] {
    while true {
      if isBetweenMembers, try !beginMember() { return [] }
      if position == input.count { try refill() }
      let (answer, piece) = inflatePiece()
      switch answer {
      case Z_OK: break
      case Z_STREAM_END: isBetweenMembers = true
      case Z_BUF_ERROR:
        throw Fault(.data, name, "the gzip file is cut short after \(consumed) bytes", hint: "fetch it again")
      default:
        let reason = stream.msg.map { String(cString: $0) } ?? "zlib returned \(answer)"
        throw Fault(.data, name, "the gzip file is damaged near byte \(consumed): \(reason)", hint: "fetch it again")
      }
      if !piece.isEmpty { return piece }
    }
  }

  private func refill() throws { (input, position) = (try more(), 0) }

  private func inflatePiece() -> (answer: Int32, piece: [UInt8]) {
    var answer = Z_OK
    let size = 1 << 18
    let piece = [UInt8](unsafeUninitializedCapacity: size) { output, count in
      // zlib counts in 32 bits, so it gets the input in windows.
      let window = min(input.count - position, 1 << 30)
      input.withUnsafeBufferPointer { input in
        stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + position) }
        stream.avail_in = UInt32(window)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(size)
        answer = inflate(&stream, Z_NO_FLUSH)
      }
      let used = window - Int(stream.avail_in)
      (position, consumed) = (position + used, consumed + used)
      count = size - Int(stream.avail_out)
    }
    return (answer, piece)
  }

  /// Prepares for the next member. Returns false if there is none.
  private func beginMember() throws -> Bool {
    while input.count - position < 2 {
      let rest = input[position...]
      try refill()
      if input.isEmpty {
        (input, position) = (Array(rest), 0)
        break
      }
      input = rest + input
    }
    if isGzipped(Array(input[position...].prefix(2))) {
      inflateReset(&stream)
      isBetweenMembers = false
      return true
    }
    let end = consumed
    while position < input.count {
      guard input[position...].allSatisfy({ $0 == 0 }) else {
        throw Fault(.data, name, "bytes that are not gzip follow the gzip data at byte \(end)")
      }
      try refill()
    }
    return false
  }
}

/// CRC-32 (ISO 3309, as in gzip) of `bytes`; `after` is the CRC-32 of the bytes before them.
package func crc32(_ bytes: UnsafeRawBufferPointer, after previous: UInt32 = 0) -> UInt32 {
  UInt32(truncatingIfNeeded: crc32_z(UInt(previous), bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
}
