// The text of a file of any size, in UTF-8, piece by piece.
import Faults
import Files

/// Reads, decompresses and decodes a file.
final class TextStream {
  /// The beginning of the text, at most `beginningSize` bytes. `next` returns it again.
  let beginning: [UInt8]
  /// The number of bytes of the file before the text: the byte order mark of UTF-8.
  let offset: Int
  private let bytes: ByteStream
  private var decoder: TextDecoder
  private var pending: [[UInt8]] = []

  /// How much of a file decides on its layout. A header is not longer.
  static let beginningSize = 1 << 16

  /// - Parameter told: The encoding; nil to find it.
  /// - Throws: `Fault.noInput`, `.inputOutput`; `.data` for a file that is not text.
  init(_ path: String, _ told: TextEncoding?) throws {
    bytes = try ByteStream(path)
    let first = try bytes.next()
    try SourceText.check(first, path: path)
    decoder = TextDecoder(told ?? TextEncoding.found(in: first) ?? .utf8, path: path)
    pending = [try decoder.decode(first)]
    offset = first.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var beginning = pending[0]
    while beginning.count < Self.beginningSize {
      let piece = try bytes.next()
      if piece.isEmpty { break }
      pending.append(try decoder.decode(piece))
      beginning += pending.last!
    }
    self.beginning = Array(beginning.prefix(Self.beginningSize))
  }

  /// The next piece of the text; nothing at the end.
  func next() throws -> [UInt8] {
    while true {
      let piece = try pending.isEmpty ? decoded() : pending.removeFirst()
      if let piece, piece.isEmpty { continue }
      return piece ?? []
    }
  }

  /// The text of the next bytes; nil at the end.
  private func decoded() throws -> [UInt8]? {
    let piece = try bytes.next()
    let text = try decoder.decode(piece)
    return piece.isEmpty && text.isEmpty ? nil : text
  }
}
