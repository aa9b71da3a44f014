// Texts with something else than one right class: the votes of several annotators, several labels that each apply or not,
// or a number.
import Artifacts
import Faults
import JSON

/// What the rows of a file give for their classes.
package enum Targets: Sendable {
  /// Numbers or shares of votes, of which the largest decides on the label.
  case votes
  /// Whether each label applies.
  case labels
  /// A number, whose bins are the classes.
  case numbers

  /// The scoring that uses them.
  package var scoring: TokenizedSet.Scoring {
    switch self {
    case .votes, .numbers: .classes
    case .labels: .labels
    }
  }
}

/// Reads a file of votes: a table with a column for each class, or JSON Lines with an object of votes as label. As with
/// texts, the questions get their choices when all training files are read.
func readVotes(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  let file = try TextRows(source, reading.textsWithStructuredLabels)
  guard file.layout == .jsonLines else { return try readTargetColumns(file, reading, of: .votes) }
  return try readRows(of: file, reading) { rows, row in
    rows.targets.append(try row.label.map { try votes(inObject: $0, at: row.location) })
  }
}

/// The votes in a label such as `{"a": 3, "b": 1}`.
private func votes(inObject label: String, at location: String) throws -> [String: Double] {
  let object = JSON.Node(try JSON.parse(label, subject: location), subject: location, path: "label")
  return Dictionary(
    uniqueKeysWithValues: try object.nodes().map { name, node in
      let number = try node.double()
      guard number >= 0 else { throw node.mismatch("a number of votes") }
      return (name, number)
    })
}

extension RowReading {
  /// How texts are read whose labels may be arrays or objects.
  var textsWithStructuredLabels: TextOptions {
    var texts = texts
    texts.takesStructuredLabels = true
    return texts
  }
}

/// The questions of a table all of whose columns besides text and id are classes.
func readTargetColumns(_ file: TextRows, _ reading: RowReading, of kind: Targets) throws -> ReadRows {
  let names = file.columns.names
  let columns = Set(names.indices).subtracting(
    file.columns.text + [file.columns.secondText, file.columns.id].compactMap(\.self))
  if columns.count == 1 || columns.isEmpty && kind == .votes {
    throw Fault(
      .data, "\(file.path):1",
      "found the columns \(names.joined(separator: ", ")), expected a text and two classes or more",
      hint: "write a column for each class")
  }
  return try readRows(of: file, reading, others: columns) { rows, row in
    let numbers = try columns.map { (names[$0], try number(row.fields[$0], of: names[$0], kind, at: row.location)) }
    rows.targets.append(columns.isEmpty ? nil : Dictionary(uniqueKeysWithValues: numbers))
  }
}

/// The number in one cell; an empty one counts as 0.
private func number(_ cell: String, of name: String, _ kind: Targets, at location: String) throws -> Double {
  if cell.isEmpty { return 0 }
  if let number = Double(cell), number >= 0 && number.isFinite, kind == .votes || number == 0 || number == 1 {
    return number
  }
  throw Fault(
    .data, location,
    "found \(cell.debugDescription) in the column \(name), expected \(kind == .votes ? "a number of votes" : "0 or 1")",
    hint: "remove columns that are neither text nor id nor class")
}

extension QuestionFile {
  /// The names of the classes of `files`, in order.
  static func targetNames(in files: [QuestionFile]) -> [String] {
    TextClasses.ordered(Set(files.flatMap { $0.targets.flatMap { $0?.keys.map(\.self) ?? [] } }))
  }

  /// This file with `names` as the choices of every question, and the targets in their order. With votes, the label is the
  /// choice with the most of them, the first one if several have as many; a row without votes has none.
  ///
  /// - Throws: `Fault.data` at a class that is not among `names`.
  func targeted(_ names: [String]) throws -> QuestionFile {
    guard let kind = format.targets else { return self }
    var copy = self
    for (index, own) in targets.enumerated() {
      copy.questions[index].choices = names
      guard let own else { continue }
      if let other = own.keys.filter({ !names.contains($0) }).min() {
        throw Fault(
          .data, questions[index].location,
          "the class \(other) is in no training file" + suggestion(for: other, among: names),
          hint: "the classes are \(names.prefix(20).joined(separator: ", "))")
      }
      let numbers = names.map { own[$0] ?? 0 }
      let total = numbers.reduce(0, +)
      if kind == .labels {
        (copy.questions[index].label, copy.questions[index].targets) = (0, numbers)
      } else if total > 0 {
        copy.questions[index].label = numbers.firstIndex(of: numbers.max()!)
        copy.questions[index].targets = numbers.map { $0 / total }
      }
    }
    return copy
  }
}
