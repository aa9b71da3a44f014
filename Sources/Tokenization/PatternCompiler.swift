// Parses a regular expression into a tree by recursive descent. `PatternLayout` turns the tree into instructions.

/// Compiles one expression.
struct PatternCompiler {
  /// An error or unsupported syntax, and its position.
  struct Problem: Error {
    let message: String
    let position: Int
  }

  /// What an expression consists of.
  indirect enum Node {
    case set(ScalarSet)
    case sequence([Node])
    case alternatives([Node])
    case repeated(Node, least: Int, most: Int, isPossessive: Bool)
    case look(Node, isNegated: Bool)
    case begin
  }

  let letters: [Unicode.Scalar]
  var position = 0
  private var ignoresCase = false
  var depth = 0

  init(_ source: String) { letters = Array(source.unicodeScalars) }

  var current: Unicode.Scalar? { position < letters.count ? letters[position] : nil }

  func problem(_ message: String) -> Problem { Problem(message: message, position: position) }

  mutating func take(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    guard letters[position...].starts(with: scalars) else { return false }
    position += scalars.count
    return true
  }

  mutating func compile() throws(Problem) -> ([Pattern.Instruction], [ScalarSet]) {
    let node = try alternatives()
    if position < letters.count { throw problem("an unmatched \")\"") }
    if node.minimumLength == 0 { throw problem("an expression that can match an empty text") }
    var layout = PatternLayout()
    try layout.append(node)
    return layout.finished
  }

  private mutating func alternatives() throws(Problem) -> Node {
    var nodes = [try sequence()]
    while take("|") { nodes.append(try sequence()) }
    return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
  }

  private mutating func sequence() throws(Problem) -> Node {
    var nodes: [Node] = []
    while let letter = current, letter != "|", letter != ")" {
      if ignoresCase { try refuseLigatures() }
      nodes.append(try quantified(try atom()))
    }
    return .sequence(nodes)
  }

  /// When case is ignored, Oniguruma lets `ss`, `ff`, `fi`, `fl` and `st` also match one scalar: ß, ﬀ, ...
  private func refuseLigatures() throws(Problem) {
    let pair = letters[position...].prefix(2).map { String($0).lowercased() }.joined()
    if ["ss", "ff", "fi", "fl", "st"].contains(pair) { throw problem("\"\(pair)\" with ignored case") }
  }

  private mutating func atom() throws(Problem) -> Node {
    guard let letter = current else { throw problem("the end") }
    switch letter {
    case "(": return try group()
    case "[": return .set(try bracket())
    case "\\": return take("\\A") ? .begin : .set(try escape().set)
    case "$":
      // The end of a line, as in Oniguruma: no scalar but a line feed may follow.
      position += 1
      return .look(.set(ScalarSet(ranges: [0x0A...0x0A], isNegated: true)), isNegated: true)
    case ".", "^", "*", "+", "?", "{", "}", "]": throw problem("\"\(letter)\"")
    default:
      position += 1
      return .set(ScalarSet(ranges: try folded(letter.value...letter.value)))
    }
  }

  private mutating func group() throws(Problem) -> Node {
    depth += 1
    defer { depth -= 1 }
    if depth > 32 { throw problem("groups nested deeper than 32") }
    let outerIgnoresCase = ignoresCase
    defer { ignoresCase = outerIgnoresCase }
    var look: Bool?
    if take("(?i:") {
      ignoresCase = true
    } else if take("(?!") {
      look = true
    } else if take("(?=") {
      look = false
    } else if !take("(?:") {
      if letters[position...].starts(with: "(?".unicodeScalars) { throw problem("this kind of group") }
      position += 1
    }
    let inner = try alternatives()
    if !take(")") { throw problem("a group without \")\"") }
    return look.map { .look(inner, isNegated: $0) } ?? inner
  }

  private mutating func quantified(_ node: Node) throws(Problem) -> Node {
    let least: Int
    let most: Int
    if take("?") {
      (least, most) = (0, 1)
    } else if take("*") {
      (least, most) = (0, .max)
    } else if take("+") {
      (least, most) = (1, .max)
    } else if take("{") {
      (least, most) = try bounds()
    } else {
      return node
    }
    if take("?") { throw problem("a lazy quantifier") }
    switch node {
    case .look, .begin: throw problem("a repeated look-ahead or beginning")
    default: break
    }
    // After braces Oniguruma reads + as a second quantifier.
    let isPossessive = take("+")
    if isPossessive, letters[position - 2] == "}" { throw problem("\"+\" after braces") }
    if let next = current, "?*+{".unicodeScalars.contains(next) { throw problem("a quantifier of a quantifier") }
    if most > 1, node.minimumLength == 0 { throw problem("a repeated group that may be empty") }
    return .repeated(node, least: least, most: most, isPossessive: isPossessive)
  }

  private mutating func bounds() throws(Problem) -> (least: Int, most: Int) {
    let least = number()
    guard take(",") else {
      guard let least, take("}") else { throw problem("braces without a number") }
      return (least, least)
    }
    let most = number()
    guard take("}"), least != nil || most != nil, least ?? 0 <= most ?? .max else {
      throw problem("braces that are not a quantifier")
    }
    return (least ?? 0, most ?? .max)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let digit = current?.properties.numericType == .decimal ? current.flatMap({ Int(String($0)) }) : nil {
      value = min((value ?? 0) * 10 + digit, 1000)
      position += 1
    }
    return value
  }

  /// `range`, with the other case if case is ignored. Only ASCII is supported then.
  func folded(_ range: ClosedRange<UInt32>) throws(Problem) -> [ClosedRange<UInt32>] {
    guard ignoresCase else { return [range] }
    if range.upperBound >= 0x80 { throw problem("a scalar beyond ASCII with ignored case") }
    var ranges = [range]
    for value in range where Unicode.Scalar(value)?.properties.isAlphabetic == true {
      ranges.append(value ^ 0x20...value ^ 0x20)
      // The long s and the Kelvin sign.
      if value | 0x20 == 0x73 { ranges.append(0x17F...0x17F) }
      if value | 0x20 == 0x6B { ranges.append(0x212A...0x212A) }
    }
    return ranges
  }
}

extension PatternCompiler.Node {
  /// The minimum number of scalars that this matches.
  var minimumLength: Int {
    switch self {
    case .set: 1
    case .sequence(let nodes): nodes.reduce(0) { $0 + $1.minimumLength }
    case .alternatives(let nodes): nodes.map(\.minimumLength).min() ?? 0
    case .repeated(let node, let least, _, _): least * node.minimumLength
    case .look, .begin: 0
    }
  }
}
