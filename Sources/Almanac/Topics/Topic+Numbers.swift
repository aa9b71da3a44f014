// Arithmetic, Roman numerals, weekdays and months: tables that are computed, and what is asked about them.

extension Topic {
  static let arithmetic = Topic(
    "arithmetic", table: "sums",
    [
      Relation(
        "sum", "result", rivals: .nearest(within: 6),
        statements: ["{sum} is {result}.", "{sum} makes {result}.", "The sum {sum} is equal to {result}."],
        forward: Wordings(
          ["What is {sum}?", "How much is {sum}?", "{sum} makes what?"],
          near: ["Work out {sum}.", "A child counts {sum}. Where does it arrive?"]))
    ])
}

extension Table {
  /// The tables that need no file.
  static let computed = [sums]

  /// `3 plus 4` and 7, for the smaller number first, up to 12 plus 12.
  static let sums = Table(
    "sums", columns: ["sum", "result"],
    rows: (2...12).flatMap { a in (a...12).map { b in ["\(a) plus \(b)", "\(a + b)"] } })
}
