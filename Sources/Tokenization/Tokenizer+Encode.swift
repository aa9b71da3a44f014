// Text to ids, alone and in pairs, truncated to a maximum length.
import Faults

/// The tokens of one text or of a pair.
package struct Encoding: Equatable, Sendable {
  /// [token] Token ids.
  package var ids: [Int32]
  /// [token] 0, or 1 in the second part of a pair, according to the file's post-processor.
  package var segments: [UInt8]
  /// [text] Number of its tokens that were kept if the encoding was truncated; empty if it was not.
  package var kept: [Int]
  /// Whether tokens were removed to keep to the maximum length.
  package var isTruncated: Bool { !kept.isEmpty }

  /// Tokens and their segments.
  package init(ids: [Int32], segments: [UInt8], kept: [Int] = []) {
    precondition(ids.count == segments.count, "\(ids.count) tokens, \(segments.count) segments")
    (self.ids, self.segments, self.kept) = (ids, segments, kept)
  }
}

extension Tokenizer {
  /// The ids of `text`, by default with the special tokens that the file specifies.
  package func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int32] {
    assemble(tokenize(text), nil, addSpecialTokens: addSpecialTokens).ids
  }

  /// The ids of `text`, at most `maximumLength` of them: a longer text loses tokens at its end, but no special tokens.
  /// - Throws: `Fault.configuration` if not even the special tokens fit.
  package func encode(_ text: String, addSpecialTokens: Bool = true, maximumLength: Int?) throws(Fault) -> Encoding {
    var ids = tokenize(text)
    let room = try room(maximumLength, isPair: false, addSpecialTokens)
    let isTruncated = ids.count > room
    if isTruncated { ids.removeSubrange(room...) }
    return assemble(ids, nil, addSpecialTokens: addSpecialTokens, kept: isTruncated ? [room] : [])
  }

  /// The ids of a pair such as question and answer, at most `maximumLength` of them. A longer pair loses tokens at the
  /// ends of its texts: the longer one first, and if both are longer than half the room, each keeps half (Hugging
  /// Face's `longest_first`).
  /// - Throws: `Fault.configuration` if not even the special tokens fit.
  package func encode(
    pair: (first: String, second: String), addSpecialTokens: Bool = true, maximumLength: Int? = nil
  ) throws(Fault) -> Encoding {
    var first = tokenize(pair.first)
    var second = tokenize(pair.second)
    let room = try room(maximumLength, isPair: true, addSpecialTokens)
    let isTruncated = first.count + second.count > room
    if isTruncated {
      let (firstLength, secondLength) = Self.longestFirst(first.count, second.count, room: room)
      first.removeSubrange(firstLength...)
      second.removeSubrange(secondLength...)
    }
    let kept = isTruncated ? [first.count, second.count] : []
    return assemble(first, second, addSpecialTokens: addSpecialTokens, kept: kept)
  }

  /// Number of tokens of each text to keep if together they exceed `room`.
  private static func longestFirst(_ first: Int, _ second: Int, room: Int) -> (Int, Int) {
    let shorter = min(first, second)
    if 2 * shorter <= room { return first <= second ? (first, room - first) : (room - second, second) }
    // The odd token goes to the longer text, or to the second one if both have the same length.
    return first <= second ? (room / 2, room - room / 2) : (room - room / 2, room / 2)
  }

  /// Number of text tokens that fit.
  private func room(_ maximumLength: Int?, isPair: Bool, _ addSpecialTokens: Bool) throws(Fault) -> Int {
    guard let maximumLength else { return .max }
    let added = addSpecialTokens ? postProcessor.addedCount(isPair: isPair) : 0
    guard maximumLength >= added else {
      throw Fault(
        .configuration, "maximum length \(maximumLength)", "the tokenizer's \(added) special tokens do not fit",
        hint: "increase the maximum length")
    }
    return maximumLength - added
  }

  private func assemble(
    _ first: [Int32], _ second: [Int32]?, addSpecialTokens: Bool, kept: [Int] = []
  ) -> Encoding {
    var encoding = Encoding(ids: [], segments: [], kept: kept)
    for part in second == nil ? postProcessor.single : postProcessor.pair {
      switch part {
      case .special(let ids, let segment):
        if addSpecialTokens { encoding.append(ids, segment) }
      case .sequence(let isSecond, let segment): encoding.append(isSecond ? second ?? [] : first, segment)
      }
    }
    return encoding
  }

  /// The normalized pieces of `text` that the model encodes, with each added token as one piece. For inspecting a
  /// tokenizer; a byte-level tokenizer's pieces are written in the byte alphabet.
  package func pieces(of text: String) -> [String] {
    var pieces: [String] = []
    forEachPiece(
      of: text, token: { pieces.append(token($0) ?? "") },
      piece: { pieces.append(String(String.UnicodeScalarView($0))) })
    return pieces
  }

  /// The ids of a text alone.
  private func tokenize(_ text: String) -> [Int32] {
    var ids: [Int32] = []
    var word: [UInt8] = []
    // Local names, so that the closures do not copy the whole tokenizer for every word.
    let (model, cache) = (model, cache)
    forEachPiece(
      of: text, token: { ids.append($0) },
      piece: { piece in
        word.removeAll(keepingCapacity: true)
        for scalar in piece { word.append(contentsOf: scalar.utf8) }
        word.withUnsafeBytes { word in
          cache.append(word, to: &ids) { ids in model.tokenize(word, into: &ids) }
        }
      })
    return ids
  }

  /// Splits `text`: first at added tokens in the original text, then at those in the normalized text, and the rest into
  /// pieces.
  private func forEachPiece(
    of text: String, token: (Int32) -> Void, piece: (ArraySlice<Unicode.Scalar>) -> Void
  ) {
    let text = Array(text.unicodeScalars)
    for section in added.sections(ofRaw: text) {
      guard let (stretch, start) = section.text(in: text, token) else { continue }
      let normalized = normalizer?.apply(stretch) ?? stretch
      for section in added.sections(ofNormalized: normalized) {
        guard let (stretch, offset) = section.text(in: normalized, token) else { continue }
        var pieces = Pieces(stretch, beginsText: start == 0 && offset == 0)
        preTokenizer?.apply(&pieces)
        for range in pieces.ranges { piece(pieces.scalars[range]) }
      }
    }
  }
}

extension AddedTokens.Section {
  /// The section's scalars and where they begin, or nil for a token, which is passed to `token`.
  fileprivate func text(
    in text: [Unicode.Scalar], _ token: (Int32) -> Void
  ) -> (scalars: [Unicode.Scalar], start: Int)? {
    switch self {
    case .text(let range): return (range.count == text.count ? text : Array(text[range]), range.lowerBound)
    case .token(let id):
      token(id)
      return nil
    }
  }
}

extension Encoding {
  fileprivate mutating func append(_ ids: [Int32], _ segment: UInt8) {
    self.ids += ids
    segments += repeatElement(segment, count: ids.count)
  }
}
