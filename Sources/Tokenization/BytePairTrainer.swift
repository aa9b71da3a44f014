// Learns a byte-level BPE vocabulary: repeatedly, the most frequent pair of neighbours becomes a token (Sennrich et
// al., 2016, algorithm 1), over words as GPT-2's expression splits them. The result is a complete `tokenizer.json`.
import Faults
import JSON

/// Trains a byte-level BPE tokenizer.
///
/// Deterministic: among equally frequent pairs, the one with the lower ids is merged first, and the order of the texts
/// does not matter.
package struct BytePairTrainer {
  /// How often a pair must occur to become a token.
  package static let leastFrequency = 2

  private struct Pair: Hashable, Comparable {
    let left: Int32
    let right: Int32
    static func < (one: Pair, other: Pair) -> Bool { (one.left, one.right) < (other.left, other.right) }
  }

  private struct Candidate: Comparable {
    let count: Int
    let pair: Pair
    /// The most frequent first; ties go to the lower ids.
    static func < (one: Candidate, other: Candidate) -> Bool {
      one.count != other.count ? one.count > other.count : one.pair < other.pair
    }
  }

  /// [id] The tokens: special ones, the 256 bytes, and the merged pairs.
  private var tokens: [String]
  private var ids = ByteTable()
  private var merges: [(left: String, right: String)] = []
  /// [word] Its symbols.
  private var words: [[Int32]] = []
  /// [word] How often it occurs.
  private var frequencies: [Int] = []
  private var counts: [Pair: Int] = [:]
  /// The words in which a pair occurs or has occurred.
  private var wordsOfPair: [Pair: [Int32]] = [:]
  private var candidates = MinimumHeap<Candidate>()

  /// A `tokenizer.json` with a vocabulary learned from `texts`.
  ///
  /// - Parameters:
  ///   - texts: What to learn from. Special tokens in them have no meaning here.
  ///   - vocabularySize: Number of tokens, including special ones and the 256 bytes; there are fewer if no pair occurs
  ///     twice any more.
  ///   - specialTokens: Their ids are 0, 1, 2, ...; the text `<s>` in a prompt becomes that token.
  ///   - beginning: The special token that precedes every text, or nil for none.
  /// - Throws: `Fault.usage` if the size has no room for the bytes, a special token is empty or duplicate, or
  ///   `beginning` is not a special token.
  package static func train(
    _ texts: some Sequence<String>, vocabularySize: Int, specialTokens: [String] = ["<s>", "</s>"],
    beginning: String? = "<s>"
  ) throws(Fault) -> JSON {
    var trainer = try BytePairTrainer(specialTokens)
    guard vocabularySize > trainer.tokens.count else {
      throw Fault(
        .usage, "vocabulary size", "\(vocabularySize) is too small, must be more than \(trainer.tokens.count)")
    }
    if let beginning, !specialTokens.contains(where: { $0.utf8.elementsEqual(beginning.utf8) }) {
      throw Fault(.usage, "special tokens", "\"\(beginning)\" must begin every text, but is not among them")
    }
    trainer.count(texts)
    while trainer.tokens.count < vocabularySize, trainer.joinMostFrequentPair() {}
    return trainer.tokenizer(specialTokens, beginning)
  }

  private init(_ specialTokens: [String]) throws(Fault) {
    // The bytes in the order of their scalars, as in the reference.
    tokens = specialTokens + ByteLevel.scalars.sorted().map { String($0) }
    for token in tokens {
      guard !token.isEmpty, ids.insert(token).isNew else {
        throw Fault(.usage, "special tokens", "\"\(token)\" is empty, duplicate or one of the bytes")
      }
    }
  }

  private mutating func count(_ texts: some Sequence<String>) {
    var table = ByteTable()
    let cutting = PreTokenizer.byteLevel(addsPrefixSpace: false, usesPattern: true)
    for text in texts {
      var pieces = Pieces(Array(text.unicodeScalars))
      cutting.apply(&pieces)
      for range in pieces.ranges {
        let (number, isNew) = table.insert(String(String.UnicodeScalarView(pieces.scalars[range])))
        if isNew {
          frequencies.append(0)
          words.append(pieces.scalars[range].map { Int32(ids.find(String($0)) ?? -1) })
        }
        frequencies[number] += 1
      }
    }
    for word in words.indices { countPairs(of: word, sign: 1) }
    for (pair, count) in counts { candidates.insert(Candidate(count: count, pair: pair)) }
  }

  /// Adds the pairs of a word to the counts, or subtracts them.
  private mutating func countPairs(of word: Int, sign: Int) {
    for (left, right) in zip(words[word], words[word].dropFirst()) {
      let pair = Pair(left: left, right: right)
      counts[pair, default: 0] += sign * frequencies[word]
      if sign > 0, wordsOfPair[pair]?.last != Int32(word) { wordsOfPair[pair, default: []].append(Int32(word)) }
    }
  }

  /// Turns the most frequent pair into a token; false if no pair occurs often enough.
  private mutating func joinMostFrequentPair() -> Bool {
    while let candidate = candidates.popMinimum() {
      let pair = candidate.pair
      let count = counts[pair] ?? 0
      // Counts only decrease, except for pairs with a new token, which are inserted again: a stale candidate goes back
      // with its lower count.
      if count < candidate.count {
        if count >= Self.leastFrequency { candidates.insert(Candidate(count: count, pair: pair)) }
        continue
      }
      guard count >= Self.leastFrequency else { return false }
      join(pair)
      return true
    }
    return false
  }

  private mutating func join(_ pair: Pair) {
    let (left, right) = (tokens[Int(pair.left)], tokens[Int(pair.right)])
    merges.append((left, right))
    let (number, isNew) = ids.insert(left + right)
    if isNew { tokens.append(left + right) }
    var touched: Set<Pair> = []
    for word in Set(wordsOfPair.removeValue(forKey: pair) ?? []).sorted() {
      let symbols = words[Int(word)]
      let joined = Self.joined(symbols, pair, to: Int32(number))
      if joined.count == symbols.count { continue }
      countPairs(of: Int(word), sign: -1)
      words[Int(word)] = joined
      countPairs(of: Int(word), sign: 1)
      for (left, right) in zip(joined, joined.dropFirst()) where left == number || right == number {
        touched.insert(Pair(left: left, right: right))
      }
    }
    for pair in touched { candidates.insert(Candidate(count: counts[pair] ?? 0, pair: pair)) }
  }

  /// `symbols` with every occurrence of `pair`, from the left, replaced by `token`.
  private static func joined(_ symbols: [Int32], _ pair: Pair, to token: Int32) -> [Int32] {
    var result: [Int32] = []
    result.reserveCapacity(symbols.count)
    for symbol in symbols {
      if symbol == pair.right, result.last == pair.left {
        result[result.count - 1] = token
      } else {
        result.append(symbol)
      }
    }
    return result
  }

  private func tokenizer(_ specialTokens: [String], _ beginning: String?) -> JSON {
    let byteLevel: JSON = ["type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true]
    let added = specialTokens.enumerated().map { id, token -> JSON in
      [
        "id": .integer(id), "content": .string(token), "single_word": false, "lstrip": false, "rstrip": false,
        "normalized": false, "special": true,
      ]
    }
    return [
      "version": "1.0", "truncation": .null, "padding": .null, "added_tokens": .array(added), "normalizer": .null,
      "pre_tokenizer": byteLevel, "post_processor": beginning.map(template) ?? byteLevel, "decoder": byteLevel,
      "model": [
        "type": "BPE", "dropout": .null, "unk_token": .null, "continuing_subword_prefix": .null,
        "end_of_word_suffix": .null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
        "vocab": .object(JSON.Object(tokens.enumerated().map { ($0.element, .integer($0.offset)) })),
        "merges": .array(merges.map { [.string($0.left), .string($0.right)] }),
      ],
    ]
  }

  /// A template that puts the token `beginning` before a text, and before each text of a pair.
  private func template(_ beginning: String) -> JSON {
    func sequence(_ name: String, _ type: Int) -> JSON {
      ["Sequence": ["id": .string(name), "type_id": .integer(type)]]
    }
    func special(_ type: Int) -> JSON { ["SpecialToken": ["id": .string(beginning), "type_id": .integer(type)]] }
    let id = JSON.integer(ids.find(beginning) ?? 0)
    return [
      "type": "TemplateProcessing", "single": [special(0), sequence("A", 0)],
      "pair": [special(0), sequence("A", 0), special(1), sequence("B", 1)],
      "special_tokens": .object(
        JSON.Object([(beginning, ["id": .string(beginning), "ids": [id], "tokens": [.string(beginning)]])])),
    ]
  }
}
