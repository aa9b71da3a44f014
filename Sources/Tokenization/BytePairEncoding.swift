// Byte-pair encoding: a word starts as its scalars, and the neighbours whose merge was learned first are merged until
// no merge applies (Sennrich et al., 2016; byte-level since GPT-2, where the scalars represent bytes).
import Faults
import JSON

/// A BPE model.
struct BytePairEncoding: Sendable {
  /// The token that two neighbours become, and its priority: lower ranks first.
  private struct Merge {
    let rank: UInt32
    let id: Int32
  }

  let vocabulary: Vocabulary
  /// Keyed by the two ids, the left one in the upper half.
  private var merges: [UInt64: Merge]
  let unknown: Int32?
  /// Whether consecutive unknown scalars become one unknown token.
  private let fusesUnknown: Bool
  /// [byte] The tokens `<0x00>` to `<0xFF>`, for scalars that the vocabulary lacks; empty without byte fallback.
  private let byteTokens: [Int32]
  /// Whether a word that is a token becomes that token without applying merges.
  private let ignoresMerges: Bool

  /// The model in `tokenizer.json`.
  init(_ node: JSON.Node) throws(Fault) {
    try node.allow(
      "vocab", "merges", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk",
      "byte_fallback", "ignore_merges")
    for affix in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let node = try node.optional(affix), try !node.string().isEmpty {
        throw node.fault(
          "\"\(try node.string())\" is not implemented", hint: "only BPE without affixes is: GPT-2, Llama, Qwen")
      }
    }
    if let dropout = try node.optional("dropout"), try dropout.double() != 0 {
      throw dropout.fault("BPE dropout is not implemented: tokens must not be random", hint: "set it to null")
    }
    vocabulary = try Vocabulary(node.object("vocab"))
    merges = try Self.merges(node.member("merges"), vocabulary)
    fusesUnknown = try node.optional("fuse_unk")?.bool() ?? false
    ignoresMerges = try node.optional("ignore_merges")?.bool() ?? false
    if let token = try node.optional("unk_token")?.string() {
      unknown = try vocabulary.unknown(token, node)
    } else {
      unknown = nil
    }
    byteTokens = try node.flag("byte_fallback", default: false) ? try Self.byteTokens(node, vocabulary) : []
  }

  /// Whether every scalar becomes a token.
  var knowsEveryScalar: Bool { unknown != nil || !byteTokens.isEmpty }

  private static func merges(_ node: JSON.Node, _ vocabulary: Vocabulary) throws(Fault) -> [UInt64: Merge] {
    guard case .array(let elements) = node.value, !elements.isEmpty else {
      throw node.fault(
        "a BPE model without merges: every text would become single bytes",
        hint: "merges must be a list of \"a b\" or [\"a\", \"b\"]")
    }
    var merges = [UInt64: Merge](minimumCapacity: elements.count)
    for (rank, element) in elements.enumerated() {
      guard let (left, right) = halves(of: element) else {
        throw node.fault("element \(rank) is neither \"a b\" nor [\"a\", \"b\"]")
      }
      guard let first = vocabulary.id(left), let second = vocabulary.id(right), let whole = vocabulary.id(left + right)
      else {
        let missing = vocabulary.id(left) == nil ? left : vocabulary.id(right) == nil ? right : left + right
        throw node.fault(
          "element \(rank) joins \"\(left)\" and \"\(right)\", but \"\(missing)\" is not in the vocabulary")
      }
      // If a pair has two lines, the later one counts, as in the reference.
      merges[key(first, second)] = Merge(rank: UInt32(rank), id: whole)
    }
    return merges
  }

  /// Reads both forms of a merge: files written since 2024 have pairs, older ones a string with a space.
  private static func halves(of element: JSON) -> (String, String)? {
    switch element {
    case .string(let text):
      let parts = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
      return (String(Substring(parts[0])), String(Substring(parts[1])))
    case .array(let parts):
      guard parts.count == 2, case .string(let left) = parts[0], case .string(let right) = parts[1] else { return nil }
      return (left, right)
    default: return nil
    }
  }

  private static func byteTokens(_ node: JSON.Node, _ vocabulary: Vocabulary) throws(Fault) -> [Int32] {
    let tokens = vocabulary.byteTokens
    if let missing = tokens.firstIndex(of: nil) {
      throw node.fault("byte_fallback needs \"\(Vocabulary.name(of: UInt8(missing)))\" in the vocabulary")
    }
    return tokens.compactMap { $0 }
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// Appends the ids of one word, given in UTF-8.
  func tokenize(_ word: UnsafeRawBufferPointer, into ids: inout [Int32]) {
    if ignoresMerges, let id = vocabulary.id(word) {
      ids.append(id)
      return
    }
    var symbols = symbols(of: word)
    join(&symbols)
    ids += symbols.lazy.filter { $0 >= 0 }
  }

  /// The ids of the word's scalars.
  private func symbols(of word: UnsafeRawBufferPointer) -> [Int32] {
    var symbols: [Int32] = []
    symbols.reserveCapacity(word.count)
    var lastIsUnknown = false
    var start = 0
    while start < word.count {
      var end = start + 1
      while end < word.count, word[end] & 0xC0 == 0x80 { end += 1 }
      let scalar = UnsafeRawBufferPointer(rebasing: word[start..<end])
      start = end
      if let id = vocabulary.id(scalar) {
        symbols.append(id)
        lastIsUnknown = false
      } else if !byteTokens.isEmpty {
        for byte in scalar { symbols.append(byteTokens[Int(byte)]) }
        lastIsUnknown = false
      } else if let unknown {
        if !(fusesUnknown && lastIsUnknown) { symbols.append(unknown) }
        lastIsUnknown = true
      }
      // Otherwise it is a byte that the vocabulary lacks; the reference drops it too. StarCoder and SmolLM2 have such
      // files.
    }
    return symbols
  }

  /// Merges neighbours, lowest rank first and then from the left; a symbol merged into its left neighbour becomes -1.
  private func join(_ symbols: inout [Int32]) {
    guard symbols.count > 1 else { return }
    // A linked list over the symbols, and a heap of candidates: rank in the upper half, position in the lower half.
    // O(n log n).
    var next = Array(1...symbols.count)
    var previous = Array(-1..<symbols.count - 1)
    var heap = MinimumHeap<UInt64>()
    func consider(_ left: Int, _ right: Int) {
      if let merge = merges[Self.key(symbols[left], symbols[right])] {
        heap.insert(UInt64(merge.rank) << 32 | UInt64(left))
      }
    }
    for left in 0..<symbols.count - 1 { consider(left, left + 1) }
    while let candidate = heap.popMinimum() {
      let left = Int(candidate & 0xFFFF_FFFF)
      guard symbols[left] >= 0, next[left] < symbols.count else { continue }
      let right = next[left]
      // The candidate is stale if one of its two symbols has been merged with another since.
      guard let merge = merges[Self.key(symbols[left], symbols[right])], UInt64(merge.rank) == candidate >> 32 else {
        continue
      }
      symbols[left] = merge.id
      symbols[right] = -1
      next[left] = next[right]
      if next[left] < symbols.count {
        previous[next[left]] = left
        consider(left, next[left])
      }
      if previous[left] >= 0 { consider(previous[left], left) }
    }
  }
}
