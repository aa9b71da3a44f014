// The first step of a tokenizer: the text is normalized, scalar by scalar.

/// A normalizer of `tokenizer.json`.
indirect enum Normalizer: Sendable {
  /// Optionally removes controls and replaces white space by spaces, puts spaces around ideographs, strips accents, and
  /// lowercases.
  case bert(cleanText: Bool, spaceIdeographs: Bool, stripAccents: Bool, lowercase: Bool)
  /// A Unicode normalization form.
  case form(UnicodeNormalization)
  /// Lowercases every scalar, regardless of its neighbours.
  case lowercase
  /// Removes combining marks; a precomposed letter keeps its mark unless NFD is applied first.
  case stripAccents
  /// Removes white space at the ends.
  case strip(left: Bool, right: Bool)
  /// Replaces every match of a pattern.
  case replace(SplitPattern, with: [Unicode.Scalar])
  /// Removes controls, and replaces other blanks by spaces, as Google's translation models do.
  case nmt
  /// Replaces by SentencePiece's table.
  case precompiled(Precompiled)
  /// Spells bytes as scalars of the byte alphabet.
  case byteLevel
  /// Prepends a text, unless the input is empty.
  case prepend([Unicode.Scalar])
  /// Applies normalizers one after the other.
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
    case .nmt: return text.compactMap(ReferenceUnicode.nmt)
    case .precompiled(let table): return table.apply(text)
    case .byteLevel:
      var result: [Unicode.Scalar] = []
      ByteLevel.spell(text, into: &result)
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
        // One scalar may become two: U+0130 becomes i and a dot above.
        result += scalar.properties.lowercaseMapping.unicodeScalars
      }
    }
    return result
  }
}
