// One question file, read and checked.
import Faults
import Files

/// The questions of one file.
package struct QuestionFile: Sendable {
  /// The user's settings for reading files.
  package struct Options: Sendable {
    /// The format of all files; nil to recognise each file's from its first row.
    package var format: Format?
    /// How the user's own files mark the right choice; nil for any style, as long as it names one choice.
    package var answers: AnswerStyle?
    /// What the answers to questions without choices are.
    package var answersWithoutChoices = AnswerWithoutChoices.label
    /// The number of bins for numbers that are to be predicted.
    package var numberBins = NumberBins.usualCount
    /// How the user's own texts are read; the encoding holds for all files.
    package var texts = TextOptions()
    /// Whether bytes that are not UTF-8, and NUL, become U+FFFD. Otherwise they are an error.
    package var replacesInvalidText: Bool {
      get { texts.replacesInvalidText }
      set { texts.replacesInvalidText = newValue }
    }
    /// Whether the files are for training.
    var isForTraining = false
    /// Recognise formats, accept any answer style, require valid text.
    package init() {}
  }

  /// Where it was read.
  package let path: String
  /// SHA-256 of the file as it is on disk, compressed or not.
  package let digest: String
  /// Its format.
  package let format: Format
  /// Whether the format was recognised only from a beginning that files of other data sets share, with no label to
  /// confirm it.
  package let isFormatGuessed: Bool
  /// The names of its columns or members, by whether the questions were read from them.
  package let fields: FieldNames
  /// Number of invalid sequences in its text that became U+FFFD.
  package let replacements: Int
  /// Its questions, in order, never empty.
  package internal(set) var questions: [Question]
  /// The bins that its questions have as choices, for a file of numbers after `read(train:test:classes:_:)`.
  package internal(set) var bins: NumberBins?
  /// [question] The labels of a user's own texts; empty for other formats.
  let labels: [String?]
  /// [question][name] The targets of a file with several; empty for other formats.
  let targets: [[String: Double]?]

  /// Reads `path`, gzipped or not. The questions of a user's own texts get their classes later, by
  /// `read(train:test:classes:_:)`.
  /// - Parameter idPrefix: What precedes the row's number in the ids of a source without ids.
  /// - Throws: `Fault.noInput`, `.inputOutput`; `.data` with the row for everything that violates the format, for a
  ///   question with fewer than 2 or more than 26 choices, for NUL, for UTF-32, and for a file without rows.
  package init(reading path: String, idPrefix: String, _ options: Options = Options()) throws {
    let packed = try readBytes(path)
    let bytes = isGzipped(packed) ? try gunzip(packed, named: path) : packed
    try SourceText.check(bytes, path: path)
    format =
      try options.format
      ?? Format.recognized(from: bytes, path: path, options.texts, answers: options.answersWithoutChoices)
    let source = try SourceText(
      bytes, path: path, encoding: options.texts.encoding,
      fallback: options.replacesInvalidText ? .replacement : format.fallback)
    let isNamed = options.format != nil
    let rows = try format.read(
      source,
      RowReading(
        idPrefix: idPrefix, answers: options.answers, texts: options.texts, isForTraining: options.isForTraining),
      isGuess: !isNamed && format.resemblesOthers)
    (questions, labels, targets, fields) = (rows.questions, rows.labels, rows.targets, rows.fields)
    // Labels in words would have failed if they came from another data set; numbers all look alike.
    let isConfirmed = format.classes?.labels[0] != "0" && questions.contains { $0.label != nil }
    isFormatGuessed = !isNamed && format.resemblesOthers && !isConfirmed
    (self.path, digest, replacements) = (path, SHA256.hexDigest(of: packed), source.replacements)
    if questions.isEmpty { throw Fault(.data, path, "no rows, expected at least one question") }
    for question in questions {
      if !question.prompt.isToClassify && !format.isOpen { try checkCount(of: question.choices, at: question.location) }
      // A JSON escape can produce what the bytes of the file may not contain.
      if question.allTexts.contains(where: { $0.utf8.contains(0) }) {
        throw Fault(.data, question.location, "a text contains NUL (\\u0000), expected text")
      }
      if question.id.isEmpty { throw Fault(.data, question.location, "the id is empty") }
    }
  }

  /// Reads several files, each with its own id prefix.
  package static func read(_ paths: [String], besides others: [String] = [], _ options: Options) throws
    -> [QuestionFile]
  {
    let prefixes = idPrefixes(of: paths + others)
    return try paths.map { try QuestionFile(reading: $0, idPrefix: prefixes[$0] ?? $0, options) }
  }

  /// A short name for each path: its file's name without extension, and as many of its folders as needed to tell the
  /// paths apart (`books/train`, `kitchen/train`).
  static func idPrefixes(of paths: [String]) -> [String: String] {
    let paths = Array(Set(paths)).sorted()
    let folders = paths.map { $0.split(separator: "/").filter { $0 != "." }.map(String.init) }
    var names: [String] = []
    for depth in 1...max(1, folders.map(\.count).max() ?? 1) {
      names = folders.map { ($0.suffix(depth).dropLast() + [stem($0.last ?? "")]).joined(separator: "/") }
      if Set(names).count == paths.count { break }
    }
    return Dictionary(uniqueKeysWithValues: zip(paths, names))
  }

  /// `train` of `train.jsonl.gz`.
  private static func stem(_ name: String) -> String {
    let name = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
}
