// Fills a wording's `{column}` and `{a:column}` with a row's values.
import Foundation

extension Table {
  /// `wording` with the first value of `row` for every `{column}` and, with its article, `{a:column}`; capitalised.
  package func fill(_ wording: String, row: Int) -> String {
    var filled = wording
    for (column, values) in zip(columns, rows[row]) {
      guard let value = values.first else { continue }
      filled = filled.replacingOccurrences(of: "{\(column)}", with: value)
        .replacingOccurrences(of: "{a:\(column)}", with: Self.withArticle(value))
    }
    precondition(!filled.contains("{"), "\(name), row \(row): nothing for \"\(filled)\"")
    return filled.prefix(1).uppercased() + filled.dropFirst()
  }

  /// `an owl`, `a dog`: by the first letter, since no value in the tables is pronounced differently.
  private static func withArticle(_ value: String) -> String {
    ("aeiou".contains(value.lowercased().prefix(1)) ? "an " : "a ") + value
  }
}
