// New texts that a fitted run is asked about: the rows of a file, one after the other, each as a question and with all
// its fields as they were written.
import Artifacts
import Faults
import Files

/// The rows of a file of new texts, read one after the other.
package struct NewTexts {
  /// One row.
  package struct Row: Equatable, Sendable {
    /// Its text with the choices. A label in the file is not read.
    package let question: Question
    /// [column] What the file says, unchanged.
    package let fields: [String]
  }

  /// The columns' names.
  package let columns: [String]
  private var rest: ArraySlice<Row>

  /// Opens the file at `path` for questions like those of `set`, which the run was fitted on.
  ///
  /// - Throws: `Fault` of kind `.noInput` or `.data` for a file that cannot be read.
  package init(_ path: String, like set: TokenizedSet) throws {
    if let classes = set.commonChoices {
      let source = try SourceText(readUnpacked(path), path: path)
      let table = try Table(source, try source.quotedRows(delimiter: 0x2C))
      guard let text = table.columns.firstIndex(where: { ["text", "sentence", "question"].contains($0.lowercased()) })
      else {
        throw missing("column", "text", among: table.columns, at: source.location(1), expected: "a column of texts")
      }
      columns = table.columns
      rest =
        table.rows.map { row in
          Row(
            question: Question(
              id: "\(row.number)", prompt: .sentence(row.fields[text], .sentiment), choices: classes, label: nil,
              location: source.location(row.number)), fields: row.fields)
        }[...]
    } else {
      let file = try QuestionFile(reading: path, idPrefix: "row")
      columns = ["id", "question"]
      rest =
        file.questions.map { question in
          var unlabelled = question
          unlabelled.label = nil
          return Row(question: unlabelled, fields: [question.id, question.prompt.texts.joined(separator: " ")])
        }[...]
    }
  }

  /// The next row; nil after the last one.
  ///
  /// - Throws: `Fault` of kind `.data` for a row that cannot be read.
  package mutating func next() throws -> Row? { rest.popFirst() }

  /// The next `count` rows, or those that are left.
  ///
  /// - Throws: as `next`.
  package mutating func next(_ count: Int) throws -> [Row] {
    var rows: [Row] = []
    while rows.count < count, let row = try next() { rows.append(row) }
    return rows
  }
}

extension TokenizedSet {
  /// The choices that all its examples have, in order: the classes. Nil where the examples have choices of their own.
  package var commonChoices: [String]? {
    if !classNames.isEmpty { return classNames }
    guard count > 0 else { return nil }
    let first = Array(choiceTexts(of: 0))
    return (1..<count).allSatisfy { choiceTexts(of: $0).elementsEqual(first) } ? first : nil
  }
}
