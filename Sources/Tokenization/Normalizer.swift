// The first step of a tokenizer: the text is brought to one spelling, scalar by scalar.

/// A normalizer of `tokenizer.json`.
indirect enum Normalizer: Sendable {
  /// Controls dropped and spaces made plain, ideographs set apart, accents stripped, lower case: each a switch.
  case bert(cleanText: Bool, spaceIdeographs: Bool, stripAccents: Bool, lowercase: Bool)
  /// A normalization form.
  case form(UnicodeNormalization)
  /// Every scalar's lower case, without regard to its neighbours.
  case lowercase
  /// Marks dropped; letters with a mark in one scalar keep it (NFD comes before where that is not wanted).
  case stripAccents
  /// White space dropped at the ends.
  case strip(left: Bool, right: Bool)
  /// One text for another, everywhere.
  case replace(SplitPattern, with: [Unicode.Scalar])
  /// A text in front, unless there is nothing.
  case prepend([Unicode.Scalar])
  /// One after the other.
  case sequence([Normalizer])

  /// `text`, normalized.
  func apply(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    switch self {
    case .bert(let cleanText, let spaceIdeographs, let stripAccents, let lowercase):
      return Self.bert(
        text, cleanText: cleanText, spaceIdeographs: spaceIdeographs, stripAccents: stripAccents, lowercase: lowercase)
    case .form(let form): return form.apply(text)
    case .lowercase: return Self.lowercased(text)
    case .stripAccents: return text.filter { !ReferenceUnicode.isCombiningMark($0) }
    case .strip(let left, let right):
      let start = left ? text.firstIndex { !ReferenceUnicode.isSpace($0) } ?? text.endIndex : 0
      let end = right ? (text.lastIndex { !ReferenceUnicode.isSpace($0) } ?? start - 1) + 1 : text.endIndex
      return Array(text[start..<max(start, end)])
    case .replace(let pattern, let replacement):
      var result: [Unicode.Scalar] = []
      for (range, isMatch) in pattern.sections(of: text, in: 0..<text.count) {
        if isMatch { result += replacement } else { result += text[range] }
      }
      return result
    case .prepend(let prefix): return text.isEmpty ? text : prefix + text
    case .sequence(let normalizers): return normalizers.reduce(text) { $1.apply($0) }
    }
  }

  private static func bert(
    _ text: [Unicode.Scalar], cleanText: Bool, spaceIdeographs: Bool, stripAccents: Bool, lowercase: Bool
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count + 16)
    for scalar in text {
      if cleanText {
        switch scalar {
        case "\t", "\n", "\r":
          result.append(" ")
          continue
        case " "..."~": break
        case "\0", "\u{FFFD}": continue
        default:
          if ReferenceUnicode.isBertControl(scalar) { continue }
          if ReferenceUnicode.isSpace(scalar) {
            result.append(" ")
            continue
          }
        }
      }
      if spaceIdeographs, ReferenceUnicode.isBertIdeograph(scalar) {
        result += [" ", scalar, " "]
      } else {
        result.append(scalar)
      }
    }
    if stripAccents {
      result = UnicodeNormalization.nfd.apply(result).filter { !ReferenceUnicode.isBertAccent($0) }
    }
    return lowercase ? lowercased(result) : result
  }

  private static func lowercased(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    for scalar in text {
      if scalar.isASCII {
        let isCapital = (0x41...0x5A).contains(scalar.value)
        result.append(isCapital ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
      } else {
        // One scalar may become two: U+0130 is i and a dot above.
        result += scalar.properties.lowercaseMapping.unicodeScalars
      }
    }
    return result
  }
}
