// How much longer a text can become. Replacements that feed one another multiply: forty of `a` by `aa` would make a
// terabyte of one letter. A file that asks for this is refused when it is read.
import Faults
import JSON

/// The limit for normalizers and pre-tokenizers.
enum Growth {
  /// No text may become more than this many times as long.
  static let largest = 1000.0

  /// Checks the growth of the component in `node`.
  static func check(_ growth: Double, _ node: JSON.Node) throws(Fault) {
    guard growth > largest else { return }
    throw node.fault(
      "its steps can make a text more than \(Int(largest)) times as long, because each one works on what the others insert",
      hint: "remove steps that are there several times")
  }
}

extension Normalizer {
  /// At most how many times as long replacements make a text. A replacement counts on top of an earlier one only where it
  /// can match what that one inserted.
  var growth: Double {
    let replacements = replacements
    var growths = [Double](repeating: 1, count: replacements.count)
    for index in replacements.indices.reversed() {
      let (_, inserted) = replacements[index]
      let present = Set(inserted)
      var later = 1.0
      for next in index + 1..<replacements.count where replacements[next].pattern.canMatch(partOf: present) {
        later = max(later, growths[next])
      }
      growths[index] = later * max(1, Double(inserted.count) / Double(replacements[index].pattern.minimumLength))
    }
    return growths.max() ?? 1
  }

  private var replacements: [(pattern: SplitPattern, inserted: [Unicode.Scalar])] {
    switch self {
    case .replace(let pattern, let inserted): [(pattern, inserted)]
    case .sequence(let steps): steps.flatMap(\.replacements)
    default: []
    }
  }
}

extension SplitPattern {
  /// The fewest scalars that a match has, as far as it is known.
  fileprivate var minimumLength: Int { if case .literal(let literal) = self { literal.count } else { 1 } }

  /// Whether a match can contain one of `scalars`; an expression is taken to match anything.
  fileprivate func canMatch(partOf scalars: Set<Unicode.Scalar>) -> Bool {
    guard case .literal(let literal) = self else { return true }
    return literal.contains(where: scalars.contains)
  }
}

extension PreTokenizer {
  /// At most how many times as long the pieces become: a scalar has up to four bytes, and the alphabet of bytes two.
  var growth: Double {
    switch self {
    case .byteLevel: 2
    case .sequence(let steps): steps.reduce(1) { $0 * $1.growth }
    default: 1
    }
  }
}
