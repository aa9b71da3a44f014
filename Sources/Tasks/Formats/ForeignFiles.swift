// Files that are not question files, recognised by their first bytes: what a failed download, a repository without its
// large files or another program's format leaves under the right name.
import Faults

/// A kind of file that cannot be read, and how to get the questions out of it.
private struct ForeignFile: Sendable {
  /// The bytes that such a file begins with; ASCII letters in lower case if `ignoresCase`.
  let beginning: [UInt8]
  let name: String
  let hint: @Sendable (_ file: String) -> String
  var ignoresCase = false

  init(_ beginning: [UInt8], _ name: String, _ hint: @escaping @Sendable (String) -> String) {
    (self.beginning, self.name, self.hint) = (beginning, name, hint)
  }

  init(page beginning: String, _ name: String) {
    self.init(Array(beginning.utf8), name) { _ in "the download failed: fetch the file itself, not a page about it" }
    ignoresCase = true
  }

  func matches(_ content: [UInt8]) -> Bool {
    if !ignoresCase { return content.starts(with: beginning) }
    let text = content.prefix(200).drop { $0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0) }
    return text.prefix(beginning.count).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } == beginning
  }

  static let all = [
    ForeignFile(Array("version https://git-lfs".utf8), "a Git LFS pointer, not the file itself") { _ in
      "run git lfs pull in its repository"
    },
    ForeignFile(Array("/annex/objects/".utf8), "a git-annex pointer, not the file itself") { "git annex get \($0)" },
    ForeignFile(page: "<!doctype html", "an HTML page"), ForeignFile(page: "<html", "an HTML page"),
    ForeignFile(page: "<?xml", "an XML document"),
    ForeignFile(Array("PAR1".utf8), "a Parquet file") { conversion("read_parquet", $0) },
    ForeignFile(Array("ARROW1".utf8), "an Arrow file") { conversion("read_feather", $0) },
    ForeignFile([0xFF, 0xFF, 0xFF, 0xFF], "an Arrow stream") { _ in "write it as JSON Lines with to_json of datasets" },
    ForeignFile([0x50, 0x4B, 0x03, 0x04], "a ZIP archive or a spreadsheet (xlsx, ods)") { _ in
      "save the spreadsheet as CSV (UTF-8), or unzip the archive"
    },
    ForeignFile([0xD0, 0xCF, 0x11, 0xE0], "a spreadsheet (xls)") { _ in "save it as CSV (UTF-8)" },
    ForeignFile([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd") { "decompress it with zstd -d \($0)" },
    ForeignFile(Array("BZh".utf8), "compressed with bzip2") { "decompress it with bunzip2 \($0)" },
    ForeignFile([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "compressed with xz") { "decompress it with unxz \($0)" },
    ForeignFile([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive") { "unpack it with 7z x \($0)" },
    ForeignFile([0x04, 0x22, 0x4D, 0x18], "compressed with lz4") { "decompress it with lz4 -d \($0)" },
    // One layer of gzip was decompressed before.
    ForeignFile([0x1F, 0x8B], "compressed with gzip twice") { "decompress it with zcat \($0) > once.gz" },
    ForeignFile([0x89, 0x48, 0x44, 0x46], "an HDF5 file") { _ in "give a question file, not a stage's output" },
    ForeignFile(Array("credence".utf8), "a stage's output") { _ in "give a question file" },
    ForeignFile([0x93] + Array("NUMPY".utf8), "a NumPy array") { _ in "write the questions as JSON Lines or CSV" },
    ForeignFile(Array("SQLite format 3".utf8), "an SQLite database") { _ in "export its table as CSV" },
    ForeignFile(Array("%PDF".utf8), "a PDF document") { _ in "write the questions as JSON Lines or CSV" },
  ]
}

extension SourceText {
  /// Reports faults of a whole file, which would otherwise look like faults of its first row.
  /// - Throws: `Fault.data` for a file without text, for UTF-32, for a file that is not text, and for line ends that
  ///   nothing writes any more.
  static func check(_ content: [UInt8], path: String) throws {
    let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF]
    if content.allSatisfy(blanks.contains) {
      throw Fault(.data, path, "is \(content.isEmpty ? "empty" : "blank"), expected at least one question")
    }
    if isUTF32(content) {
      throw Fault(.data, path, "found UTF-32, expected UTF-8", hint: "convert the file with iconv -f UTF-32 -t UTF-8")
    }
    if let foreign = ForeignFile.all.first(where: { $0.matches(content) }) {
      throw Fault(
        .data, path, "is \(foreign.name), expected JSON Lines, CSV or TSV", hint: foreign.hint(quotedForShell(path)))
    }
    // A single return at the end, of one or two bytes, ends the only line.
    if content.dropLast(2).contains(0x0D) && !content.contains(0x0A) {
      throw Fault(
        .data, path, "its lines end with CR alone, expected LF or CR LF", hint: "convert it with tr '\\r' '\\n'")
    }
    // The signature of a tar archive follows the header of its first file.
    if content.count > 262 && content[257..<262].elementsEqual("ustar".utf8) {
      throw Fault(
        .data, path, "is a tar archive, expected JSON Lines, CSV or TSV",
        hint: "unpack it with tar -xf \(quotedForShell(path))")
    }
  }

  /// Whether it begins with UTF-32's byte order mark, or with an ASCII character in UTF-32.
  private static func isUTF32(_ content: [UInt8]) -> Bool {
    let zeros = content.prefix(4).map { $0 == 0 }
    let isMarked = [[0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF]].contains(content.prefix(4))
    return isMarked || zeros == [false, true, true, true] || zeros == [true, true, true, false]
  }
}

/// The command by which pandas reads a file with `reader` and writes it as JSON Lines.
private func conversion(_ reader: String, _ file: String) -> String {
  "python3 -c 'import pandas, sys; pandas.\(reader)(sys.argv[1]).to_json(\"rows.jsonl\", orient=\"records\", "
    + "lines=True)' \(file)"
}

/// `path` quoted as one word for a shell.
func quotedForShell(_ path: String) -> String {
  let isPlain = path.utf8.allSatisfy { byte in
    (0x2D...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
  }
  return isPlain && !path.hasPrefix("-") ? path : "'\(path.replacing("'", with: #"'\''"#))'"
}
