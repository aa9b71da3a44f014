// Texts with several labels each: a column of 0 and 1 for each label, one column with a separator between the labels, an
// array in JSON Lines, or GoEmotions' numbers.
import Faults
import Files
import Foundation
import JSON

/// Reads a user's own file of texts with several labels each. An empty label says that none applies.
func readLabels(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  let file = try TextRows(source, reading.textsWithStructuredLabels)
  let isTable = file.layout != .jsonLines
  if isTable && file.columns.label == nil { return try readTargetColumns(file, reading, of: .labels) }
  var rows = try readRows(of: file, reading) { $0.labels.append($1.label) }
  // Whether labels contain commas is known only when all have been seen.
  let separator = [";", "|", ","].first { separator in
    rows.labels.contains { $0.map { !$0.hasPrefix("[") && $0.contains(separator) } ?? false }
  }
  rows.targets = try zip(rows.labels, rows.questions).map { written, question in
    guard let written = written ?? (isTable ? "" : nil) else { return nil }
    return applying(try labels(in: written, separator, at: question.location))
  }
  rows.labels = []
  return rows
}

/// The labels in a JSON array of names, or in a text with `separator` between them.
private func labels(in written: String, _ separator: String?, at location: String) throws -> [String] {
  if written.hasPrefix("[") {
    let array = JSON.Node(try JSON.parse(written, subject: location), subject: location, path: "label")
    return try array.array().map { element in
      if case .integer(let number) = element.value { return String(number) }
      return try element.string()
    }
  }
  let parts = separator.map { written.components(separatedBy: $0) } ?? [written]
  return parts.compactMap(TextClasses.label)
}

/// 1 for each of the labels.
private func applying(_ labels: [String]) -> [String: Double] {
  Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: { first, _ in first })
}

/// Reads GoEmotions: text, numbers of labels with commas between them, id; tabs and no header. The names of the numbers, from
/// 0, are the lines of `labels.txt` in the same folder.
func readGoEmotions(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  let folder = URL(fileURLWithPath: source.path).deletingLastPathComponent().path
  let names = try lines(of: readBytes(folder + "/labels.txt"), named: folder + "/labels.txt").map(\.text).filter {
    !$0.isEmpty
  }
  var rows = ReadRows()
  for line in try source.lines() {
    let fields = line.text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 3 else {
      throw source.fault(line.number, "found \(fields.count) fields, expected text, numbers of labels, id")
    }
    let labels = try fields[1].split(separator: ",", omittingEmptySubsequences: false).map { number in
      guard let index = Int(number), names.indices.contains(index) else {
        throw source.fault(line.number, "found the label \(number), expected a number from 0 to \(names.count - 1)")
      }
      return names[index]
    }
    // A label that no row of this file has is a label all the same.
    rows.targets.append(Dictionary(uniqueKeysWithValues: names.map { ($0, labels.contains($0) ? 1 : 0) }))
    rows.questions.append(
      Question(
        id: fields[2], prompt: .sentence(fields[0], .category), choices: [], label: nil,
        location: source.location(line.number)))
  }
  return rows
}
