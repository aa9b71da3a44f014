// New texts that a fitted run is asked about: the rows of a file, one after the other, each as a question and with all
// its fields as they were written.
import Artifacts
import Faults
import JSON

/// The rows of a file of new texts, read one after the other.
///
/// A file of texts may have any size. A file of questions with choices of their own is read whole.
package struct NewTexts {
  /// One row.
  package struct Row: Equatable, Sendable {
    /// Its text and the choices. A label in the file is not read.
    package let question: Question
    /// [column] What the file says.
    package let fields: [String]
  }

  /// The columns' names. Of questions with choices, these are the id and the question.
  package let columns: [String]
  private let nextRow: () throws -> Row?

  /// Opens the file at `path` for questions like those of `set`, which the run was fitted on.
  ///
  /// - Throws: `Fault` of kind `.noInput`, `.inputOutput`; of kind `.data` for a file that cannot be read.
  package init(_ path: String, like set: TokenizedSet, _ told: TextOptions = TextOptions()) throws {
    if let classes = set.commonChoices, try Self.areTexts(path, told) {
      let rows = try TextRows(path, told)
      try rows.columns.require(pairs: set.hasPairs, at: "\(path):1")
      columns = rows.columns.names
      nextRow = { try rows.next().map { Row($0, classes: classes) } }
    } else {
      var options = QuestionFile.Options()
      options.texts = told
      let file: QuestionFile
      do { file = try QuestionFile(reading: path, idPrefix: "new", options) } catch {
        // Says which column is missing.
        if set.commonChoices != nil { _ = try TextRows(path, told) }
        throw error
      }
      if let other = file.questions.first(where: \.choices.isEmpty) {
        throw Fault(
          .data, other.location,
          "found a text without choices, but the run was fitted on questions with choices of their own",
          hint: "name no columns, and write the questions as for training")
      }
      if !set.classNames.isEmpty, let other = file.questions.first(where: { $0.choices != set.classNames }) {
        throw Fault(
          .data, other.location, "the choices are not the classes that the run was fitted on",
          hint: "leave the choices out, or write them as \(set.classNames.prefix(5).joined(separator: ", "))")
      }
      var questions = file.questions[...]
      columns = ["id", "question"]
      nextRow = { questions.popFirst().map(Row.init) }
    }
  }

  /// Whether the file's first line is that of a file of texts, and not of questions with choices.
  private static func areTexts(_ path: String, _ told: TextOptions) throws -> Bool {
    let line = String(decoding: try TextStream(path, told.encoding).beginning.prefix { $0 != 0x0A }, as: UTF8.self)
    return TextRows.Layout.areTexts(line, line.hasPrefix("{") ? try? JSON.parse(line, subject: "") : nil, told)
  }

  /// The next row; nil after the last one.
  ///
  /// - Throws: `Fault` of kind `.data` for a row that cannot be read.
  package func next() throws -> Row? { try nextRow() }

  /// The next `count` rows, or those that are left.
  ///
  /// - Throws: as `next`.
  package func next(_ count: Int) throws -> [Row] {
    var rows: [Row] = []
    while rows.count < count, let row = try next() { rows.append(row) }
    return rows
  }
}

extension TextColumns {
  /// Throws unless these are the columns of pairs of texts, or of single texts, as the run has.
  fileprivate func require(pairs: Bool, at location: String) throws {
    if pairs && secondText == nil {
      throw Fault(
        .data, location,
        "found single texts, in the column \(text.map { names[$0] }.joined(separator: "+")), but the run was fitted on pairs "
          + "of texts",
        hint: "call the columns text_a and text_b, or name the second one with `second-text-column`")
    }
    if let secondText, !pairs {
      throw Fault(
        .data, location,
        "found pairs of texts, in \(names[text[0]]) and \(names[secondText]), but the run was fitted on single texts",
        hint: "call one column text, or name it with `text-column`")
    }
  }
}

extension NewTexts.Row {
  fileprivate init(_ row: TextRows.Row, classes: [String]) {
    question = Question(
      unlabelled: row.texts, classes: classes, id: row.id ?? "new-\(row.number)", location: row.location)
    fields = row.fields
  }

  fileprivate init(_ question: Question) {
    var unlabelled = question
    unlabelled.label = nil
    self.question = unlabelled
    fields = [question.id, question.prompt.texts.joined(separator: " ")]
  }
}

extension Question {
  /// A new text, or a pair of them, to be classified.
  package init(unlabelled texts: [String], classes: [String], id: String, location: String) {
    let judgement = Classes.judgement(of: classes)
    self.init(
      id: id,
      prompt: texts.count == 1 ? .sentence(texts[0], judgement) : .sentencePair(texts[0], texts[1], judgement),
      choices: classes, label: nil, location: location)
  }
}

extension Classes {
  /// What is asked about texts with these classes: what the published set with the same classes asks, else the category.
  fileprivate static func judgement(of names: [String]) -> Prompt.Judgement {
    switch names {
    case sentiment.names: .sentiment
    case acceptability.names: .acceptability
    case paraphrase.names: .paraphrase
    case entailment.names, entailmentWithNeutral.names: .entailment
    case answerType.names: .answerType
    default: .category
    }
  }
}

extension TokenizedSet {
  /// Whether its examples are pairs of texts. Sets that were made before this was stored show it by their segments, if
  /// the tokenizer tells the texts of a pair apart.
  package var hasPairs: Bool { textsPerExample > 1 || scoring.hasClasses && segments.contains(1) }

  /// The choices that all its examples have, in order: the classes. Nil where the examples have choices of their own.
  package var commonChoices: [String]? {
    if !classNames.isEmpty { return classNames }
    guard count > 0 else { return nil }
    let first = Array(choiceTexts(of: 0))
    return (1..<count).allSatisfy { choiceTexts(of: $0).elementsEqual(first) } ? first : nil
  }
}
