// A set of scalars in a pattern: categories such as `\p{L}`, ranges such as `a-z`, or their complement.

/// A set of scalars.
struct ScalarSet: Sendable {
  /// A bit for each general category that is in the set.
  private var categories: UInt32 = 0
  private var ranges: [ClosedRange<UInt32>] = []
  private var isNegated = false
  /// A bit for each ASCII scalar that is in the set, negation included.
  private var ascii: (low: UInt64, high: UInt64) = (0, 0)

  /// The union of categories and ranges, or its complement.
  init(categories: UInt32 = 0, ranges: [ClosedRange<UInt32>] = [], isNegated: Bool = false) {
    (self.categories, self.ranges, self.isNegated) = (categories, ranges, isNegated)
    for value in UInt8(0)..<0x80 {
      let scalar = Unicode.Scalar(value)
      guard containsBySearch(scalar, ScalarCategory(scalar)) else { continue }
      if value < 64 { ascii.low |= 1 << value } else { ascii.high |= 1 << (value - 64) }
    }
  }

  /// White space, `\s` in regular expressions.
  static let space: [ClosedRange<UInt32>] = [
    0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
    0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
  ]

  /// All scalars except those in `ranges`, which must be sorted and not adjacent.
  static func complement(of ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    let starts = [0] + ranges.map { $0.upperBound + 1 }
    let ends = ranges.map { $0.lowerBound - 1 } + [0x10FFFF]
    return zip(starts, ends).map { $0...$1 }
  }

  /// Whether `scalar`, whose category is `category`, is in the set.
  @inline(__always) func contains(_ scalar: Unicode.Scalar, _ category: ScalarCategory) -> Bool {
    if scalar.value < 64 { return ascii.low >> scalar.value & 1 == 1 }
    if scalar.value < 128 { return ascii.high >> (scalar.value - 64) & 1 == 1 }
    return containsBySearch(scalar, category)
  }

  private func containsBySearch(_ scalar: Unicode.Scalar, _ category: ScalarCategory) -> Bool {
    (categories >> category.number & 1 == 1 || ranges.contains { $0.contains(scalar.value) }) != isNegated
  }
}

/// A general category as a number below 30, with a lookup table for ASCII.
struct ScalarCategory: Sendable, Equatable {
  let number: UInt32

  /// The category of `scalar` in the reference's regular expressions.
  @inline(__always) init(_ scalar: Unicode.Scalar) {
    self = scalar.value < 0x80 ? Self.ascii[Int(scalar.value)] : Self(ReferenceUnicode.category(scalar))
  }

  private init(_ category: Unicode.GeneralCategory) {
    number = UInt32(Self.names.firstIndex { $0.category == category } ?? Self.names.count)
  }

  private static let ascii = (UInt8(0)..<0x80).map { Self(ReferenceUnicode.category(Unicode.Scalar($0))) }

  /// The bits of the categories called `name`: `Lu` is one category, `L` all that begin with L; nil if there is none.
  static func bits(named name: String) -> UInt32? {
    let bits = names.indices.reduce(into: UInt32(0)) { bits, number in
      if name.count == 1 ? names[number].name.hasPrefix(name) : names[number].name == name { bits |= 1 << number }
    }
    return bits == 0 ? nil : bits
  }

  /// Common categories first, because the search is linear.
  private static let names: [(name: String, category: Unicode.GeneralCategory)] = [
    ("Lo", .otherLetter), ("Ll", .lowercaseLetter), ("Lu", .uppercaseLetter), ("Mn", .nonspacingMark),
    ("Mc", .spacingMark), ("So", .otherSymbol), ("Po", .otherPunctuation), ("Nd", .decimalNumber),
    ("Zs", .spaceSeparator), ("Lm", .modifierLetter), ("Lt", .titlecaseLetter), ("Me", .enclosingMark),
    ("Nl", .letterNumber), ("No", .otherNumber), ("Pc", .connectorPunctuation), ("Pd", .dashPunctuation),
    ("Ps", .openPunctuation), ("Pe", .closePunctuation), ("Pi", .initialPunctuation), ("Pf", .finalPunctuation),
    ("Sm", .mathSymbol), ("Sc", .currencySymbol), ("Sk", .modifierSymbol), ("Zl", .lineSeparator),
    ("Zp", .paragraphSeparator), ("Cc", .control), ("Cf", .format), ("Cs", .surrogate), ("Co", .privateUse),
    ("Cn", .unassigned),
  ]
}
