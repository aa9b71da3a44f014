// Text from outside (names of files and data sets, values, rows) as messages show it: short, and without characters
// that control a terminal. An escape sequence can hide or forge what is on the screen, a bidirectional override
// reorders it, and a value of 5 MB fills a log.

extension StringProtocol {
  /// The text with control characters and bidirectional overrides written as `\u{1B}`. If it has more than `limit`
  /// characters, its middle is replaced by `…`.
  package func printable(limit: Int = 1000) -> String {
    let scalars = unicodeScalars
    guard limit < .max, let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return escaped(scalars) }
    return escaped(scalars.prefix(limit / 2)) + "…" + escaped(scalars.suffix(limit - limit / 2 - 1))
  }

  /// The lines of the text, each one printable and at most `limit` characters long.
  package func printableLines(limit: Int = .max) -> [String] {
    split(separator: "\n", omittingEmptySubsequences: false).map { $0.printable(limit: limit) }
  }
}

extension Unicode.Scalar {
  /// Whether a terminal or a web page interprets this character instead of showing it.
  package var isControl: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: properties.isBidiControl
    }
  }

  /// The character, or its escaped code if it is a control character.
  package var printable: String {
    isControl ? "\\u{\(String(value, radix: 16, uppercase: true))}" : String(self)
  }
}

private func escaped(_ scalars: some Collection<Unicode.Scalar>) -> String {
  var text = String.UnicodeScalarView()
  for scalar in scalars {
    if scalar.isControl { text += scalar.printable.unicodeScalars } else { text.append(scalar) }
  }
  return String(text)
}
