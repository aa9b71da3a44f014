// How the attention of a pass is divided: into blocks of queries of one head of one sequence, and what each query sees.
import Arrays

/// Some queries of one head of one sequence, and the keys that any of them sees.
struct AttentionBlock {
  /// Queries of a block: its weights over a thousand keys take 256 kilobytes.
  static let size = 64

  let (sequence, head): (Int, Int)
  /// Tokens of the sequence.
  let tokens: Int
  /// The tokens of each of its branches; empty without.
  let branches: [Range<Int>]
  /// How many queries the block has, and the token of the first.
  let (queries, position): (Int, Int)
  /// The tokens that any of them sees; the rest is skipped. It begins at a multiple of sixteen, at 0 without a window.
  let keys: Range<Int>
  /// The row of the first query in the pass.
  let row: Int
  /// The offset of the head's values of the first query, in q and the context.
  let query: Int
  /// The offset of the head's values of the sequence's first token, in k and v.
  let start: Int
  /// The offset of the head's values of the first key, in k and v.
  let key: Int
  /// Whether it is the head's first, and its last.
  let (isFirst, isLast): (Bool, Bool)
  /// Whether dk and dv have been set before: by an earlier block, by an earlier query head with the same key and value
  /// head, or to zero.
  let adds: Bool

  /// From one row of weights to the next.
  var stride: Int { Self.stride(keys.count) }
  /// From one row of a transposed head to the next.
  var wholeStride: Int { Self.stride(tokens) }

  /// From one row of `count` attention weights to the next: a multiple of sixteen, so that no row of a product has a
  /// tail. Values beyond the keys are written and never read.
  static func stride(_ count: Int) -> Int { (count + 15) & ~15 }

  /// What a query sees, in columns of the block's weights: column 0 is the first key.
  struct Visible {
    /// From the first to the last column that it sees.
    let columns: Range<Int>
    /// Columns among them that it does not see: the branches before its own.
    let hidden: Range<Int>
    /// Tokens of the branches before its own: by so much its position in its text is less than in the sequence.
    let skipped: Int
  }

  /// What query `index` sees.
  ///
  /// - Parameter window: a token at this distance or more is hidden; nil for none.
  func visible(_ index: Int, causal: Bool, window: Int?) -> Visible {
    let token = position + index
    let end = causal ? token + 1 : keys.upperBound
    if branches.isEmpty && window == nil { return Visible(columns: 0..<end, hidden: 0..<0, skipped: 0) }
    let others = otherBranches(token)
    guard let window else {
      return Visible(columns: 0..<end, hidden: others, skipped: others.count)
    }
    // Within the token's own branch distances are those in the sequence, to the shared beginning those in the text.
    let inText = token - others.count - window + 1
    let first = max(keys.lowerBound, inText < others.lowerBound ? inText : token - window + 1)
    let columns = first - keys.lowerBound..<min(end, token + window) - keys.lowerBound
    let hidden = others.lowerBound - keys.lowerBound..<others.upperBound - keys.lowerBound
    return Visible(columns: columns, hidden: hidden.clamped(to: columns), skipped: others.count)
  }

  /// The tokens between the shared beginning and the branch of `token`, which that token does not see.
  private func otherBranches(_ token: Int) -> Range<Int> {
    guard let first = branches.first?.lowerBound, let own = branches.first(where: { $0.contains(token) }) else {
      return token..<token
    }
    return first..<own.lowerBound
  }
}

extension Attention {
  /// Calls `body` for the blocks of every head of every sequence that has queries. A head's last queries come first:
  /// without a window they see all keys and so set every row of dk and dv, to which the others add.
  func forEachBlock(_ pass: Pass, _ body: (AttentionBlock) -> Void) {
    let group = heads / keyValueHeads
    for (sequence, asking) in pass.selection.ranges.enumerated() where !asking.isEmpty {
      let rows = pass.batch.rows(of: sequence)
      let branches = pass.batch.branches[sequence].map {
        $0.lowerBound - rows.lowerBound..<$0.upperBound - rows.lowerBound
      }
      for head in 0..<heads {
        for end in stride(from: asking.count, to: 0, by: -AttentionBlock.size) {
          let start = max(0, end - AttentionBlock.size)
          let position = asking.lowerBound - rows.lowerBound + start
          let isFirst = end == asking.count
          let keys = keys(
            of: position..<position + end - start, tokens: rows.count, isFirst: isFirst, hasBranches: !branches.isEmpty)
          let row = pass.selection.starts[sequence] + start
          let headStart = rows.lowerBound * keyWidth + head / group * headSize
          body(
            AttentionBlock(
              sequence: sequence, head: head, tokens: rows.count, branches: branches, queries: end - start,
              position: position, keys: keys, row: row, query: row * queryWidth + head * headSize, start: headStart,
              key: headStart + keys.lowerBound * keyWidth, isFirst: isFirst, isLast: start == 0,
              adds: window != nil || !isFirst || head % group != 0))
        }
      }
    }
  }

  /// The tokens that a block of queries may see, from a multiple of sixteen on.
  func keys(of queries: Range<Int>, tokens: Int, isFirst: Bool, hasBranches: Bool) -> Range<Int> {
    guard let window else { return 0..<(causal && !isFirst ? queries.upperBound : tokens) }
    let first = hasBranches ? 0 : max(0, queries.lowerBound - window + 1)
    return first & ~15..<(causal ? queries.upperBound : min(tokens, queries.upperBound - 1 + window))
  }
}
