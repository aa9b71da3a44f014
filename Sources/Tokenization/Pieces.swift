// A text on its way through the pre-tokenizers, cut into ever smaller pieces.

/// Scalars and the pieces they are cut into, in order.
struct Pieces {
  var scalars: [Unicode.Scalar]
  var ranges: [Range<Int>]

  /// A text in one piece, or in none when it is empty.
  init(_ scalars: [Unicode.Scalar]) {
    self.scalars = scalars
    ranges = scalars.isEmpty ? [] : [0..<scalars.count]
  }

  /// What becomes of the stretches at which a text is cut.
  enum Behavior: String, Sendable {
    /// They are dropped.
    case removed = "Removed"
    /// Each is a piece.
    case isolated = "Isolated"
    /// Each ends the piece before it.
    case mergedWithPrevious = "MergedWithPrevious"
    /// Each begins the piece behind it.
    case mergedWithNext = "MergedWithNext"
    /// Neighbours are one piece.
    case contiguous = "Contiguous"
  }

  typealias Section = (range: Range<Int>, isMatch: Bool)

  /// Cuts every piece where `pattern` matches, or where it does not match when `isInverted`.
  mutating func split(at pattern: SplitPattern, _ behavior: Behavior, isInverted: Bool = false) {
    ranges = ranges.flatMap { range in
      let sections = pattern.sections(of: scalars, in: range)
      return Self.pieces(isInverted ? sections.map { ($0.range, !$0.isMatch) } : sections, behavior)
    }
  }

  /// Cuts every piece at the scalars for which `isMatch` holds, each by itself.
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

  private static func pieces(_ sections: [Section], _ behavior: Behavior) -> [Range<Int>] {
    switch behavior {
    case .removed: sections.filter { !$0.isMatch }.map(\.range)
    case .isolated: sections.map(\.range)
    case .mergedWithPrevious: merged(sections) { $1.isMatch && !$0.isMatch }
    case .mergedWithNext: merged(sections) { $0.isMatch && !$1.isMatch }
    case .contiguous: merged(sections) { $0.isMatch == $1.isMatch }
    }
  }

  /// Joins a section to the one before it where `belongTogether` says so of the two.
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
