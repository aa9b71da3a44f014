// Gzip (RFC 1952): decompression of a whole file of one or more members, and the CRC-32 that gzip and our own files
// use.
import CZlib
import Faults

/// Whether `bytes` begin like a gzip file. The name does not tell: `.gz` files get renamed or decompressed.
package func isGzipped(_ bytes: [UInt8]) -> Bool { bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B }

/// Decompresses all members of a gzip file, end to end. Zeros after the last member are padding and ignored.
///
/// Throws `.data` if it is cut short, damaged (every member has its CRC-32), followed by other bytes, or larger than
/// `limit` bytes when decompressed. `name` is the subject of the fault.
package func gunzip(_ bytes: [UInt8], named name: String, limit: Int = largestInput) throws -> [UInt8] {
  var stream = z_stream()
  // 15: the largest window; +16: a gzip header and nothing else.
  let opened = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  precondition(opened == Z_OK, "inflateInit2 returned \(opened)")
  defer { inflateEnd(&stream) }

  var unpacked: [UInt8] = []
  unpacked.reserveCapacity(min(limit, 4 * bytes.count))
  var piece = [UInt8](repeating: 0, count: 1 << 18)
  var consumed = 0
  while true {
    // zlib counts in 32 bits, so it gets the input in windows.
    let (answer, used, made) = bytes.withUnsafeBufferPointer { input in
      piece.withUnsafeMutableBufferPointer { output in
        let window = min(input.count - consumed, 1 << 30)
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress! + consumed)
        stream.avail_in = UInt32(window)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        let answer = inflate(&stream, Z_NO_FLUSH)
        return (answer, window - Int(stream.avail_in), output.count - Int(stream.avail_out))
      }
    }
    consumed += used
    guard unpacked.count + made <= limit else {
      throw Fault(.data, name, "decompresses to more than \(limit) bytes, the limit", hint: splitHint)
    }
    unpacked += piece[..<made]
    switch answer {
    case Z_OK: break
    case Z_BUF_ERROR:
      throw Fault(.data, name, "the gzip file is cut short after \(bytes.count) bytes", hint: "fetch it again")
    case Z_STREAM_END:
      if bytes[consumed...].allSatisfy({ $0 == 0 }) { return unpacked }
      guard isGzipped(Array(bytes[consumed...].prefix(2))) else {
        throw Fault(.data, name, "bytes that are not gzip follow the gzip data at byte \(consumed)")
      }
      inflateReset(&stream)
    default:
      let reason = stream.msg.map { String(cString: $0) } ?? "zlib returned \(answer)"
      throw Fault(.data, name, "the gzip file is damaged near byte \(consumed): \(reason)", hint: "fetch it again")
    }
  }
}

/// CRC-32 (ISO 3309, as in gzip) of `bytes`; `after` is the CRC-32 of the bytes before them.
package func crc32(_ bytes: UnsafeRawBufferPointer, after previous: UInt32 = 0) -> UInt32 {
  UInt32(truncatingIfNeeded: crc32_z(UInt(previous), bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
}
