// Scalar properties as the reference sees them. PyPI's tokenizers 0.23.3 contains four Unicode tables of different
// versions; a scalar newer than a table is unassigned in it. Swift knows the version in which each scalar was added, so
// that its one table can stand in for all four. The exceptions below are scalars whose category changed later. Every
// rule was compared with the reference over all 1,112,064 scalars.

/// Scalar properties as of the Unicode versions that the reference uses.
enum ReferenceUnicode {
  /// The general category at Unicode 16, which the reference's regular expressions use.
  static func category(_ scalar: Unicode.Scalar) -> Unicode.GeneralCategory {
    isKnown(scalar, to: 16) ? scalar.properties.generalCategory : .unassigned
  }

  /// Whether BERT splits at this scalar: all ASCII punctuation and symbols, and punctuation as of Unicode 8.
  static func isBertPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    case 0..<0x80: false
    case 0x166D, 0x111C9: true
    default: isPunctuation(scalar.properties.generalCategory) && isKnown(scalar, to: 8)
    }
  }

  /// Whether BERT's normalizer strips this scalar as an accent: Mn as of Unicode 8.
  static func isBertAccent(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x300: false
    case 0x1734, 0x1171E: true
    case 0x1885, 0x1886, 0xA9BD, 0x111C9: false
    default: scalar.properties.generalCategory == .nonspacingMark && isKnown(scalar, to: 8)
    }
  }

  /// Whether BERT's normalizer removes this scalar: controls, formats as of Unicode 8, private use, but not unassigned.
  static func isBertControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .privateUse: true
    case .format: isKnown(scalar, to: 8)
    default: false
    }
  }

  /// Whether `StripAccents` removes this scalar: marks as of Unicode 9.
  static func isCombiningMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x300, 0x111C9: false
    case 0x1CF2, 0x1CF3: true
    default: isMark(scalar.properties.generalCategory) && isKnownToNormalization(scalar)
    }
  }

  /// Whether normalization forms know this scalar: Unicode 9. They leave newer ones unchanged.
  static func isKnownToNormalization(_ scalar: Unicode.Scalar) -> Bool { isKnown(scalar, to: 9) }

  /// Whether the scalar belongs to a word (`\w` of UTS 18 at Unicode 16).
  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value == 0x200C || scalar.value == 0x200D { return true }
    guard isKnown(scalar, to: 16) else { return false }
    let category = scalar.properties.generalCategory
    return scalar.properties.isAlphabetic || isMark(category) || category == .decimalNumber
      || category == .connectorPunctuation
  }

  /// Whether the scalar is a number of any kind: Nd, Nl, No.
  static func isNumeric(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return isDigit(scalar) }
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: return true
    default: return false
    }
  }

  /// Whether the scalar is white space (White_Space, which no version changed).
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII ? scalar == " " || (0x09...0x0D).contains(scalar.value) : scalar.properties.isWhitespace
  }

  /// Whether BERT puts spaces around this scalar: the CJK blocks listed in the reference.
  static func isBertIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F, 0x2B920...0x2CEAF,
      0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  /// What the normalizer `Nmt` makes of this scalar: nothing, a space or itself.
  static func nmt(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: nil
    case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: " "
    default: scalar
    }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

  private static func isKnown(_ scalar: Unicode.Scalar, to version: Int) -> Bool {
    guard !scalar.isASCII else { return true }
    guard let age = scalar.properties.age else { return false }
    return age.major < version || (age.major == version && age.minor == 0)
  }

  private static func isMark(_ category: Unicode.GeneralCategory) -> Bool {
    category == .nonspacingMark || category == .spacingMark || category == .enclosingMark
  }

  private static func isPunctuation(_ category: Unicode.GeneralCategory) -> Bool {
    switch category {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      true
    default: false
    }
  }
}
