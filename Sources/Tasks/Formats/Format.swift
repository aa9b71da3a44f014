// The one list of formats that question files may have. A format is a name, a way to recognise it from a file's first
// rows, its classes if every question has the same, and a reader.
import Faults
import JSON

/// A kind of question file.
package struct Format: Sendable {
  /// Its name on the command line and in messages, and the data sets that go by it as well.
  package let names: [String]
  /// A line for the help.
  package let summary: String
  /// The classes that all its questions have as choices; nil where each question has its own.
  package let classes: Classes?
  /// What a file of this format that is not UTF-8 is taken for.
  let fallback: SourceText.Fallback
  /// Whether a file that begins so is of this format.
  let recognizes: @Sendable (FirstRows) -> Bool
  /// Whether files of other data sets begin so too: the columns or the number of them say little, and 0 and 1 can mean
  /// anything.
  let resemblesOthers: Bool
  /// The questions of a file.
  let read: @Sendable (SourceText, RowReading) throws -> ReadRows

  /// The name that it is recorded under.
  package var name: String { names[0] }

  private init(
    _ names: String..., summary: String, classes: Classes? = nil, fallback: SourceText.Fallback = .none,
    resemblesOthers: Bool = false, recognizes: @escaping @Sendable (FirstRows) -> Bool,
    read: @escaping @Sendable (SourceText, RowReading) throws -> ReadRows
  ) {
    (self.names, self.summary, self.classes, self.fallback) = (names, summary, classes, fallback)
    (self.resemblesOthers, self.recognizes, self.read) = (resemblesOthers, recognizes, read)
  }

  /// All formats, in the order in which they are tried on a file of unknown format; the user's own come last.
  package static let all: [Format] = [
    Format(
      "arc", "openbookqa", "commonsense-qa", summary: "JSONL: question.stem, question.choices, answerKey",
      recognizes: { $0.json?["question"]?["stem"] != nil }, read: readARC),
    Format(
      "boolq", summary: "JSONL: question, passage, answer true or false",
      recognizes: { $0.has("question", "passage") && !$0.hasChoices }, read: readBoolQ),
    Format(
      "winogrande", summary: "JSONL: sentence with one _, option1, option2, answer \"1\" or \"2\"",
      recognizes: { $0.has("sentence", "option1", "option2") }, read: readWinoGrande),
    Format(
      "cb", "nli", summary: "JSONL: premise, hypothesis, label", classes: .entailmentWithNeutral,
      recognizes: { $0.has("premise", "hypothesis") && !$0.hasChoices }, read: readCB),
    Format(
      "mmlu", summary: "CSV without header: question, four choices, a letter",
      recognizes: { $0.commaFields.count == 6 && letters[0..<4].contains($0.commaFields[5]) }, read: readMMLU),
    Format(
      "reviews", summary: "TSV with CSV quoting: sentence, label 0 or 1", classes: .sentiment,
      resemblesOthers: true,
      recognizes: { $0.tabFields == ["sentence", "label"] && $0.second.hasPrefix("\"") }, read: readReviews),
    Format(
      "sst2", summary: "raw TSV: sentence, label 0 or 1", classes: .sentiment,
      resemblesOthers: true,
      recognizes: { [["sentence", "label"], ["index", "sentence"]].contains($0.tabFields) }, read: readSST2),
    Format(
      "rte", summary: "raw TSV: index, sentence1, sentence2, label", classes: .entailment,
      resemblesOthers: true,
      recognizes: { $0.tabFields.starts(with: ["index", "sentence1", "sentence2"]) }, read: readRTE),
    Format(
      "mrpc", summary: "raw TSV: Quality, #1 ID, #2 ID, #1 String, #2 String", classes: .paraphrase,
      recognizes: { $0.tabFields.suffix(2) == ["#1 String", "#2 String"] }, read: readMRPC),
    Format(
      "cola", summary: "raw TSV without header: source, label 0 or 1, mark, sentence", classes: .acceptability,
      resemblesOthers: true,
      recognizes: { $0.tabFields.count == 4 && ["0", "1"].contains($0.tabFields[1]) }, read: readCoLA),
    Format(
      "trec", summary: "text: coarse:fine, a blank, the question", classes: .answerType, fallback: .latin1,
      recognizes: { first in Classes.answerType.labels.contains { first.line.hasPrefix($0 + ":") } }, read: readTREC),
    Format(
      "jsonl", summary: "your own JSONL: question, choices, answer", recognizes: { $0.json != nil }, read: readOwnLines),
    Format(
      "csv", summary: "your own CSV with a header: question, choices (or A, B, ...), answer",
      recognizes: { OwnColumns.areNamed(in: $0.commaFields) }, read: readOwnTable),
  ]

  /// The questions of a file; a fault in one that `isGuess` to be of this format says so.
  func read(_ source: SourceText, _ reading: RowReading, isGuess: Bool) throws -> ReadRows {
    do { return try read(source, reading) } catch var fault as Fault {
      if isGuess && fault.hint.isEmpty {
        fault.hint =
          "the file was read as \(name) because of its columns; for other classes write question, choices and answer"
      }
      throw fault
    }
  }

  /// The format called `name`.
  /// - Throws: `Fault.usage` naming the formats that there are.
  package static func named(_ name: String) throws -> Format {
    if let format = all.first(where: { $0.names.contains(name) }) { return format }
    let names = all.flatMap(\.names)
    throw Fault(
      .usage, setting: "format \(name)", "no such format" + suggestion(for: name, among: names),
      hint: "choose \(names.joined(separator: ", "))")
  }

  /// The format that a file's first rows show.
  /// - Throws: `Fault.data` when they show none, with the reason where it can be told.
  static func recognized(from bytes: [UInt8], path: String) throws -> Format {
    let source = try SourceText(bytes, path: path, fallback: .replacement)
    let first = FirstRows(source)
    if let format = all.first(where: { $0.recognizes(first) }) { return format }
    throw try source.faultOfUnknownFormat(first) { _ = try SourceText(bytes, path: path) }
  }
}

/// What a reader is told besides the text.
struct RowReading: Sendable {
  /// What stands before the row's number in the ids of a source that has none.
  var idPrefix: String
  /// How the user's own files tell the right choice; nil for any way that names one choice.
  var answers: AnswerStyle?

  /// The id of the `row`-th question, from 1.
  func id(_ row: Int) -> String { "\(idPrefix)-\(row)" }
}

/// The beginning of a file in the shapes that formats are recognised by. Nothing is refused here.
struct FirstRows {
  /// The first line.
  let line: String
  /// The second line; empty where there is none.
  let second: String
  /// The first line as a JSON object, if it is one.
  let json: JSON?
  /// The first line's fields between tabs.
  let tabFields: [String]
  /// The first row's fields by RFC 4180; empty where it is not one.
  let commaFields: [String]

  init(_ source: SourceText) {
    (line, second) = source.firstLines
    json = line.hasPrefix("{") ? try? JSON.parse(line, subject: "") : nil
    tabFields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    commaFields = (try? source.quotedRows(delimiter: 0x2C, limit: 1))?.first?.fields ?? []
  }

  /// Whether the first line is an object with all these members.
  func has(_ names: String...) -> Bool { names.allSatisfy { json?[$0] != nil } }

  /// Whether the first line is an object that brings its choices along.
  var hasChoices: Bool { OwnField.choices.names.contains { json?[$0] != nil } }
}
