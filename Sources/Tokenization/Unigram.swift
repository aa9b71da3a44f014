// Unigram: of all ways to write a word as tokens, the one whose tokens are the most probable together, found by
// Viterbi's algorithm (Kudo, Subword Regularization, 2018; SentencePiece).
import Faults
import JSON

/// A Unigram model.
struct Unigram: Sendable {
  /// How much less probable an unknown scalar is than the least probable token, as a difference of log-probabilities.
  private static let unknownPenalty = 10.0

  let vocabulary: Vocabulary
  let unknown: Int32
  /// [id] The logarithm of the token's probability.
  private let scores: [Double]
  private let unknownScore: Double
  private let search: TokenSearch
  /// [byte] The tokens `<0x00>` to `<0xFF>` for unknown text, nil where the vocabulary lacks one; empty without byte
  /// fallback.
  private let byteTokens: [Int32?]

  /// The model in `tokenizer.json`: its `vocab` is a list of tokens with their scores, in the order of their ids.
  init(_ node: JSON.Node) throws(Fault) {
    try node.allow("vocab", "unk_id", "byte_fallback")
    let list = try node.member("vocab")
    guard case .array(let elements) = list.value else { throw list.mismatch("an array") }
    var vocabulary = Vocabulary(capacity: elements.count)
    var scores: [Double] = []
    for (id, element) in elements.enumerated() {
      let entry = JSON.Node(element, subject: list.subject, path: "\(list.path)[\(id)]")
      guard case .array(let pair) = element, pair.count == 2, case .string(let token) = pair[0] else {
        throw entry.mismatch("a token and its score")
      }
      try vocabulary.add(token, id, at: entry)
      scores.append(try entry.array()[1].double())
    }
    guard let unknown = try node.optional("unk_id") else {
      throw node.fault("unk_id is missing: text that the vocabulary lacks would have no id")
    }
    guard scores.indices.contains(try unknown.int()) else {
      throw unknown.fault("\(try unknown.int()) is not an id of the \(scores.count) tokens")
    }
    self.unknown = Int32(try unknown.int())
    (self.vocabulary, self.scores) = (vocabulary, scores)
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    search = TokenSearch(vocabulary)
    byteTokens = try node.flag("byte_fallback", default: false) ? vocabulary.byteTokens : []
  }

  /// The best way to write the text up to some position.
  private struct Path {
    var score = 0.0
    /// Where its last token begins; -1 before a way is known.
    var start = -1
    var token: Int32 = 0
  }

  /// Appends the ids of one word, given in UTF-8. Neighbouring unknown scalars become one unknown token, or their
  /// bytes.
  func tokenize(_ word: UnsafeRawBufferPointer, into ids: inout [Int32]) {
    let paths = bestPaths(of: word)
    var pieces: [(start: Int, end: Int, token: Int32)] = []
    var end = word.count
    while end > 0 {
      let path = paths[end]
      if path.token == unknown, let last = pieces.last, last.token == unknown {
        pieces[pieces.count - 1].start = path.start
      } else {
        pieces.append((path.start, end, path.token))
      }
      end = path.start
    }
    for piece in pieces.reversed() {
      if piece.token == unknown {
        append(unknown: UnsafeRawBufferPointer(rebasing: word[piece.start..<piece.end]), to: &ids)
      } else {
        ids.append(piece.token)
      }
    }
  }

  /// [position] The best path to each end of a scalar. Of equally probable ones, the one with the longest last token.
  private func bestPaths(of word: UnsafeRawBufferPointer) -> [Path] {
    var paths = [Path](repeating: Path(), count: word.count + 1)
    var node: Int32 = 0
    var scalarStart = 0
    for end in 1..<max(1, word.count + 1) {
      node = search.step(from: node, word[end - 1])
      // Tokens are text, so that they end where scalars end.
      if end < word.count, word[end] & 0xC0 == 0x80 { continue }
      func consider(_ token: Int32, from start: Int, _ score: Double) {
        let score = score + paths[start].score
        if paths[end].start < 0 || score > paths[end].score {
          paths[end] = Path(score: score, start: start, token: token)
        }
      }
      var start = -1
      var found = search.nodes[Int(node)].token >= 0 ? node : search.nodes[Int(node)].nextToken
      while found >= 0 {
        let token = search.nodes[Int(found)].token
        start = end - Int(search.nodes[Int(found)].length)
        consider(token, from: start, scores[Int(token)])
        found = search.nodes[Int(found)].nextToken
      }
      // The last token found is the shortest one.
      if start != scalarStart { consider(unknown, from: scalarStart, unknownScore) }
      scalarStart = end
    }
    return paths
  }

  /// Several unknown scalars together may be a token.
  private func append(unknown text: UnsafeRawBufferPointer, to ids: inout [Int32]) {
    if let id = vocabulary.id(text) {
      ids.append(id)
    } else if !byteTokens.isEmpty, text.allSatisfy({ byteTokens[Int($0)] != nil }) {
      ids += text.compactMap { byteTokens[Int($0)] }
    } else {
      ids.append(unknown)
    }
  }
}
