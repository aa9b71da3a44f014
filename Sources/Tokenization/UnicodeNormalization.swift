// The normalization forms of UAX 15, in its steps: decompose every scalar, order marks by combining class, compose.
// Foundation is used for single scalars only. For whole strings it was found to be wrong, and so was Swift's own table:
// NFC does not compose U+AC00 U+11A8 on Linux, and NFD orders U+0340 U+0F73 by the marks before decomposing them.
import Foundation

/// A normalization form as of Unicode 9, the reference's version; newer scalars pass unchanged, as starters.
enum UnicodeNormalization: Sendable {
  case nfd, nfc, nfkd, nfkc

  /// `text` in this form.
  func apply(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    // No form changes a scalar below U+00A0.
    if text.allSatisfy({ $0.value < 0xA0 }) { return text }
    let table = self == .nfd || self == .nfc ? Self.canonical : Self.compatible
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count + text.count / 4)
    for scalar in text {
      if let syllable = Hangul.decompose(scalar) {
        result += syllable
      } else if let parts = table[scalar] {
        result += parts
      } else {
        result.append(scalar)
      }
    }
    Self.order(&result)
    return self == .nfc || self == .nfkc ? Self.compose(result) : result
  }

  /// The blocks of Unicode 9 in which a scalar other than a Hangul syllable has a decomposition.
  private static let blocks: [ClosedRange<UInt32>] = [
    0xA0...0x33FF, 0xA600...0xABFF, 0xF900...0xFFFF, 0x11000...0x115FF, 0x1D100...0x1D7FF, 0x1EE00...0x1F2FF,
    0x2F800...0x2FA1F,
  ]

  private static let canonical = decompositions(\.decomposedStringWithCanonicalMapping)
  private static let compatible = decompositions(\.decomposedStringWithCompatibilityMapping)

  private static func decompositions(_ form: (String) -> String) -> [Unicode.Scalar: [Unicode.Scalar]] {
    var table: [Unicode.Scalar: [Unicode.Scalar]] = [:]
    for scalar in blocks.joined().compactMap(Unicode.Scalar.init) where ReferenceUnicode.isKnownToNormalization(scalar)
    {
      let parts = Array(form(String(scalar)).unicodeScalars)
      if parts != [scalar] { table[scalar] = parts }
    }
    return table
  }

  /// Sorts each run of marks by combining class, stably.
  private static func order(_ scalars: inout [Unicode.Scalar]) {
    var start = 0
    while start < scalars.count {
      guard combiningClass(scalars[start]) > 0 else {
        start += 1
        continue
      }
      var end = start + 1
      while end < scalars.count, combiningClass(scalars[end]) > 0 { end += 1 }
      if end > start + 1 {
        let run = scalars[start..<end].enumerated().sorted {
          (combiningClass($0.element), $0.offset) < (combiningClass($1.element), $1.offset)
        }
        scalars.replaceSubrange(start..<end, with: run.map(\.element))
      }
      start = end
    }
  }

  private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
    guard scalar.value >= 0x300, ReferenceUnicode.isKnownToNormalization(scalar) else { return 0 }
    return scalar.properties.canonicalCombiningClass.rawValue
  }

  private struct Pair: Hashable {
    let first: Unicode.Scalar
    let second: Unicode.Scalar
  }

  /// The scalar that two scalars compose to: the one that decomposes to them, unless NFC never composes it.
  private static let composites: [Pair: Unicode.Scalar] = {
    var table: [Pair: Unicode.Scalar] = [:]
    for (scalar, parts) in canonical where parts.count > 1 {
      let text = String(scalar)
      guard text.precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual(text.unicodeScalars) else {
        continue
      }
      // The table has full decompositions: the first half is the composition of all parts but the last.
      let head = String(String.UnicodeScalarView(parts.dropLast())).precomposedStringWithCanonicalMapping.unicodeScalars
      if head.count == 1, let first = head.first, let second = parts.last {
        table[Pair(first: first, second: second)] = scalar
      }
    }
    return table
  }()

  private static func compose(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count)
    /// The index of the last starter in `result`, and the class of the last scalar after it.
    var starter: Int?
    var lastClass: UInt8 = 0
    for scalar in scalars {
      let scalarClass = combiningClass(scalar)
      if let starter {
        // Blocked if a scalar of the same or a higher class, or a starter, is in between.
        let isNext = starter == result.count - 1
        if isNext || (lastClass > 0 && lastClass < scalarClass), let composite = composite(result[starter], scalar) {
          result[starter] = composite
          continue
        }
      }
      if scalarClass == 0 { starter = result.count }
      lastClass = scalarClass
      result.append(scalar)
    }
    return result
  }

  private static func composite(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    guard second.value >= 0x300 else { return nil }
    return Hangul.compose(first, second) ?? composites[Pair(first: first, second: second)]
  }
}

/// Hangul syllables are composed by arithmetic (The Unicode Standard, section 3.12).
private enum Hangul {
  private static let syllables: UInt32 = 0xAC00, leads: UInt32 = 0x1100, vowels: UInt32 = 0x1161, tails: UInt32 = 0x11A7
  private static let leadCount: UInt32 = 19, vowelCount: UInt32 = 21, tailCount: UInt32 = 28
  private static let syllableCount = leadCount * vowelCount * tailCount

  static func decompose(_ scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    let index = scalar.value &- syllables
    guard index < syllableCount else { return nil }
    let lead = leads + index / (vowelCount * tailCount)
    let vowel = vowels + index / tailCount % vowelCount
    let tail = tails + index % tailCount
    return (tail == tails ? [lead, vowel] : [lead, vowel, tail]).compactMap(Unicode.Scalar.init)
  }

  static func compose(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    let lead = first.value &- leads
    let vowel = second.value &- vowels
    if lead < leadCount, vowel < vowelCount {
      return Unicode.Scalar(syllables + (lead * vowelCount + vowel) * tailCount)
    }
    let syllable = first.value &- syllables
    let tail = second.value &- tails
    if syllable < syllableCount, syllable % tailCount == 0, tail > 0, tail < tailCount {
      return Unicode.Scalar(first.value + tail)
    }
    return nil
  }
}
