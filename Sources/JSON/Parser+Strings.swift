// Parsing strings: one without escapes is copied in one piece, one with escapes piece by piece.
import Faults

extension Parser {
  mutating func string() throws(Fault) -> String {
    let opening = index
    index += 1
    let start = index
    while current != UInt8(ascii: "\""), current != UInt8(ascii: "\\"), current >= 0x20 { index += 1 }
    if current == UInt8(ascii: "\"") {
      defer { index += 1 }
      return try text(UnsafeRawBufferPointer(rebasing: bytes[start..<index]), from: start)
    }
    var unescaped = Array(bytes[start..<index])
    while current != UInt8(ascii: "\"") {
      if index >= bytes.count { throw fault("a string has no closing quote", at: opening) }
      if current < 0x20 { throw fault("\(found) must be escaped in a string") }
      if current == UInt8(ascii: "\\") {
        unescaped.append(contentsOf: String(try escape()).utf8)
      } else {
        unescaped.append(current)
        index += 1
      }
    }
    defer { index += 1 }
    let result: Result<String, Fault> = unescaped.withUnsafeBytes { buffer in
      do throws(Fault) { return .success(try text(buffer, from: start)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// `content` as text. It begins at byte `start` of the input and ends at `index`.
  private func text(_ content: UnsafeRawBufferPointer, from start: Int) throws(Fault) -> String {
    let letters = content.bindMemory(to: UInt8.self)
    guard let text = String(validating: letters, as: UTF8.self) else {
      // Escapes are ASCII and stand for whole characters, so the first invalid raw byte is the first invalid unescaped
      // one.
      throw fault("the text is not UTF-8", at: firstInvalidByte(from: start))
    }
    return text
  }

  private func firstInvalidByte(from start: Int) -> Int {
    var offset = start
    var iterator = bytes[start..<index].makeIterator()
    var decoder = Unicode.UTF8.ForwardParser()
    while case .valid(let units) = decoder.parseScalar(from: &iterator) { offset += units.count }
    return offset
  }

  private static let wholePair = #"write both halves, as in \ud83d\ude00, or leave the character out"#

  /// Reads one escape; `\uD83D\uDE00` counts as one.
  private mutating func escape() throws(Fault) -> Unicode.Scalar {
    let start = index
    index += 1
    let letter = current
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return stepOver(Unicode.Scalar(letter))
    case UInt8(ascii: "n"): return stepOver("\n")
    case UInt8(ascii: "t"): return stepOver("\t")
    case UInt8(ascii: "r"): return stepOver("\r")
    case UInt8(ascii: "b"): return stepOver("\u{8}")
    case UInt8(ascii: "f"): return stepOver("\u{C}")
    case UInt8(ascii: "u"): break
    default: throw fault("\(found) after \\ is not a valid escape")
    }
    let first = try fourHexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, current == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "u")
    else { throw fault("half a surrogate pair", at: start, hint: Self.wholePair) }
    index += 1
    let second = try fourHexDigits()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw fault("half a surrogate pair", at: start, hint: Self.wholePair) }
    return scalar
  }

  private mutating func stepOver(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    index += 1
    return scalar
  }

  /// Reads `u` and four hexadecimal digits.
  private mutating func fourHexDigits() throws(Fault) -> UInt32 {
    index += 1
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(current)).hexDigitValue else {
        throw fault("expected four hexadecimal digits, found \(found)")
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }
}
