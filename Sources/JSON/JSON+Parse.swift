// Decoding: bytes to a value. Every error names its byte and line.
import Faults

extension JSON {
  /// The deepest allowed nesting of arrays and objects. More is rejected, so that no input exhausts the stack.
  package static let maximumDepth = 64

  /// Parses `bytes`, which must be one JSON text in UTF-8 and nothing else.
  ///
  /// Strict: two members with the same name, invalid UTF-8, half a surrogate pair, a number beyond Double, NaN,
  /// comments, trailing commas, a byte order mark and anything after the value are rejected.
  /// - Parameter subject: what is being read, for messages: `tokenizer.json`, or `train.jsonl:17`.
  /// - Throws: `Fault.data` with the byte (counted from 0) where parsing stopped, and the line (from 1) unless it is
  ///   the first.
  package static func parse(_ bytes: UnsafeRawBufferPointer, subject: String) throws(Fault) -> JSON {
    var parser = Parser(bytes: bytes, subject: subject)
    return try parser.document()
  }

  /// Parses `bytes`; see `parse(_:subject:)` over a buffer.
  package static func parse(_ bytes: [UInt8], subject: String) throws(Fault) -> JSON {
    let result: Result<JSON, Fault> = bytes.withUnsafeBytes { buffer in
      do throws(Fault) { return .success(try parse(buffer, subject: subject)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// Parses `text`; see `parse(_:subject:)` over a buffer.
  package static func parse(_ text: String, subject: String) throws(Fault) -> JSON {
    try parse(Array(text.utf8), subject: subject)
  }
}
