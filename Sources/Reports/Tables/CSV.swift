// Comma-separated values (RFC 4180): quotes only where they are needed, and lines that end in LF.

/// Writes CSV.
enum CSV {
  /// The whole file.
  static func text(header: [String], rows: [[String]]) -> String {
    ([header] + rows).map(line).joined()
  }

  /// One row with its line end.
  static func line(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") + "\n" }

  /// The shortest decimal that reads back as the same number; "" for NaN.
  static func number(_ value: Double) -> String { value.isNaN ? "" : "\(value)" }

  /// The shortest decimal that reads back as the same single-precision number, which is enough for a probability.
  static func single(_ value: Double) -> String { "\(Float(value))" }

  private static func field(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
