// A user's own texts with labels as questions. The classes are known only when all training files are read, so the
// questions get their choices then.
import Faults

/// Reads a file of texts. Its questions have no choices and no label yet; `ReadRows.labels` holds the labels.
func readTexts(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  let file = try TextRows(source, reading.texts)
  return try readRows(of: file, reading) { $0.labels.append($1.label) }
}

/// The questions of `file`, without choices and labels.
///
/// - Parameters:
///   - others: Columns that are read besides those of the text and the label.
///   - add: Adds what a row says beside its text.
func readRows(
  of file: TextRows, _ reading: RowReading, others: Set<Int> = [],
  _ add: (inout ReadRows, TextRows.Row) throws -> Void
) throws -> ReadRows {
  var rows = ReadRows()
  var isFilled = file.columns.names.map { _ in false }
  while let row = try file.next() {
    for (column, field) in row.fields.enumerated() where !field.isEmpty { isFilled[column] = true }
    rows.questions.append(
      Question(
        id: row.id.map { Int($0) == nil ? $0 : "\(reading.idPrefix)-\($0)" } ?? reading.id(row.number),
        prompt: row.texts.count == 1
          ? .sentence(row.texts[0], .category) : .sentencePair(row.texts[0], row.texts[1], .category),
        choices: [], label: nil, location: row.location))
    try add(&rows, row)
  }
  for (column, name) in file.columns.names.enumerated() {
    let isUsed = file.columns.used.contains(column) || others.contains(column)
    if isUsed || isFilled[column] {
      rows.fields.note(name.isEmpty ? "column \(column + 1) (without a name)" : name, isUsed: isUsed)
    }
  }
  rows.fields.expected = ["text", "label", "id"]
  return rows
}

extension QuestionFile {
  /// The files of a data set. Those of the user's own texts are read against the classes of the training files.
  ///
  /// - Parameter classes: Training files of which only the classes are taken, for test files without training files.
  /// - Returns: The files, and one line for each doubt about the labels.
  /// - Throws: `Fault.data` if the training files have no usable classes, or no label of a test file is one of them;
  ///   what `init` throws.
  package static func read(
    train: [String], test: [String], classes: [String] = [], _ options: Options
  ) throws -> (train: [QuestionFile], test: [QuestionFile], doubts: [String]) {
    var reading = options
    reading.isForTraining = true
    let training = try read(train, besides: test, reading)
    var testOptions = options
    // The questions of a test file need no answers, which would tell what they are.
    if training.contains(where: \.format.isOpen) { testOptions.answersWithoutChoices = .text }
    let testing = try read(test, besides: train, testOptions)
    let sources = train.isEmpty && !classes.isEmpty ? try read(classes, reading) : training
    if (training + testing).contains(where: { $0.format.targets == .numbers }) {
      return try binned(training, testing, sources: sources, options)
    }
    if (training + testing).contains(where: { $0.format.targets != nil }) {
      let names = targetNames(in: sources.isEmpty ? testing : sources)
      return (try training.map { try $0.targeted(names) }, try testing.map { try $0.targeted(names) }, [])
    }
    guard (training + testing).contains(where: \.format.isOfTexts) else {
      let areMixed = (training + testing).contains { $0.format.classes == .entailment }
      return areMixed ? (training.map(\.withoutNeutral), testing.map(\.withoutNeutral), []) : (training, testing, [])
    }
    guard let first = sources.first(where: \.format.isOfTexts) else {
      throw Fault(
        .data, testing.first?.path ?? "texts", "is a file of texts, but no training file tells the classes",
        hint: "name the training files with `train`, or with `classes` for a file that is only tested on")
    }
    let labels = sources.flatMap { $0.labels.compactMap(\.self) }
    if labels.isEmpty { throw first.faultOfMissingLabels(options.texts.label) }
    let found = try TextClasses(of: labels, at: first.path)
    var doubts = train.isEmpty ? [] : first.doubtsAboutLabelColumn(options.texts.label) + found.doubts(about: labels)
    let tested = try testing.map { file in
      try file.classified(by: found) { doubts.append($0) }
    }
    return (try training.map { try $0.classified(by: found) { doubts.append($0) } }, tested, doubts)
  }

  /// An inference set with three classes beside one with two: a contradiction, and what is neutral, does not entail.
  private var withoutNeutral: QuestionFile {
    guard format.classes == .entailmentWithNeutral else { return self }
    var copy = self
    for index in questions.indices {
      copy.questions[index].choices = Classes.entailment.names
      copy.questions[index].label = questions[index].label.map { min($0, 1) }
    }
    return copy
  }

  /// The fault of a training file without labels, in the column that the user named.
  func faultOfMissingLabels(_ name: String?) -> Fault {
    let names = fields.used + fields.descriptive + fields.unused
    let possible = TextColumns.lesserLabels(in: names)
    if name == nil, possible.count > 1 {
      return Fault(
        .data, "\(path):1", "both \(possible[0]) and \(possible[1]) could be the label",
        hint: "name one of them: `label-column \(possible[0])`")
    }
    let (missing, similar) = (name.map { " in the column \($0)" } ?? "", name.map { suggestion(for: $0, among: names) })
    return Fault(
      .data, "\(path):1",
      "no row has a label\(missing)\(similar ?? ""), found the columns \(names.joined(separator: ", "))",
      hint: "call the labels' column label (or \(TextColumns.otherLabelNames)), or name it with `label-column`")
  }

  /// What a user should know about the column that was read as the label without being named by the user: its name, if
  /// that is no sure sign of a label.
  private func doubtsAboutLabelColumn(_ name: String?) -> [String] {
    guard name == nil else { return [] }
    return TextColumns.lesserLabels(in: fields.used).map {
      "\(path): the column \($0) is read as the label; if that is another one, name it with `label-column`"
    }
  }

  /// This file with `classes` as the choices of every question. A label that is none of them becomes no label.
  private func classified(by classes: TextClasses, doubt: (String) -> Void) throws -> QuestionFile {
    guard format.isOfTexts else { return self }
    var copy = self
    var unknown: [String: (count: Int, first: String)] = [:]
    for index in questions.indices {
      copy.questions[index].choices = classes.names
      guard let label = labels[index] else { continue }
      copy.questions[index].label = classes.index(of: label)
      if copy.questions[index].label == nil {
        unknown[label, default: (0, questions[index].location)].count += 1
      }
    }
    if !unknown.isEmpty && !copy.questions.contains(where: { $0.label != nil }) {
      throw Fault(
        .data, questions[0].location,
        "none of the labels, such as \(unknown.keys.sorted()[0].debugDescription), is one of the training files': "
          + classes.names.prefix(10).joined(separator: ", ") + (classes.names.count > 10 ? ", ..." : ""),
        hint: "write the labels as in training, or leave them out")
    }
    for (label, rows) in unknown.sorted(by: { $0.key < $1.key }) {
      doubt(
        "\(rows.first): the label \(label.debugDescription) is in no training row; "
          + "\(rows.count == 1 ? "the row is" : "\(rows.count) rows with it are") predicted, but not scored")
    }
    return copy
  }
}
