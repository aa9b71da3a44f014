// The second step of a tokenizer: the normalized text is cut into the pieces that the model sees one by one.

/// A pre-tokenizer of `tokenizer.json`.
indirect enum PreTokenizer: Sendable {
  /// White space dropped, every punctuation scalar by itself.
  case bert
  /// Bytes as scalars of their own alphabet, after GPT-2's expression has cut the text where `usesPattern` says so.
  case byteLevel(addsPrefixSpace: Bool, usesPattern: Bool)
  /// Cut at an expression or a fixed text.
  case split(SplitPattern, Pieces.Behavior, isInverted: Bool)
  /// Numbers set apart: together, or digit by digit.
  case digits(individually: Bool)
  /// Punctuation set apart.
  case punctuation(Pieces.Behavior)
  /// Words and runs of other signs; white space dropped.
  case whitespace
  /// White space dropped, nothing else cut.
  case whitespaceSplit
  /// One after the other.
  case sequence([PreTokenizer])

  /// Cuts the pieces further.
  func apply(_ pieces: inout Pieces) {
    switch self {
    case .bert:
      pieces.split(at: ReferenceUnicode.isSpace, .removed)
      pieces.split(at: ReferenceUnicode.isBertPunctuation, .isolated)
    case .byteLevel(let addsPrefixSpace, let usesPattern):
      if addsPrefixSpace { pieces.addPrefixSpaces() }
      if usesPattern { pieces.split(at: .regex(.gpt2), .isolated) }
      pieces.spellBytes()
    case .split(let pattern, let behavior, let isInverted):
      pieces.split(at: pattern, behavior, isInverted: isInverted)
    case .digits(let individually):
      pieces.split(at: ReferenceUnicode.isNumeric, individually ? .isolated : .contiguous)
    case .punctuation(let behavior): pieces.split(at: ReferenceUnicode.isBertPunctuation, behavior)
    case .whitespace: pieces.splitIntoWords()
    case .whitespaceSplit: pieces.split(at: ReferenceUnicode.isSpace, .removed)
    case .sequence(let steps): for step in steps { step.apply(&pieces) }
    }
  }
}

extension Pieces {
  /// Puts a space in front of every piece that does not begin with one.
  fileprivate mutating func addPrefixSpaces() {
    rewrite { range, scalars, result in
      if scalars[range.lowerBound] != " " { result.append(" ") }
      result += scalars[range]
    }
  }

  /// Replaces every scalar by the scalars of its bytes.
  fileprivate mutating func spellBytes() {
    let alphabet = ByteLevel.scalars
    rewrite { range, scalars, result in
      for scalar in scalars[range] {
        for byte in scalar.utf8 { result.append(alphabet[Int(byte)]) }
      }
    }
  }

  private mutating func rewrite(_ append: (Range<Int>, [Unicode.Scalar], inout [Unicode.Scalar]) -> Void) {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count + scalars.count / 4)
    for index in ranges.indices {
      let start = result.count
      append(ranges[index], scalars, &result)
      ranges[index] = start..<result.count
    }
    scalars = result
  }

  /// Runs of word scalars, and runs of what is neither word nor space.
  fileprivate mutating func splitIntoWords() {
    var result: [Range<Int>] = []
    for range in ranges {
      var start = range.lowerBound
      while start < range.upperBound {
        guard !ReferenceUnicode.isSpace(scalars[start]) else {
          start += 1
          continue
        }
        let isWord = ReferenceUnicode.isWord(scalars[start])
        let end = scalars[start..<range.upperBound].firstIndex {
          ReferenceUnicode.isSpace($0) || ReferenceUnicode.isWord($0) != isWord
        }
        result.append(start..<(end ?? range.upperBound))
        start = end ?? range.upperBound
      }
    }
    ranges = result
  }
}
