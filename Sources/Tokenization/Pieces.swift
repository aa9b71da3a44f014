// A text as the pre-tokenizers split it into smaller and smaller pieces.

/// Scalars and the pieces they are split into, in order.
struct Pieces {
  var scalars: [Unicode.Scalar]
  var ranges: [Range<Int>]
  /// Whether `scalars` begin where the whole text begins.
  private(set) var beginsText: Bool

  /// A text as one piece, or as none if it is empty.
  init(_ scalars: [Unicode.Scalar], beginsText: Bool = true) {
    (self.scalars, self.beginsText) = (scalars, beginsText)
    ranges = scalars.isEmpty ? [] : [0..<scalars.count]
  }

  /// What happens to the matches at which a text is split.
  enum Behavior: String, Sendable {
    /// They are dropped.
    case removed = "Removed"
    /// Each is a piece.
    case isolated = "Isolated"
    /// Each ends the piece before it.
    case mergedWithPrevious = "MergedWithPrevious"
    /// Each begins the piece after it.
    case mergedWithNext = "MergedWithNext"
    /// Adjacent matches become one piece.
    case contiguous = "Contiguous"
  }

  typealias Section = (range: Range<Int>, isMatch: Bool)

  /// Splits every piece where `pattern` matches, or where it does not match if `isInverted`.
  mutating func split(at pattern: SplitPattern, _ behavior: Behavior, isInverted: Bool = false) {
    ranges = ranges.flatMap { range in
      let sections = pattern.sections(of: scalars, in: range)
      return Self.pieces(isInverted ? sections.map { ($0.range, !$0.isMatch) } : sections, behavior)
    }
  }

  /// Splits every piece at each scalar for which `isMatch` is true.
  mutating func split(at isMatch: (Unicode.Scalar) -> Bool, _ behavior: Behavior) {
    var result: [Range<Int>] = []
    for range in ranges {
      var sections: [Section] = []
      var start = range.lowerBound
      for index in range where isMatch(scalars[index]) {
        if start < index { sections.append((start..<index, false)) }
        sections.append((index..<index + 1, true))
        start = index + 1
      }
      if start < range.upperBound { sections.append((start..<range.upperBound, false)) }
      result += Self.pieces(sections, behavior)
    }
    ranges = result
  }

  /// Rewrites every piece: `append` appends the new scalars of the piece in a range of the old ones.
  mutating func rewrite(_ append: (Range<Int>, [Unicode.Scalar], inout [Unicode.Scalar]) -> Void) {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count + scalars.count / 4)
    beginsText = beginsText && ranges.first?.lowerBound == 0
    for index in ranges.indices {
      let start = result.count
      append(ranges[index], scalars, &result)
      ranges[index] = start..<result.count
    }
    scalars = result
  }

  private static func pieces(_ sections: [Section], _ behavior: Behavior) -> [Range<Int>] {
    switch behavior {
    case .removed: sections.filter { !$0.isMatch }.map(\.range)
    case .isolated: sections.map(\.range)
    case .mergedWithPrevious: merged(sections) { $1.isMatch && !$0.isMatch }
    case .mergedWithNext: merged(sections) { $0.isMatch && !$1.isMatch }
    case .contiguous: merged(sections) { $0.isMatch == $1.isMatch }
    }
  }

  /// Joins a section to the one before it if `belongTogether` is true of the two.
  private static func merged(_ sections: [Section], _ belongTogether: (Section, Section) -> Bool) -> [Range<Int>] {
    var result: [Range<Int>] = []
    for (index, section) in sections.enumerated() {
      if index > 0, belongTogether(sections[index - 1], section) {
        result[result.count - 1] = result[result.count - 1].lowerBound..<section.range.upperBound
      } else {
        result.append(section.range)
      }
    }
    return result
  }
}
