// The second step of a tokenizer: the normalized text is split into pieces that the model encodes one by one.

/// A pre-tokenizer of `tokenizer.json`.
indirect enum PreTokenizer: Sendable {
  /// Removes white space and isolates every punctuation scalar.
  case bert
  /// Spells bytes as scalars of the byte alphabet, after splitting by GPT-2's expression if `usesPattern`.
  case byteLevel(addsPrefixSpace: Bool, usesPattern: Bool)
  /// Splits at a regular expression or a fixed text.
  case split(SplitPattern, Pieces.Behavior, isInverted: Bool)
  /// Isolates numbers: as a whole, or digit by digit.
  case digits(individually: Bool)
  /// Splits at punctuation.
  case punctuation(Pieces.Behavior)
  /// Splits into words and runs of other scalars; removes white space.
  case whitespace
  /// Splits at white space, which is removed, and nowhere else.
  case whitespaceSplit
  /// Splits at one scalar, which is removed.
  case delimiter(Unicode.Scalar)
  /// Cuts into pieces of the same length, but for the last one.
  case fixedLength(Int)
  /// Spells spaces visibly, and splits there.
  case metaspace(Metaspace)
  /// Applies pre-tokenizers one after the other.
  case sequence([PreTokenizer])

  /// Splits the pieces further.
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
    case .delimiter(let delimiter): pieces.split(at: { $0 == delimiter }, .removed)
    case .fixedLength(let length): pieces.cut(to: length)
    case .metaspace(let metaspace): metaspace.apply(&pieces)
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

  /// Replaces every scalar by the scalars that represent its UTF-8 bytes.
  fileprivate mutating func spellBytes() {
    rewrite { range, scalars, result in ByteLevel.spell(scalars[range], into: &result) }
  }

  /// Cuts every piece into pieces of `length` scalars; the last one may be shorter.
  fileprivate mutating func cut(to length: Int) {
    ranges = ranges.flatMap { range in
      stride(from: range.lowerBound, to: range.upperBound, by: length).map {
        $0..<min($0 + length, range.upperBound)
      }
    }
  }

  /// Splits into runs of word scalars and runs of scalars that are neither word nor space.
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
