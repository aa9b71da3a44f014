// Finds all tokens in a text in one pass (Aho and Corasick, Efficient String Matching, 1975): the time does not depend
// on the length of the tokens, so that no vocabulary makes it quadratic.

/// The trie of a vocabulary over bytes, with a link from each prefix to its longest proper suffix that is a prefix too.
struct TokenSearch: Sendable {
  /// A prefix of some token. Nodes are in breadth-first order, so that a node's children are neighbours, sorted by byte.
  struct Node: Sendable {
    /// The last byte of the prefix.
    let byte: UInt8
    /// Number of bytes of the prefix.
    let length: Int32
    /// The first child; the others follow, up to the first child of the next node.
    fileprivate(set) var firstChild: Int32 = 0
    /// The node of the longest proper suffix.
    fileprivate(set) var suffix: Int32 = 0
    /// The id of the token that this prefix is, or -1.
    fileprivate(set) var token: Int32 = -1
    /// The nearest suffix that is a token, or -1.
    fileprivate(set) var nextToken: Int32 = -1
  }

  /// The nodes, from the empty prefix on, and one more that ends the children of the last.
  private(set) var nodes: [Node] = [Node(byte: 0, length: 0)]
  /// [byte] The child of the empty prefix, or 0, because most steps begin or end there.
  private var roots = [Int32](repeating: 0, count: 256)

  init(_ vocabulary: Vocabulary) {
    build(vocabulary.tokens.sorted { $0.token.lexicographicallyPrecedes($1.token) })
    link()
  }

  /// Makes the nodes from sorted tokens.
  private mutating func build(_ tokens: [(token: ArraySlice<UInt8>, id: Int32)]) {
    /// [node] The tokens that begin with its prefix.
    var members = [tokens.startIndex..<tokens.endIndex]
    var node = 0
    while node < nodes.count {
      nodes[node].firstChild = Int32(nodes.count)
      let depth = Int(nodes[node].length)
      var (start, end) = (members[node].lowerBound, members[node].upperBound)
      if start < end, tokens[start].token.count == depth {
        // The empty token is never found.
        if depth > 0 { nodes[node].token = tokens[start].id }
        start += 1
      }
      while start < end {
        let byte = tokens[start].token[tokens[start].token.startIndex + depth]
        let next = tokens[start..<end].firstIndex { $0.token[$0.token.startIndex + depth] != byte } ?? end
        if node == 0 { roots[Int(byte)] = Int32(nodes.count) }
        nodes.append(Node(byte: byte, length: Int32(depth + 1)))
        members.append(start..<next)
        start = next
      }
      node += 1
      end = 0
    }
    var last = Node(byte: 0, length: 0)
    last.firstChild = Int32(nodes.count)
    nodes.append(last)
  }

  /// Sets the links; those of shorter prefixes are known when a longer one needs them.
  private mutating func link() {
    for parent in 0..<nodes.count - 1 {
      for child in Int(nodes[parent].firstChild)..<Int(nodes[parent + 1].firstChild) {
        let suffix = parent == 0 ? 0 : step(from: nodes[parent].suffix, nodes[child].byte)
        nodes[child].suffix = suffix
        nodes[child].nextToken = nodes[Int(suffix)].token >= 0 ? suffix : nodes[Int(suffix)].nextToken
      }
    }
  }

  /// The node of the longest prefix that ends with `byte`, after the text whose longest one is `node`.
  @inline(__always) func step(from node: Int32, _ byte: UInt8) -> Int32 {
    var node = node
    while node != 0 {
      if let child = child(of: node, byte) { return child }
      node = nodes[Int(node)].suffix
    }
    return roots[Int(byte)]
  }

  private func child(of node: Int32, _ byte: UInt8) -> Int32? {
    var low = nodes[Int(node)].firstChild
    var high = nodes[Int(node) + 1].firstChild
    while low < high {
      let middle = low + (high - low) / 2
      if nodes[Int(middle)].byte < byte { low = middle + 1 } else { high = middle }
    }
    return low < nodes[Int(node) + 1].firstChild && nodes[Int(low)].byte == byte ? low : nil
  }
}
