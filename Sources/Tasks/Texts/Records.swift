// Text that arrives in pieces, cut into lines or into the rows of a table. Only the current record is in memory.
import Faults
import Files

/// A text that arrives in pieces of UTF-8.
struct TextPieces {
  /// What is known of the bytes.
  enum Validity {
    /// They are valid UTF-8 without NUL.
    case known
    /// They must be that.
    case required
    /// Invalid bytes and NUL are replaced by U+FFFD.
    case replaced
  }

  /// The file's path, for messages.
  let path: String
  let validity: Validity
  /// The place of the first byte in the file: behind the byte order mark, if there is one.
  var offset = 0
  /// Returns the next piece; nothing at the end.
  let more: () throws -> [UInt8]
}

/// Cuts UTF-8 text into records.
struct Records {
  /// What ends a record.
  enum Kind {
    /// Every line end.
    case lines
    /// A line end outside quotes. A quote opens only at the beginning of a field (RFC 4180).
    case rows(delimiter: UInt8)
  }

  /// A record without its line end.
  struct Record {
    /// The line on which it begins, from 1.
    let line: Int
    /// Valid UTF-8 without NUL.
    let bytes: ArraySlice<UInt8>
  }

  private let kind: Kind
  private let source: TextPieces
  private var buffer: [UInt8] = []
  private var start = 0
  /// The place of the buffer's first byte in the file, counted from 0.
  private var offset: Int
  private var line = 1
  private var isAtEnd = false

  init(_ kind: Kind, of source: TextPieces) { (self.kind, self.source, offset) = (kind, source, source.offset) }

  /// The next record; nil at the end.
  /// - Throws: `Fault.data` at a record longer than `SourceText.longestRow`, and at the first byte that is not UTF-8 or
  ///   is NUL, unless such bytes are replaced; what the source throws.
  mutating func next() throws -> Record? {
    guard let record = try nextUnchecked() else { return nil }
    switch source.validity {
    case .known: return record
    case .replaced: return Record(line: record.line, bytes: replacingMistakes(in: record.bytes).bytes[...])
    case .required:
      _ = try text(
        of: record.bytes, at: "\(source.path):\(record.line)", offset: offset + record.bytes.startIndex,
        hint: TextEncoding.hint)
      return record
    }
  }

  private mutating func nextUnchecked() throws -> Record? {
    var scan = Scan(kind)
    var position = start
    while true {
      while position < buffer.count, !scan.ends(with: buffer[position]) { position += 1 }
      if position < buffer.count || isAtEnd { break }
      if position - start > SourceText.longestRow { break }
      let piece = try source.more()
      isAtEnd = piece.isEmpty
      (position, offset) = (position - start, offset + start)
      buffer.removeSubrange(..<start)
      start = 0
      buffer += piece
    }
    if position - start > SourceText.longestRow {
      throw Fault(
        .data, "\(source.path):\(line)",
        "the row has \(position - start) bytes, expected at most \(SourceText.longestRow); is a quote missing?")
    }
    guard start < buffer.count else { return nil }
    let isReturn = position > start && buffer[position - 1] == 0x0D
    let record = Record(line: line, bytes: buffer[start..<position - (isReturn ? 1 : 0)])
    line += 1 + scan.innerLines
    start = min(position + 1, buffer.count)
    return record
  }

  /// Where a record ends.
  private struct Scan {
    private let delimiter: UInt8?
    private var isQuoted = false
    private var isFieldStart = true
    /// Line ends inside quotes.
    private(set) var innerLines = 0

    init(_ kind: Kind) { delimiter = if case .rows(let delimiter) = kind { delimiter } else { nil } }

    /// Whether `byte` ends the record.
    @inline(__always)
    mutating func ends(with byte: UInt8) -> Bool {
      if byte == 0x0A {
        if !isQuoted { return true }
        innerLines += 1
      } else if byte == UInt8(ascii: "\""), delimiter != nil {
        // A doubled quote closes the field and opens it again.
        if isQuoted || isFieldStart { isQuoted.toggle() } else { return false }
        isFieldStart = !isQuoted
        return false
      }
      isFieldStart = byte == delimiter
      return false
    }
  }
}
