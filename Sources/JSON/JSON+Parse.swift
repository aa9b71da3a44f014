// The way in: bytes to a value, with every error at its byte and line.
import Faults

extension JSON {
  /// Arrays and objects may lie this deep within each other; more is refused, so that no input exhausts the stack.
  package static let maximumDepth = 64

  /// The value that `bytes` spell, which must be one JSON text in UTF-8 and nothing else.
  ///
  /// Strict: two members of one name, invalid UTF-8, half a surrogate pair, a number beyond Double, NaN, comments,
  /// trailing commas, a byte order mark and anything behind the value are refused.
  /// - Parameter subject: What is being read, for messages: `tokenizer.json`, or `train.jsonl:17`.
  /// - Throws: `Fault.data` with the byte (counted from 0) where reading stopped, and the line (from 1) unless it is the first.
  package static func parse(_ bytes: UnsafeRawBufferPointer, subject: String) throws(Fault) -> JSON {
    var parser = Parser(bytes: bytes, subject: subject)
    return try parser.document()
  }

  /// The value that `bytes` spell; see `parse(_:subject:)` over a buffer.
  package static func parse(_ bytes: [UInt8], subject: String) throws(Fault) -> JSON {
    let result: Result<JSON, Fault> = bytes.withUnsafeBytes { buffer in
      do throws(Fault) { return .success(try parse(buffer, subject: subject)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// The value that `text` spells; see `parse(_:subject:)` over a buffer.
  package static func parse(_ text: String, subject: String) throws(Fault) -> JSON {
    try parse(Array(text.utf8), subject: subject)
  }
}
