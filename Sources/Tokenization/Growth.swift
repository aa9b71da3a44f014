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

  /// A step that replaces text by text.
  fileprivate struct Replacement {
    /// The text that it acts on, or nil if that may be any.
    let literal: [Unicode.Scalar]?
    /// The text that it inserts, or nil if that may be any.
    let inserted: Set<Unicode.Scalar>?
    /// How much longer a match becomes, at most.
    let factor: Double

    /// Whether it can match a part of what `other` inserts.
    func acts(on other: Replacement) -> Bool {
      guard let literal, let inserted = other.inserted else { return true }
      return literal.contains(where: inserted.contains)
    }
  }
}

extension Normalizer {
  /// An upper bound of the factor by which replacements lengthen a text. A replacement multiplies an earlier one only
  /// if it can match what that one inserted.
  var growth: Double {
    let replacements = replacements
    var growths = [Double](repeating: 1, count: replacements.count)
    for index in replacements.indices.reversed() {
      var later = 1.0
      for next in index + 1..<replacements.count where replacements[next].acts(on: replacements[index]) {
        later = max(later, growths[next])
      }
      growths[index] = later * max(1, replacements[index].factor)
    }
    return growths.max() ?? 1
  }

  private var replacements: [Growth.Replacement] {
    switch self {
    case .replace(.literal(let literal), let inserted):
      [.init(literal: literal, inserted: Set(inserted), factor: Double(inserted.count) / Double(literal.count))]
    case .replace(.regex, let inserted): [.init(literal: nil, inserted: Set(inserted), factor: Double(inserted.count))]
    case .precompiled(let table): [.init(literal: nil, inserted: nil, factor: Double(table.longest))]
    // A scalar has at most four bytes.
    case .byteLevel: [.init(literal: nil, inserted: nil, factor: 4)]
    case .sequence(let steps): steps.flatMap(\.replacements)
    default: []
    }
  }
}

extension PreTokenizer {
  /// An upper bound of the factor by which the UTF-8 grows: every byte becomes a scalar of at most two bytes, or every
  /// piece gets a replacement of at most four.
  var growth: Double {
    switch self {
    case .byteLevel: 2
    case .metaspace: 5
    case .sequence(let steps): steps.reduce(1) { $0 * $1.growth }
    default: 1
    }
  }
}
