// Numbers formatted for readers. Files contain plain numbers instead: shortest decimal, point, ASCII minus.
import Foundation

/// How a number is printed in a table.
enum NumberFormat: Sendable {
  /// A fraction times 100, one decimal.
  case percent
  /// Three decimals.
  case decimal
  /// Three significant digits, but no fewer than the integer has: for values in a unit that can be anything.
  case significant

  /// The number, without a unit; `coarse` means one decimal less, for the ends of intervals in narrow tables.
  func text(_ value: Double, coarse: Bool = false) -> String {
    switch self {
    case .percent: fixed(100 * value, coarse ? 0 : 1)
    case .decimal: fixed(value, coarse ? 2 : 3)
    case .significant: fixed(value, min(12, max(0, (coarse ? 1 : 2) - magnitude(of: value))))
    }
  }

  /// The power of ten of a number's first digit; 0 for 0.
  private func magnitude(of value: Double) -> Int { value == 0 ? 0 : Int(log10(abs(value)).rounded(.down)) }

  /// The number with its sign, a true minus; zero has none.
  func signed(_ value: Double) -> String {
    let text = text(value)
    return text.hasPrefix("\u{2212}") || text.allSatisfy({ $0 == "0" || $0 == "." }) ? text : "+" + text
  }

  /// The unit for a column heading: ` %` or "".
  var unit: String { self == .percent ? " %" : "" }
}

/// A number with `decimals` decimals, a true minus, and no minus before zero.
func fixed(_ value: Double, _ decimals: Int) -> String {
  let text = String(format: "%.\(decimals)f", value)
  guard text.hasPrefix("-") else { return text }
  let digits = text.dropFirst()
  return digits.allSatisfy { $0 == "0" || $0 == "." } ? String(digits) : "\u{2212}" + digits
}

/// A count in up to five characters: 940, 12.4k, 1.2M, 6.7G.
func compact(_ count: Int) -> String {
  switch Double(count) {
  case ..<1e3: "\(count)"
  case ..<99.95e3: fixed(Double(count) / 1e3, 1) + "k"
  case ..<999.5e3: fixed(Double(count) / 1e3, 0) + "k"
  case ..<99.95e6: fixed(Double(count) / 1e6, 1) + "M"
  case ..<999.5e6: fixed(Double(count) / 1e6, 0) + "M"
  default: fixed(Double(count) / 1e9, 1) + "G"
  }
}

/// Seconds with about three digits; an en dash if they were not recorded.
func seconds(_ value: Double?) -> String { value.map { fixed($0, $0 < 99.95 ? 1 : 0) } ?? "\u{2013}" }

/// What training took, such as its steps; an en dash if nothing was trained or it was not recorded.
func counted(_ number: Int, _ text: (Int) -> String = compact) -> String { number > 0 ? text(number) : "\u{2013}" }

/// Bytes in megabytes of 10^6; an en dash if they were not recorded.
func megabytes(_ bytes: Int?) -> String { bytes.map { fixed(Double($0) / 1e6, 0) } ?? "\u{2013}" }
