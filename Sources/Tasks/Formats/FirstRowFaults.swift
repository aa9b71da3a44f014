// What is wrong with a file whose first row cannot be read: the actual fault and a command that repairs it, where
// "unknown format" or a JSON parser's message would leave the user guessing.
import Faults
import JSON

extension SourceText {
  /// What is wrong with a file of unknown format.
  /// - Parameter strictly: Checks the file's text again without replacing invalid bytes, and throws at the first.
  func faultOfUnknownFormat(_ first: FirstRows, strictly: () throws -> Void) throws -> Fault {
    if replacements > 0 { try strictly() }
    let isBlank = first.line.allSatisfy(\.isWhitespace)
    if isBlank || first.line.utf8.count > Self.longestRow { _ = try lines() }
    if first.line.hasPrefix("{") || first.line.hasPrefix("[") {
      let value: JSON
      do { value = try JSON.parse(first.line, subject: location(1)) } catch { return faultOfLines(error) }
      return try faultOfOnlyValue(value) ?? faultOfUnknownMembers(value)
    }
    try TextRows.Layout.check(first.line, at: location(1))
    try checkTexts(TextRows.Layout.names(in: first.line))
    try OwnColumns.checkDelimiter(self)
    let names = first.line.split(separator: ",").map(String.init)
    if OwnColumns.areMeant(in: names) || OwnColumns.areMeant(in: first.commaFields) {
      _ = try quotedRows(delimiter: 0x2C, limit: 1)
      _ = try OwnColumns(first.commaFields, at: location(1))
    }
    return unknownFormat(first.line.prefix(60).debugDescription, expected: "the columns")
  }

  /// What is wrong with `value`, a first row that is no question.
  private func faultOfUnknownMembers(_ value: JSON) throws -> Fault {
    guard case .object(let members) = value else { return unknownFormat(value.kind, expected: "an object with") }
    let names = members.map(\.name)
    try checkTexts(names)
    let found = names.isEmpty ? "an object without members" : "the members \(names.joined(separator: ", "))"
    return unknownFormat(found, expected: "the members")
  }

  /// Throws where columns or members with these names were meant to be texts, and it can be said what is wrong with them.
  private func checkTexts(_ names: [String]) throws {
    if TextColumns.areMeant(in: names) { _ = try TextColumns(names, TextOptions(), at: location(1)) }
  }

  /// The fault of a first row of no format; `expected` is what the names of the columns or members follow.
  private func unknownFormat(_ found: String, expected: String) -> Fault {
    fault(
      1,
      "found \(found), expected \(expected) text (or \(TextColumns.otherTextNames)) and label (or "
        + "\(TextColumns.otherLabelNames)), or question, choices (or A, B, ...) and answer",
      hint: "name yours with `text-column` and `label-column`, or a published file's format with `format`")
  }

  /// What is wrong with a file whose first line is not JSON; `fault` is the parser's message.
  func faultOfLines(_ fault: Fault) -> Fault {
    let line = firstLines.0.drop(while: \.isWhitespace)
    if line.hasPrefix("{'") {
      return self.fault(
        1, "found a Python dictionary, expected JSON, which uses double quotes",
        hint: "python3 -c 'import ast, json, sys; [print(json.dumps(ast.literal_eval(row))) for row in sys.stdin]' < "
          + "\(quotedForShell(path)) > rows.jsonl")
    }
    if line.hasPrefix("["), fault.message.hasSuffix("found the end") { return oneValue("array", ".[]") }
    if line.hasPrefix("{"), fault.message.hasSuffix("found the end"), hasSecondLine {
      if let whole = try? JSON.parse(bytes, subject: path), let fault = faultOfOneValue(whole) { return fault }
      return self.fault(
        1, "an object spans several lines, expected JSON Lines: one object on each line",
        hint: jq("."))
    }
    if line.hasPrefix("{"), fault.message.hasSuffix("expected the end, found \"{\"") {
      return self.fault(
        1, "found a second object on the line, expected JSON Lines: one object on each line", hint: jq("."))
    }
    var fault = fault
    if fault.hint.isEmpty && !line.hasPrefix("{") { fault.hint = "expected JSON Lines: one object on each line" }
    return fault
  }

  /// What is wrong with a file whose first line is `value`, if that is not a row. An object is a row if another line follows.
  func faultOfOnlyValue(_ value: JSON) -> Fault? {
    hasSecondLine && value.kind != "an array" ? nil : faultOfOneValue(value)
  }

  /// What is wrong with a file that consists of `value`, if that is not a row: an array of rows, or an object that
  /// contains such an array and no part of a question.
  private func faultOfOneValue(_ value: JSON) -> Fault? {
    switch value {
    case .array(let elements):
      if case .object = elements.first { return oneValue("array", ".[]") }
      return nil
    case .object(let members):
      if members.contains(where: { OwnField(named: $0.name) != nil || OpenField(named: $0.name) != nil }) { return nil }
      let list = members.first { member in
        if case .array(let elements) = member.value, case .object = elements.first { true } else { false }
      }
      return list.map { oneValue("object", ".\($0.name.debugDescription)[]") }
    default: return nil
    }
  }

  /// Whether the text begins like an array of objects.
  var opensArrayOfObjects: Bool {
    bytes.lazy.filter { $0 > 0x20 }.prefix(2).elementsEqual("[{".utf8)
  }

  /// The fault of a file that is a single JSON value; `filter` is jq's expression for its rows.
  func oneValue(_ kind: String, _ filter: String) -> Fault {
    Fault(
      .data, path, "is a single JSON \(kind), expected JSON Lines: one object on each line",
      hint: jq(filter))
  }

  /// The command that writes the output of `filter` as JSON Lines.
  private func jq(_ filter: String) -> String {
    let file = quotedForShell(path)
    let command = "jq -c \(quotedForShell(filter))"
    return (path.hasSuffix(".gz") ? "zcat \(file) | \(command)" : "\(command) \(file)") + " > rows.jsonl"
  }
}
