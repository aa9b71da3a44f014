// The widths and codes of Helvetica's characters in a PDF: the metrics are Adobe's (Core 14 AFM), the codes those of
// WinAnsiEncoding (ISO 32000-1, annex D).

/// The font of figures.
enum Helvetica {
  /// Thousandths of the font's size, from the space to the tilde.
  private static let widths: [Double] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556,
    556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722,
    778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,
    556,
    556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]
  /// Codes of characters beyond Latin-1. The encoding has no minus; an en dash is as wide as a digit.
  private static let others: [Unicode.Scalar: UInt32] = [
    "\u{2212}": 0x96, "\u{2013}": 0x96, "\u{2014}": 0x97, "\u{2018}": 0x91, "\u{2019}": 0x92, "\u{201C}": 0x93,
    "\u{201D}": 0x94, "\u{2026}": 0x85, "\u{20AC}": 0x80,
  ]

  /// The width of `text` for a size of 1; characters beyond ASCII count as a digit.
  static func width(_ text: String) -> Double {
    text.unicodeScalars.reduce(0) { sum, scalar in
      sum + ((32..<127).contains(scalar.value) ? widths[Int(scalar.value) - 32] : 556) / 1000
    }
  }

  /// `text` inside a string of a PDF, each scalar being one byte. A character that the encoding lacks is a question mark.
  static func bytes(_ text: String) -> String {
    var bytes = ""
    for scalar in text.unicodeScalars {
      if "()\\".unicodeScalars.contains(scalar) { bytes += "\\" }
      let isLatin = (32..<127).contains(scalar.value) || (160..<256).contains(scalar.value)
      let code = isLatin ? scalar.value : others[scalar] ?? 0x3F
      bytes.unicodeScalars.append(Unicode.Scalar(UInt8(code)))
    }
    return bytes
  }
}
