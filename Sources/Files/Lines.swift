// Text files as lines. Bytes are split before they become strings: to Swift, CR LF is one character, and its own line
// splitting also breaks at U+2028 and others, which occur inside questions.
import Faults

/// Splits `bytes` at line feeds. One carriage return before a line feed or at the end is dropped, as is a byte order
/// mark at the start of the file. A file that ends in a line feed has no empty last line. Lines count from 1.
///
/// Throws `.data` at the first byte that is not UTF-8 or is NUL, with `name:line` and the byte's offset; `hint` is for
/// bytes that are not UTF-8.
package func lines(
  of bytes: [UInt8], named name: String, hint: String = conversionHint
) throws -> [(number: Int, text: String)] {
  var result: [(number: Int, text: String)] = []
  var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  while start < bytes.count {
    let feed = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
    let end = feed > start && bytes[feed - 1] == 0x0D ? feed - 1 : feed
    let number = result.count + 1
    result.append((number, try text(of: bytes[start..<end], at: "\(name):\(number)", hint: hint)))
    start = feed + 1
  }
  return result
}

/// What to do about a file that is not UTF-8.
package let conversionHint = "convert the file with iconv -t UTF-8"

/// `bytes` as a string. Throws `.data` at the first byte that is not UTF-8 or is NUL; `subject` is the file and line,
/// `offset` the place of the first of `bytes` in the file, `hint` for bytes that are not UTF-8.
package func text(
  of bytes: ArraySlice<UInt8>, at subject: String, offset: Int? = nil, hint: String = conversionHint
) throws -> String {
  let offset = offset ?? bytes.startIndex
  if let zero = bytes.firstIndex(of: 0) {
    let place = zero - bytes.startIndex
    throw Fault(
      .data, subject, "byte \(place + 1) is NUL, expected text (byte \(offset + place) of the file)",
      hint: "the file is binary, or UTF-16 without a byte order mark: convert that with iconv -f UTF-16LE -t UTF-8")
  }
  do {
    return try bytes.withUnsafeBufferPointer { String(copying: try UTF8Span(validating: $0.span)) }
  } catch let error as UTF8.ValidationError {
    let place = error.byteOffsets.lowerBound
    throw Fault(
      .data, subject, "byte \(place + 1) is not UTF-8 (byte \(offset + place) of the file)",
      hint: hint)
  }
}
