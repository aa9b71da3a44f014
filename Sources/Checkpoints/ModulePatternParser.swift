// Parses a regular expression over names of modules by recursive descent.

/// Parses one expression.
struct ModulePatternParser {
  /// Wrong or unsupported syntax, and its position.
  struct Problem: Error {
    let message: String
    let position: Int
  }

  private typealias Node = ModulePattern.Node

  static let digits = Set(UInt8(ascii: "0")...UInt8(ascii: "9"))
  static let word = digits.union(letters("a", "z")).union(letters("A", "Z")).union([UInt8(ascii: "_")])
  private static let spaces = Set(" \t\n\r\u{b}\u{c}".utf8)
  /// What a dot matches: all but the end of a line.
  private static let all = Set(UInt8.min...UInt8.max).subtracting([UInt8(ascii: "\n")])
  private static let deepest = 16

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ source: String) { bytes = Array(source.utf8) }

  mutating func parse() throws(Problem) -> ModulePattern.Node {
    let node = try alternatives()
    guard position == bytes.count else { throw problem("an unmatched \")\"") }
    return node
  }

  private static func letters(_ first: Unicode.Scalar, _ last: Unicode.Scalar) -> Set<UInt8> {
    Set(UInt8(ascii: first)...UInt8(ascii: last))
  }

  private func problem(_ message: String) -> Problem { Problem(message: message, position: position) }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ text: String) -> Bool {
    guard bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    return true
  }

  private mutating func alternatives() throws(Problem) -> ModulePattern.Node {
    var nodes = [try sequence()]
    while take("|") { nodes.append(try sequence()) }
    return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
  }

  private mutating func sequence() throws(Problem) -> ModulePattern.Node {
    var nodes: [Node] = []
    while let byte = current, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      let atom = try atom()
      nodes.append(try quantified(atom))
    }
    return .sequence(nodes)
  }

  private mutating func atom() throws(Problem) -> ModulePattern.Node {
    if take("(") { return try group() }
    if take("[") { return .byte(try bracket()) }
    if take("\\") { return try escape() }
    if take("^") { return .start }
    if take("$") { return .end }
    if take(".") { return .byte(Self.all) }
    guard let byte = current, !"*+?{}]".utf8.contains(byte) else {
      throw problem("\"\(current.map { String(UnicodeScalar($0)) } ?? "")\" without something before it")
    }
    position += 1
    return .byte([byte])
  }

  /// Behind its parenthesis. What a group captures is not used.
  private mutating func group() throws(Problem) -> ModulePattern.Node {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw problem("groups nested deeper than \(Self.deepest)") }
    var look: Bool?
    if take("?=") {
      look = false
    } else if take("?!") {
      look = true
    } else if take("?P<") {
      while let byte = current, Self.word.contains(byte) { position += 1 }
      guard take(">") else { throw problem("a group's name without \">\"") }
    } else if !take("?:"), current == UInt8(ascii: "?") {
      throw problem("a group of a kind that is not supported")
    }
    let inner = try alternatives()
    guard take(")") else { throw problem("a group without \")\"") }
    return look.map { .look(inner, isNegated: $0) } ?? inner
  }

  /// Lazy quantifiers match the same whole names as greedy ones.
  private mutating func quantified(_ node: ModulePattern.Node) throws(Problem) -> ModulePattern.Node {
    let (least, most): (Int, Int)
    if take("*") {
      (least, most) = (0, .max)
    } else if take("+") {
      (least, most) = (1, .max)
    } else if take("?") {
      (least, most) = (0, 1)
    } else if take("{") {
      (least, most) = try bounds()
    } else {
      return node
    }
    _ = take("?")
    if let next = current, "*+?{".utf8.contains(next) { throw problem("a quantifier of a quantifier") }
    return .repeated(node, least: least, most: most)
  }

  private mutating func bounds() throws(Problem) -> (least: Int, most: Int) {
    let least = number()
    if let least, take("}") { return (least, least) }
    guard take(",") else { throw problem("braces without a number") }
    let most = number()
    guard take("}"), least ?? 0 <= most ?? .max else { throw problem("braces that are not a quantifier") }
    return (least ?? 0, most ?? .max)
  }

  private mutating func number() -> Int? {
    let start = position
    while let byte = current, Self.digits.contains(byte) { position += 1 }
    return Int(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  /// Behind its backslash.
  private mutating func escape() throws(Problem) -> ModulePattern.Node {
    if take("b") { return .boundary(isNegated: false) }
    if take("B") { return .boundary(isNegated: true) }
    if take("A") { return .start }
    if take("Z") { return .end }
    return .byte(try escapedSet())
  }

  private mutating func escapedSet() throws(Problem) -> Set<UInt8> {
    let classes: [(String, Set<UInt8>)] = [("d", Self.digits), ("w", Self.word), ("s", Self.spaces)]
    for (letter, set) in classes {
      if take(letter) { return set }
      if take(letter.uppercased()) { return Set(UInt8.min...UInt8.max).subtracting(set) }
    }
    guard let byte = current, !Self.word.contains(byte) else { throw problem("an escape that is not supported") }
    position += 1
    return [byte]
  }

  /// Behind its opening bracket.
  private mutating func bracket() throws(Problem) -> Set<UInt8> {
    let isNegated = take("^")
    var set: Set<UInt8> = []
    repeat {
      let first = try element()
      guard first.count == 1, let low = first.first, current == UInt8(ascii: "-"),
        position + 1 < bytes.count, bytes[position + 1] != UInt8(ascii: "]")
      else {
        set.formUnion(first)
        continue
      }
      position += 1
      let last = try element()
      guard last.count == 1, let high = last.first, low <= high else { throw problem("a range that is empty") }
      set.formUnion(low...high)
    } while !take("]")
    return isNegated ? Set(UInt8.min...UInt8.max).subtracting(set) : set
  }

  private mutating func element() throws(Problem) -> Set<UInt8> {
    if take("\\") { return try escapedSet() }
    guard let byte = current else { throw problem("brackets without \"]\"") }
    position += 1
    return [byte]
  }
}
