// Limits how much longer normalizers and pre-tokenizers can make a text. Replacements that act on each other multiply:
// forty replacements of `a` by `aa` would turn one letter into a terabyte. A file with such steps is rejected when it
// is read.
import Faults
import JSON

/// The limit for normalizers and pre-tokenizers.
enum Growth {
  /// The largest allowed factor in length.
  static let largest = 1000.0

  /// Checks the growth of the component in `node`.
  static func check(_ growth: Double, _ node: JSON.Node) throws(Fault) {
    guard growth > largest else { return }
    throw node.fault(
      "its steps can make a text more than \(Int(largest)) times as long, because each acts on what the others insert",
      hint: "remove duplicate steps")
  }
}

extension Normalizer {
  /// An upper bound of the factor by which replacements lengthen a text. A replacement multiplies an earlier one only
  /// if it can match what that one inserted.
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
  /// The minimum number of scalars in a match, as far as it is known.
  fileprivate var minimumLength: Int { if case .literal(let literal) = self { literal.count } else { 1 } }

  /// Whether a match can contain one of `scalars`; a regular expression is assumed to match anything.
  fileprivate func canMatch(partOf scalars: Set<Unicode.Scalar>) -> Bool {
    guard case .literal(let literal) = self else { return true }
    return literal.contains(where: scalars.contains)
  }
}

extension PreTokenizer {
  /// An upper bound of the factor by which the UTF-8 grows: every byte becomes a scalar of at most two bytes.
  var growth: Double {
    switch self {
    case .byteLevel: 2
    case .sequence(let steps): steps.reduce(1) { $0 * $1.growth }
    default: 1
    }
  }
}
