// Texts with more than one right class: the votes of several annotators. A file has one column for each class, or is JSON
// Lines whose label is an object.
import Artifacts
import Faults
import JSON

/// What the rows of a file give for their classes.
package enum Targets: Sendable {
  /// Numbers or shares of votes, of which the largest decides on the label.
  case votes

  /// The scoring that uses them.
  package var scoring: TokenizedSet.Scoring { .classes }
}

/// Reads a file of votes. As with texts, the questions get their choices when all training files are read.
func readVotes(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  var texts = reading.texts
  texts.takesStructuredLabels = true
  let file = try TextRows(source, texts)
  // All other columns are classes, whatever they are called.
  let columns = Set(file.columns.names.indices).subtracting(
    file.columns.text + [file.columns.secondText, file.columns.id].compactMap(\.self))
  guard file.layout != .jsonLines else {
    return try readRows(of: file, reading) { rows, row in
      rows.targets.append(try row.label.map { try votes(inObject: $0, at: row.location) } ?? [:])
    }
  }
  if columns.count < 2 {
    throw source.fault(
      1, "found the columns \(file.columns.names.joined(separator: ", ")), expected a text and two classes or more",
      hint: "write a column with the votes of each class")
  }
  return try readRows(of: file, reading, others: columns) { rows, row in
    rows.targets.append(
      Dictionary(
        uniqueKeysWithValues: try columns.map { column in
          let name = file.columns.names[column]
          return (name, try votes(row.fields[column], of: name, at: row.location))
        }))
  }
}

/// The votes in one cell; an empty one has none.
private func votes(_ cell: String, of name: String, at location: String) throws -> Double {
  if cell.isEmpty { return 0 }
  guard let number = Double(cell), number >= 0 && number.isFinite else {
    throw Fault(
      .data, location, "found \(cell.debugDescription) in the column \(name), expected a number of votes",
      hint: "remove columns that are neither text nor id nor class")
  }
  return number
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

extension QuestionFile {
  /// The names of the classes of `files`, in order.
  static func targetNames(in files: [QuestionFile]) -> [String] {
    TextClasses.ordered(Set(files.flatMap { $0.targets.flatMap(\.keys) }))
  }

  /// This file with `names` as the choices of every question. The label is the choice with the most votes, the first one
  /// if several have as many. A row without votes has no label.
  ///
  /// - Throws: `Fault.data` at votes for a class that is not among `names`.
  func targeted(_ names: [String]) throws -> QuestionFile {
    var copy = self
    for (index, own) in targets.enumerated() {
      let location = questions[index].location
      if let other = own.keys.filter({ !names.contains($0) }).min() {
        throw Fault(
          .data, location, "the class \(other) is in no training file" + suggestion(for: other, among: names),
          hint: "the classes are \(names.prefix(20).joined(separator: ", "))")
      }
      copy.questions[index].choices = names
      let votes = names.map { own[$0] ?? 0 }
      let total = votes.reduce(0, +)
      guard total > 0 else { continue }
      copy.questions[index].label = votes.firstIndex(of: votes.max()!)
      copy.questions[index].targets = votes.map { $0 / total }
    }
    return copy
  }
}
