// Files that are not what their name says: each is rejected with its actual fault, for any given format, and with a
// hint that repairs it.
import Faults
import Tasks
import Testing

@Suite struct FirstRowFaultsTests {
  private static let row = #"{"question": "Q?", "choices": ["p", "q"], "answer": 1}"#

  /// A row in the user's own format with `value` in an unused member.
  private static func row(with value: String) -> String {
    row.replacing("}", with: #", "note": \#(value)}"#)
  }

  @Test(
    arguments: [
      (row(with: "NaN"), "not JSON at byte 63: NaN is not a JSON value", "write null"),
      (row(with: "-Infinity"), "not JSON at byte 63: -Infinity is not a JSON value", "write null"),
      (row(with: "None"), "not JSON at byte 63: None is not a JSON value", "write null"),
      (row(with: "True"), "not JSON at byte 63: True is not a JSON value", "write true"),
      (row(with: #""\ud83d""#), "not JSON at byte 64: half a surrogate pair", "write both halves"),
      (row(with: "'x'"), "not JSON at byte 63: expected a value, found \"'\"", "double quotes"),
      (row(with: #"1, "note": 2"#), #"not JSON at byte 66: two members are called "note""#, ""),
      (String(row.dropLast(4)), #"not JSON at byte 50: expected ":" after "answer", found the end"#, ""),
      (row + row, "found a second object on the line, expected JSON Lines: one object on each line", "jq -c ."),
      ("{\n \"question\": \"Q?\",\n \"answer\": 1\n}\n", "an object spans several lines", "jq -c ."),
      ("{'question': 'Q?', 'answer': 1}\n", "found a Python dictionary, expected JSON", "ast.literal_eval"),
    ], [nil, "jsonl"])
  func theActualFaultOfTheFirstRowIsNamed(file: (text: String, says: String, hint: String), format: String?) {
    let fault = fault { _ = try reading(file.text) { $0.format = try format.map(Format.named) } }
    #expect(fault?.code == .data)
    #expect(fault?.subject == "train.jsonl:1")
    #expect(fault?.message.hasPrefix(file.says) == true, "\(fault?.message ?? "")")
    #expect(file.hint.isEmpty || fault?.hint.contains(file.hint) == true, "\(fault?.hint ?? "")")
  }

  @Test(
    arguments: [
      ("[\(row), \(row)]", "array", "jq -c '.[]' "), ("[\n \(row),\n \(row)\n]\n", "array", "jq -c '.[]' "),
      ("[\n [\"Q?\", 1]\n]\n", "array", "jq -c '.[]' "), ("[\(row)]\n[\(row)]\n", "array", "jq -c '.[]' "),
      (#"{"version": 2, "data": [\#(row)]}"#, "object", #"jq -c '."data"[]' "#),
      ("{\n \"data\": [\n\(row)\n]\n}\n", "object", #"jq -c '."data"[]' "#),
    ], [nil, "jsonl"])
  func aSingleJSONValueGetsACommandThatMakesLines(file: (text: String, kind: String, hint: String), format: String?) {
    let fault = fault { _ = try reading(file.text) { $0.format = try format.map(Format.named) } }
    #expect(fault?.subject == "train.jsonl")
    #expect(fault?.message == "is a single JSON \(file.kind), expected JSON Lines: one object on each line")
    #expect(fault?.hint.hasPrefix(file.hint) == true && fault?.hint.hasSuffix(" > rows.jsonl") == true)
  }

  @Test func anArrayLongerThanTheLongestLineIsStillRecognised() {
    let rows = Array(repeating: Self.row, count: 400_000).joined(separator: ",")
    #expect(fault { _ = try reading("[\(rows)]") }?.message.hasPrefix("is a single JSON array") == true)
  }

  @Test(arguments: [
    (Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8), "a Git LFS pointer", "git lfs pull"),
    (Array("PAR1\u{15}".utf8), "a Parquet file", "pandas.read_parquet"),
    ([0x50, 0x4B, 0x03, 0x04, 0x14, 0x00], "a ZIP archive or a spreadsheet", "CSV"),
    ([0x28, 0xB5, 0x2F, 0xFD, 0x04], "compressed with zstd", "zstd -d"),
    (Array("BZh91AY".utf8), "compressed with bzip2", "bunzip2"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "compressed with xz", "unxz"),
    (Array("\n<!DOCTYPE HTML><html>".utf8), "an HTML page", "the download failed"),
    (Array("<html lang=en>".utf8), "an HTML page", "the download failed"),
    (Array(repeating: 0x78, count: 257) + Array("ustar\u{0}".utf8), "a tar archive", "tar -xf"),
  ])
  func aForeignFileIsNamed(bytes: [UInt8], name: String, hint: String) throws {
    for format in [nil, "jsonl", "csv"] {
      let fault = fault { _ = try reading(bytes: bytes) { $0.format = try format.map(Format.named) } }
      #expect(fault?.subject == "train.jsonl")
      #expect(fault?.message.hasPrefix("is \(name)") == true, "\(fault?.message ?? "")")
      #expect(fault?.hint.contains(hint) == true)
    }
  }

  @Test(arguments: [
    ("questoin,A,B,answer\nQ?,p,q,A\n", "no column called question, found questoin, A, B, answer", "rename questoin"),
    ("question,choises,answer\nQ?,p|q,A\n", "no column called choices, found question, choises", "rename choises"),
    ("question,A,\"answer\"x\nQ?,p,A\n", "text after a closing quote", "double the quotes"),
    (#"{"questoin": "Q?", "choices": ["p", "q"]}"#, "no member called question, found questoin", "rename questoin"),
    ("\n" + row, "a blank line between rows", "remove it"), ("Gr\u{FC}n", "byte 3 is not UTF-8", "iconv"),
  ])
  func missingColumnsAreNamedWithThoseFound(text: String, says: String, hint: String) {
    let bytes = text == "Gr\u{FC}n" ? [0x47, 0x72, 0xFC, 0x6E] : Array(text.utf8)
    let fault = fault { _ = try reading(bytes: bytes, named: "own") }
    #expect(fault?.subject == "own:1")
    #expect(fault?.message.hasPrefix(says) == true, "\(fault?.message ?? "")")
    #expect(fault?.hint.contains(hint) == true, "\(fault?.hint ?? "")")
  }
}
