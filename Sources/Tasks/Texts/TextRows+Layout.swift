// How a file of texts is written: JSON Lines, or a table with a delimiter that its header tells.
import Faults
import JSON

extension TextRows.Layout {
  /// The layout of a file that begins with `bytes`: JSON Lines if they begin like an object, else a table with the
  /// delimiter at which the header has a column for the text.
  init(beginning bytes: [UInt8], path: String, _ told: TextOptions) throws {
    if bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
      self = .jsonLines
      return
    }
    let headers = Self.headers(of: String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
    if let found = headers.first(where: { TextColumns.areFound(in: $0.names, told) }) {
      self = .table(delimiter: found.delimiter)
      return
    }
    let line = String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    try Self.check(line, at: "\(path):1")
    self = .table(delimiter: Self.likely(headers)?.delimiter ?? ",")
  }

  /// Throws where the first line of a file is no header at any delimiter, and it can be said why.
  static func check(_ line: String, at location: String) throws {
    if line.hasPrefix("sep=") {
      throw Fault(
        .data, location, "found \(line), which only Excel reads, expected the names of the columns",
        hint: "remove this line")
    }
    let names = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    if names.count > 1, TextColumns.areMeant(in: names) {
      throw Fault(
        .data, location, "found bars between the columns, expected commas, semicolons or tabs",
        hint: "save it as CSV with commas, and put quotes around texts that contain commas")
    }
  }

  /// The names in the first line of a file, at the delimiter that was most likely meant.
  static func names(in line: String) -> [String] { likely(headers(of: line))?.names ?? [] }

  /// The delimiter that was most likely meant in a header; a character of no text if it has one column only.
  static func delimiter(in line: String) -> Character { likely(headers(of: line))?.delimiter ?? noDelimiter }

  /// The header that was most likely meant, which is the one with the most columns.
  private static func likely(_ headers: [Header]) -> Header? { headers.max { $0.names.count < $1.names.count } }

  private typealias Header = (delimiter: Character, names: [String])

  /// Whether a file is one of texts, by its first line; `object` is the line as JSON, if it is an object.
  static func areTexts(_ line: String, _ object: JSON?, _ told: TextOptions) -> Bool {
    if case .object(let members) = object { return TextColumns.areFound(in: members.map(\.name), told) }
    return headers(of: line).contains { TextColumns.areFound(in: $0.names, told) }
  }

  /// The names in the first line at each delimiter. A file with one column has no delimiter: its texts contain commas.
  private static func headers(of line: String) -> [Header] {
    let headers = [",", ";", "\t"].compactMap { (delimiter: Character) -> Header? in
      var rest = Array(line.utf8)
      let pieces = TextPieces(path: "", validity: .known) {
        defer { rest = [] }
        return rest
      }
      var rows = QuotedRows(pieces, delimiter: delimiter.asciiValue!)
      return (try? rows.next())?.map { (delimiter, $0.fields) } ?? nil
    }
    if headers.allSatisfy({ $0.names.count == 1 }) { return headers.prefix(1).map { (noDelimiter, $0.names) } }
    return headers.filter { $0.names.count > 1 }
  }

  /// No text contains this character.
  private static let noDelimiter: Character = "\0"
}
