// Text from outside (names of files and data sets, values, rows) as messages show it: short, and without characters that
// a terminal obeys. An escape sequence can hide or forge what is on the screen, an override of the writing direction
// reorders it, and a value of 5 MB fills a log.

extension StringProtocol {
  /// The text with control characters and overrides of the writing direction written as `\u{1B}`, and the middle of more
  /// than `limit` characters replaced by `…`.
  package func printable(limit: Int = 1000) -> String {
    let scalars = unicodeScalars
    guard limit < .max, let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return escaped(scalars) }
    return escaped(scalars.prefix(limit / 2)) + "…" + escaped(scalars.suffix(limit - limit / 2 - 1))
  }

  /// Every line of the text as it is printed, whatever its length.
  package func printableLines(limit: Int = .max) -> [String] {
    split(separator: "\n", omittingEmptySubsequences: false).map { $0.printable(limit: limit) }
  }
}

extension Unicode.Scalar {
  /// Whether a terminal or a page obeys this character instead of showing it.
  package var isControl: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: properties.isBidiControl
    }
  }

  /// The character, or its number where it is one that terminals obey.
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
