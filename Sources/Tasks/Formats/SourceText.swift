// The text of a question file before it is parsed: decompressed, without a byte order mark, valid UTF-8 without NUL.
import Faults
import Files

/// A file's text and its rows.
struct SourceText: Sendable {
  /// How to read a file that is not UTF-8.
  enum Fallback: Sendable {
    /// Throw.
    case none
    /// As ISO 8859-1, in which every byte is a character (TREC).
    case latin1
    /// As UTF-8 with invalid bytes: each invalid sequence becomes U+FFFD, and so does NUL.
    case replacement
  }

  /// One line: its number in the file, from 1, and its text without the line end.
  typealias Line = (number: Int, text: String)

  /// The path as the user wrote it, for messages.
  let path: String
  /// UTF-8 without a byte order mark.
  let bytes: [UInt8]
  /// Number of invalid sequences that became U+FFFD.
  let replacements: Int
  private let allLines: [Line]

  /// Longest allowed row in bytes: a file without line ends is not a question file.
  static let longestRow = 16 << 20

  /// Decodes and checks `content`, the decompressed content of `path`.
  /// - Parameter encoding: The encoding; nil to find it.
  /// - Throws: `Fault.data` with the row and the byte (counted from 0) of the first invalid sequence.
  init(_ content: [UInt8], path: String, encoding: TextEncoding? = nil, fallback: Fallback = .none) throws {
    var content = content
    if let encoding = encoding ?? TextEncoding.found(in: content), encoding != .utf8 {
      var decoder = TextDecoder(encoding, path: path)
      content = try decoder.decode(content) + decoder.decode([])
    }
    var (bytes, replacements) = (content.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(content.dropFirst(3)) : content, 0)
    do {
      allLines = try Files.lines(
        of: content, named: path, hint: TextEncoding.hint + "; or use `replace` to turn invalid bytes into U+FFFD")
    } catch {
      switch fallback {
      case .none: throw error
      case .latin1: bytes = Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8)
      case .replacement: (bytes, replacements) = replacingMistakes(in: bytes)
      }
      allLines = try Files.lines(of: bytes, named: path)
    }
    (self.path, self.bytes, self.replacements) = (path, bytes, replacements)
  }

  /// The lines with text. Blank lines are allowed only at the end.
  /// - Throws: `Fault.data` at a blank line before text, and at a line longer than `longestRow`.
  func lines() throws -> [Line] {
    let isBlank = { (line: Line) in line.text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
    let lines = allLines[..<((allLines.lastIndex { !isBlank($0) } ?? -1) + 1)]
    for line in lines {
      if isBlank(line) { throw fault(line.number, "a blank line between rows", hint: "remove it") }
      if line.text.utf8.count > Self.longestRow {
        if line.number == 1 && opensArrayOfObjects { throw oneValue("array", ".[]") }
        throw fault(line.number, "the row has \(line.text.utf8.count) bytes, expected at most \(Self.longestRow)")
      }
    }
    return Array(lines)
  }

  /// The first two lines, unchecked; "" for a line that does not exist.
  var firstLines: (String, String) { (allLines.first?.text ?? "", allLines.dropFirst().first?.text ?? "") }

  /// Whether there is a second line.
  var hasSecondLine: Bool { allLines.count > 1 }

  /// A fault about row `row`.
  func fault(_ row: Int, _ message: String, hint: String = "") -> Fault {
    Fault(.data, location(row), message, hint: hint)
  }

  /// `train.jsonl:17`.
  func location(_ row: Int) -> String { "\(path):\(row)" }
}

/// `bytes` with U+FFFD in the place of each invalid sequence and of NUL, and the number of these places.
func replacingMistakes(in bytes: some Collection<UInt8>) -> (bytes: [UInt8], count: Int) {
  var (parser, iterator, count) = (Unicode.UTF8.ForwardParser(), bytes.makeIterator(), 0)
  var repaired: [UInt8] = []
  repaired.reserveCapacity(bytes.count)
  while true {
    switch parser.parseScalar(from: &iterator) {
    case .valid(let scalar) where scalar.first != 0: repaired.append(contentsOf: scalar)
    case .valid, .error:
      repaired.append(contentsOf: [0xEF, 0xBF, 0xBD])
      count += 1
    case .emptyInput: return (repaired, count)
    }
  }
}
