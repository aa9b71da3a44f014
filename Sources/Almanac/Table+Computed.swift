// Tables that are computed: sums, products, Roman numerals, weekdays, months, leap years.

extension Table {
  /// The tables that need no file.
  static let computed = [sums, products, numerals, weekdays, monthSteps, years]

  /// `3 plus 4` and 7, the smaller number first, up to 12 plus 12.
  private static let sums = Table(
    "sums", columns: ["sum", "result"], rows: pairs.map { ["\($0) plus \($1)", "\($0 + $1)"] })

  /// `3 times 4` and 12, the smaller number first, up to 12 times 12.
  private static let products = Table(
    "products", columns: ["product", "result"], rows: pairs.map { ["\($0) times \($1)", "\($0 * $1)"] })

  private static let pairs = (2...12).flatMap { small in (small...12).map { (small, $0) } }

  /// `XIV` and 14: up to 60, then round numbers.
  private static let numerals = Table(
    "numerals", columns: ["numeral", "number"],
    rows: (Array(1...60) + [70, 80, 90] + Array(stride(from: 100, through: 1000, by: 100))).map {
      [roman($0), "\($0)"]
    })

  /// `3 days after Friday` and Monday, for one to six days.
  private static let weekdays: Table = {
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    return Table(
      "weekdays", columns: ["step", "day"],
      rows: days.indices.flatMap { start in
        (1...6).map { ["\($0) day\($0 == 1 ? "" : "s") after \(days[start])", days[(start + $0) % 7]] }
      })
  }()

  /// `3 months after November` and February, for one to four months.
  private static let monthSteps: Table = {
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
      "December",
    ]
    return Table(
      "month steps", columns: ["step", "month"],
      rows: months.indices.flatMap { start in
        (1...4).map { ["\($0) month\($0 == 1 ? "" : "s") after \(months[start])", months[(start + $0) % 12]] }
      })
  }()

  /// 2024 and `leap year`, 2023 and `common year`, by the Gregorian rule.
  private static let years = Table(
    "years", columns: ["year", "kind"],
    rows: (1992...2031).map { year in
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      return ["\(year)", isLeap ? "leap year" : "common year"]
    })

  /// `number` in Roman numerals, in subtractive notation: 4 is IV.
  static func roman(_ number: Int) -> String {
    let signs = [
      (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
      (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ]
    var (rest, numeral) = (number, "")
    for (value, sign) in signs {
      while rest >= value { (rest, numeral) = (rest - value, numeral + sign) }
    }
    return numeral
  }
}
