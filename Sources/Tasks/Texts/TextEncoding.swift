// The encodings of text files: found from a byte order mark or the first bytes, or told by the user. Everything behind
// this file sees UTF-8.
import Faults

/// An encoding of text.
package enum TextEncoding: String, Codable, Sendable, CaseIterable {
  case utf8 = "utf-8"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  /// ISO 8859-1: every byte is the character of that number.
  case latin1 = "latin-1"
  /// Like ISO 8859-1, with quotes, dashes and the euro sign in the place of control characters.
  case windows1252 = "windows-1252"

  /// Other names, in lower case without hyphens and underscores.
  private static let otherNames: [String: TextEncoding] = [
    "utf8sig": .utf8, "iso88591": .latin1, "cp1252": .windows1252, "ansi": .windows1252,
  ]

  /// The encoding called `name`; case, hyphens and underscores do not matter.
  package init?(named name: String) {
    func plain(_ name: String) -> String { name.lowercased().filter { $0 != "-" && $0 != "_" } }
    guard let found = Self.allCases.first(where: { plain($0.rawValue) == plain(name) }) ?? Self.otherNames[plain(name)]
    else { return nil }
    self = found
  }

  /// The encoding of a file that begins with `bytes`, by its byte order mark. UTF-16 without one is recognised by the
  /// zeros beside an ASCII character. Nil if nothing tells; such a file must be valid UTF-8.
  static func found(in bytes: [UInt8]) -> TextEncoding? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
    let zeros = bytes.prefix(4).map { $0 == 0 }
    if bytes.starts(with: [0xFF, 0xFE]) || zeros == [false, true, false, true] { return .utf16LittleEndian }
    if bytes.starts(with: [0xFE, 0xFF]) || zeros == [true, false, true, false] { return .utf16BigEndian }
    return nil
  }

  /// What to do about a file that is not UTF-8.
  static let hint =
    "if it is an older file of Windows, use `encoding windows-1252`; or convert it with iconv -t UTF-8"
}

/// Turns pieces of a file into UTF-8 without a byte order mark. Bytes that are already UTF-8 are not checked here.
struct TextDecoder {
  private let encoding: TextEncoding
  private let path: String
  /// Number of bytes that were decoded.
  private var offset = 0
  /// UTF-16: the bytes of an incomplete character at the end of the last piece.
  private var rest: [UInt8] = []

  init(_ encoding: TextEncoding, path: String) { (self.encoding, self.path) = (encoding, path) }

  /// The text of `piece`. An empty piece is the file's end.
  /// - Throws: `Fault.data` at half a character of UTF-16.
  mutating func decode(_ piece: [UInt8]) throws -> [UInt8] {
    let isBeginning = offset == 0
    switch encoding {
    case .utf8:
      offset += piece.count
      return isBeginning && piece.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(piece.dropFirst(3)) : piece
    case .latin1:
      return Array(String(String.UnicodeScalarView(piece.map { Unicode.Scalar($0) })).utf8)
    case .windows1252:
      return Array(String(String.UnicodeScalarView(piece.map(windows1252Character))).utf8)
    case .utf16LittleEndian, .utf16BigEndian:
      let text = try decodeUTF16(piece)
      return isBeginning && text.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(text.dropFirst(3)) : text
    }
  }

  private mutating func decodeUTF16(_ piece: [UInt8]) throws -> [UInt8] {
    let bytes = rest + piece
    if piece.isEmpty && !bytes.isEmpty {
      throw Fault(.data, path, "ends inside a character of \(encoding.rawValue) (byte \(offset) of the file)")
    }
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    for place in stride(from: 0, to: bytes.count - 1, by: 2) {
      let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
      units.append(encoding == .utf16LittleEndian ? second << 8 | first : first << 8 | second)
    }
    // The first half of a surrogate pair waits for its second half.
    if let last = units.last, UTF16.isLeadSurrogate(last) { units.removeLast() }
    rest = Array(bytes[(2 * units.count)...])
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    var (parser, iterator) = (Unicode.UTF16.ForwardParser(), units.makeIterator())
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let units):
        text.append(contentsOf: Unicode.UTF8.encode(Unicode.UTF16.decode(units))!)
        offset += 2 * units.count
      case .error: throw Fault(.data, path, "half a character of \(encoding.rawValue) at byte \(offset) of the file")
      case .emptyInput: return text
      }
    }
  }
}

/// The characters of Windows-1252 from 0x80 to 0x9F (WHATWG Encoding Standard); bytes without one are control
/// characters.
private let windows1252 = Array("€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)

private func windows1252Character(_ byte: UInt8) -> Unicode.Scalar {
  0x80..<0xA0 ~= byte ? windows1252[Int(byte) - 0x80] : Unicode.Scalar(byte)
}
