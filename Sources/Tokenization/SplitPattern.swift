// The pattern at which a text is split: a fixed text or a regular expression.

/// The `pattern` of a Split or Replace.
enum SplitPattern: Sendable, Equatable {
  case literal([Unicode.Scalar])
  case regex(Pattern)

  /// `text[range]` in order, split into matches and the sections between them; empty sections are omitted.
  func sections(of text: [Unicode.Scalar], in range: Range<Int>) -> [(range: Range<Int>, isMatch: Bool)] {
    var sections: [(range: Range<Int>, isMatch: Bool)] = []
    var start = range.lowerBound
    var position = start
    func close(_ match: Range<Int>) {
      if start < match.lowerBound { sections.append((start..<match.lowerBound, false)) }
      if !match.isEmpty { sections.append((match, true)) }
      start = match.upperBound
      position = start
    }
    switch self {
    case .literal(let literal):
      while position + literal.count <= range.upperBound {
        if text[position..<position + literal.count].elementsEqual(literal) {
          close(position..<position + literal.count)
        } else {
          position += 1
        }
      }
    case .regex(let pattern):
      var matcher = Pattern.Matcher(pattern, text: text, range: range)
      while position < range.upperBound {
        if let end = matcher.match(at: position) { close(position..<end) } else { position += 1 }
      }
    }
    close(range.upperBound..<range.upperBound)
    return sections
  }
}
