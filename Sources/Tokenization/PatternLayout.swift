// Turns the tree of an expression into instructions.

/// Builds the instructions of one expression.
struct PatternLayout {
  private var code: [Pattern.Instruction] = []
  private var sets: [ScalarSet] = []

  /// The complete instructions, and the sets that they refer to.
  var finished: ([Pattern.Instruction], [ScalarSet]) { (code + [.accept], sets) }

  mutating func append(_ node: PatternCompiler.Node) throws(PatternCompiler.Problem) {
    // Counted quantifiers of groups repeat their instructions, and may be nested.
    if code.count > 10_000 { throw problem("more than 10,000 instructions") }
    switch node {
    case .set(let set): append(set, least: 1, most: 1, isPossessive: true)
    case .sequence(let nodes): for node in nodes { try append(node) }
    case .alternatives(let nodes): try append(alternatives: nodes)
    case .repeated(.set(let set), let least, let most, let isPossessive):
      append(set, least: least, most: most, isPossessive: isPossessive)
    case .repeated(_, _, _, isPossessive: true): throw problem("a possessive group")
    case .repeated(let node, let least, let most, _): try append(node, least: least, most: most)
    case .begin: code.append(.begin)
    case .look(let node, let isNegated):
      let look = reserve()
      try append(node)
      code.append(.accept)
      code[look] = .look(isNegated: isNegated, next: code.count)
    }
  }

  private mutating func append(_ set: ScalarSet, least: Int, most: Int, isPossessive: Bool) {
    code.append(.run(set: sets.count, least: least, most: most, isPossessive: isPossessive))
    sets.append(set)
  }

  private mutating func append(
    _ node: PatternCompiler.Node, least: Int, most: Int
  ) throws(PatternCompiler.Problem) {
    for _ in 0..<least { try append(node) }
    if most == .max {
      let start = reserve()
      try append(node)
      code.append(.jump(target: start))
      code[start] = .fork(other: code.count)
    } else {
      // The optional repetitions can stop before each one.
      var forks: [Int] = []
      for _ in least..<most {
        forks.append(reserve())
        try append(node)
      }
      for fork in forks { code[fork] = .fork(other: code.count) }
    }
  }

  private mutating func append(alternatives: [PatternCompiler.Node]) throws(PatternCompiler.Problem) {
    var jumps: [Int] = []
    for node in alternatives.dropLast() {
      let fork = reserve()
      try append(node)
      jumps.append(reserve())
      code[fork] = .fork(other: code.count)
    }
    if let last = alternatives.last { try append(last) }
    for jump in jumps { code[jump] = .jump(target: code.count) }
  }

  /// The index of an instruction that is filled in once its target is known.
  private mutating func reserve() -> Int {
    code.append(.accept)
    return code.count - 1
  }

  private func problem(_ message: String) -> PatternCompiler.Problem {
    PatternCompiler.Problem(message: message, position: 0)
  }
}
