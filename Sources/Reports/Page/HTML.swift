// Markup with automatic escaping: a literal is markup, an interpolated String is text and is escaped, an interpolated
// HTML is markup. SVG is written in the same way.
import Faults

/// A piece of HTML or SVG.
struct HTML: ExpressibleByStringInterpolation {
  /// The markup itself.
  let source: String

  init(stringLiteral source: String) { self.source = source }
  init(stringInterpolation: StringInterpolation) { source = stringInterpolation.source }

  /// Text that is markup already.
  init(markup: String) { source = markup }

  /// The pieces, one per line.
  init(_ pieces: [HTML]) { source = pieces.map(\.source).joined(separator: "\n") }

  /// Collects literals and interpolated values.
  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var source = ""

    init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(literalCapacity) }
    mutating func appendLiteral(_ literal: String) { source += literal }
    mutating func appendInterpolation(_ markup: HTML) { source += markup.source }
    mutating func appendInterpolation(_ pieces: [HTML]) { source += HTML(pieces).source }
    mutating func appendInterpolation(_ number: Int) { source += "\(number)" }

    /// A coordinate, to a hundredth.
    mutating func appendInterpolation(_ coordinate: Double) {
      let hundredths = Int((100 * coordinate).rounded())
      source += hundredths % 100 == 0 ? "\(hundredths / 100)" : "\(Double(hundredths) / 100)"
    }

    mutating func appendInterpolation(_ text: String) {
      for scalar in text.unicodeScalars {
        switch scalar {
        case "&": source += "&amp;"
        case "<": source += "&lt;"
        case ">": source += "&gt;"
        case "\"": source += "&quot;"
        case "\n": source += "\n"
        default: source += scalar.printable
        }
      }
    }
  }
}
