// The one list of formats of question files. A format has a name, a test that recognises it from a file's first rows,
// classes if all questions share them, and a reader.
import Faults
import JSON

/// A kind of question file.
package struct Format: Sendable {
  /// Its name on the command line and in messages, then other data sets with the same format.
  package let names: [String]
  /// A line for the help.
  package let summary: String
  /// The classes that all its questions have as choices; nil if each question has its own choices.
  package let classes: Classes?
  /// How to read a file of this format that is not UTF-8.
  let fallback: SourceText.Fallback
  /// Whether a file with these first rows has this format.
  let recognizes: @Sendable (FirstRows) -> Bool
  /// Whether its classes are those that the labels of the training files name.
  package let isOfTexts: Bool
  /// Whether files of other data sets begin in the same way: their columns say little, and 0 and 1 can mean anything.
  let resemblesOthers: Bool
  /// Whether the answers are written instead of chosen.
  package let isOpen: Bool
  /// What its rows give beside or in place of one right choice, if anything.
  package let targets: Targets?
  /// Reads the questions of a file.
  let read: @Sendable (SourceText, RowReading) throws -> ReadRows

  /// The name that is recorded.
  package var name: String { names[0] }
  /// Whether all questions of a file have the same choices, the classes.
  package var hasClasses: Bool { classes != nil || isOfTexts }

  private init(
    _ names: String..., summary: String, classes: Classes? = nil, fallback: SourceText.Fallback = .none,
    resemblesOthers: Bool = false, isOfTexts: Bool = false, isOpen: Bool = false, targets: Targets? = nil,
    recognizes: @escaping @Sendable (FirstRows) -> Bool,
    read: @escaping @Sendable (SourceText, RowReading) throws -> ReadRows
  ) {
    (self.names, self.summary, self.classes, self.fallback) = (names, summary, classes, fallback)
    (self.resemblesOthers, self.isOfTexts, self.isOpen, self.targets) = (resemblesOthers, isOfTexts, isOpen, targets)
    (self.recognizes, self.read) = (recognizes, read)
  }

  /// All formats, in the order in which they are tried on a file of unknown format; the user's own formats come last.
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
      recognizes: { $0.has("premise", "hypothesis") && !$0.hasChoices && $0.json.map(isCB) ?? false }, read: readCB),
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
      recognizes: { $0.tabFields.starts(with: ["index", "sentence1", "sentence2"]) && isRTE($0) }, read: readRTE),
    Format(
      "mrpc", summary: "raw TSV: Quality, #1 ID, #2 ID, #1 String, #2 String", classes: .paraphrase,
      recognizes: { $0.tabFields.suffix(2) == ["#1 String", "#2 String"] }, read: readMRPC),
    Format(
      "cola", summary: "raw TSV without header: source, label 0 or 1, mark, sentence", classes: .acceptability,
      resemblesOthers: true,
      recognizes: { $0.tabFields.count == 4 && ["0", "1"].contains($0.tabFields[1]) }, read: readCoLA),
    Format(
      "trec", summary: "text: coarse:fine, a space, the question", classes: .answerType, fallback: .latin1,
      recognizes: { first in Classes.answerType.labels.contains { first.line.hasPrefix($0 + ":") } }, read: readTREC),
    Format(
      "clinc", summary: "JSON: split -> [[text, intent], ...]; `train` for training, else `test`", isOfTexts: true,
      recognizes: { $0.line == "{" && $0.second.contains("\"oos_") }, read: { try readCLINC($0, $1, test: "test") }),
    Format(
      "clinc-oos", summary: "the same, with `oos_test` for testing: texts of no class", isOfTexts: true,
      recognizes: { _ in false }, read: { try readCLINC($0, $1, test: "oos_test") }),
    Format(
      "gsm8k", summary: "JSONL: question, answer with its reasoning, then a line `#### 18`", isOpen: true,
      recognizes: { $0.json.map(isGSM8K) ?? false }, read: readGSM8K),
    Format(
      "aqua", summary: "JSONL: question, options, rationale, correct A to E", isOpen: true,
      recognizes: { $0.has("question", "options", "rationale", "correct") }, read: readAQuA),
    Format(
      "answers", "chat",
      summary: "your own CSV, TSV or JSONL: prompt (or question) and answer, or messages, for answers that are written",
      isOpen: true, recognizes: { $0.areOpen }, read: readOpenAnswers),
    Format(
      "votes", summary: "your own CSV, TSV or JSONL: text, and the votes of several annotators for each class",
      targets: .votes, recognizes: { if case .object? = $0.json?["label"] { true } else { false } }, read: readVotes),
    Format(
      "goemotions", summary: "TSV without header: text, numbers of labels, id; their names in labels.txt beside it",
      targets: .labels,
      recognizes: { $0.tabFields.count == 3 && $0.tabFields[1].wholeMatch(of: /[0-9]+(,[0-9]+)*/) != nil },
      read: readGoEmotions),
    Format(
      "labels", summary: "your own CSV, TSV or JSONL: text and several labels (a;b), or a column of 0 and 1 for each",
      targets: .labels,
      recognizes: { if case .array? = $0.json?["labels"] ?? $0.json?["label"] { true } else { false } },
      read: readLabels),
    Format(
      "numbers", summary: "your own CSV, TSV or JSONL: text, and a number to predict as label", targets: .numbers,
      recognizes: { _ in false }, read: readTexts),
    Format(
      "texts", summary: "your own CSV, TSV or JSONL: text (or text_a, text_b) and label", isOfTexts: true,
      recognizes: \.isOfTexts, read: readTexts),
    Format(
      "jsonl", summary: "your own JSONL: question, choices, answer", recognizes: \.concernsChoices, read: readOwnLines),
    Format(
      "csv", summary: "your own CSV with a header: question, choices (or A, B, ...), answer",
      recognizes: { OwnColumns.areNamed(in: $0.commaFields) }, read: readOwnTable),
  ]

  /// The questions of a file. If the format `isGuess`, a fault's hint says so.
  func read(_ source: SourceText, _ reading: RowReading, isGuess: Bool) throws -> ReadRows {
    do { return try read(source, reading) } catch var fault as Fault {
      if isGuess && fault.hint.isEmpty {
        fault.hint =
          "the file was read as \(name) because of its columns; for classes of your own, use `format texts`"
      }
      throw fault
    }
  }

  /// The format called `name`.
  /// - Throws: `Fault.usage` listing the known formats.
  package static func named(_ name: String) throws -> Format {
    if let format = all.first(where: { $0.names.contains(name) }) { return format }
    let names = all.flatMap(\.names)
    throw Fault(
      .usage, setting: "format \(name)", "no such format" + suggestion(for: name, among: names),
      hint: "choose \(names.joined(separator: ", "))")
  }

  /// The format of a file, recognised from its first rows.
  /// - Throws: `Fault.data` if it is unknown, with the reason if that can be found, or if it can be two.
  static func recognized(
    from bytes: [UInt8], path: String, _ texts: TextOptions, answers: AnswerWithoutChoices
  ) throws -> Format {
    if texts.namesColumns { return try named("texts") }
    let source = try SourceText(bytes, path: path, encoding: texts.encoding, fallback: .replacement)
    let first = FirstRows(source, texts, answers)
    if let format = all.first(where: { $0.recognizes(first) }) {
      if format.isOfTexts { try first.checkAnswers(answers, at: source.location(1)) }
      return format
    }
    throw try source.faultOfUnknownFormat(first) { _ = try SourceText(bytes, path: path, encoding: texts.encoding) }
  }
}

/// What a reader needs besides the text.
struct RowReading: Sendable {
  /// What precedes the row's number in the ids of a source without ids.
  var idPrefix: String
  /// How the user's own files mark the right choice; nil for any style, as long as it names one choice.
  var answers: AnswerStyle?
  /// How the user's own texts are read.
  var texts = TextOptions()
  /// Whether the questions are for training, for formats with all splits in one file.
  var isForTraining = false

  /// The id of the `row`-th question, from 1.
  func id(_ row: Int) -> String { "\(idPrefix)-\(row)" }
}

/// The beginning of a file, in the forms from which formats are recognised. It never throws.
struct FirstRows {
  /// The first line.
  let line: String
  /// The second line; empty if there is none.
  let second: String
  /// The first line as a JSON object, if it is one.
  let json: JSON?
  /// The first line's fields between tabs.
  let tabFields: [String]
  /// The first row's fields by RFC 4180; empty if it cannot be read.
  let commaFields: [String]
  /// The members of the first line's object, or the columns that it names.
  let names: [String]
  /// Whether they are the user's own texts.
  let isOfTexts: Bool
  /// Whether they have answers to be written.
  private(set) var areOpen = false

  init(_ source: SourceText, _ texts: TextOptions, _ answers: AnswerWithoutChoices) {
    (line, second) = source.firstLines
    json = line.hasPrefix("{") ? try? JSON.parse(line, subject: "") : nil
    tabFields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    commaFields = (try? source.quotedRows(delimiter: 0x2C, limit: 1))?.first?.fields ?? []
    if case .object(let members)? = json {
      names = members.map(\.name)
    } else {
      names = TextRows.Layout.names(in: line)
    }
    isOfTexts = TextRows.Layout.areTexts(line, json, texts)
    areOpen = haveOpenAnswers(answers)
  }

  /// Whether the first line is an object with all these members.
  func has(_ names: String...) -> Bool { names.allSatisfy { json?[$0] != nil } }

  /// Whether the first line is an object with choices.
  var hasChoices: Bool { OwnField.choices.names.contains { json?[$0] != nil } }

  /// Whether the first line is an object with members that are called like choices, if with a mistake.
  var concernsChoices: Bool {
    if case .object(let members)? = json { TextColumns.concernChoices(members.map(\.name)) } else { false }
  }
}

/// Whether the label of a row of an inference set, if it has one, is one of CB's.
private func isCB(_ row: JSON) -> Bool {
  guard let label = row["label"], label != .null, label != "" else { return true }
  return Classes.entailmentWithNeutral.labels.contains { label == .string($0) }
}

/// Whether a row has an answer that ends as those of GSM8K do.
private func isGSM8K(_ row: JSON) -> Bool {
  guard row["question"] != nil, case .string(let answer)? = row["answer"] else { return false }
  return answer.contains("\n" + gsm8kMarker)
}

/// Whether the label of a table with RTE's columns, if it has one, is one of RTE's.
private func isRTE(_ first: FirstRows) -> Bool {
  guard first.tabFields.last == "label", let label = first.second.split(separator: "\t").last else { return true }
  return Classes.entailment.labels.contains(String(label))
}
