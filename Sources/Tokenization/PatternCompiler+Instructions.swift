// The tree of an expression, laid out as instructions.

extension PatternCompiler {
  func layOut(_ node: Node) throws(Problem) -> [Pattern.Instruction] {
    var instructions: [Pattern.Instruction] = []
    try append(node, to: &instructions)
    instructions.append(.accept)
    return instructions
  }

  private func append(_ node: Node, to code: inout [Pattern.Instruction]) throws(Problem) {
    if code.count > 10_000 { throw problem("an expression of more than 10,000 instructions") }
    switch node {
    case .set(let set): code.append(.run(set, least: 1, most: 1, isPossessive: true))
    case .sequence(let nodes): for node in nodes { try append(node, to: &code) }
    case .alternatives(let nodes): try append(alternatives: nodes, to: &code)
    case .repeated(.set(let set), let least, let most, let isPossessive):
      code.append(.run(set, least: least, most: most, isPossessive: isPossessive))
    case .repeated(_, _, _, isPossessive: true): throw problem("a possessive group")
    case .repeated(let node, let least, let most, _):
      for _ in 0..<least { try append(node, to: &code) }
      if most == .max {
        let start = code.count
        code.append(.accept)
        try append(node, to: &code)
        code.append(.jump(target: start))
        code[start] = .fork(other: code.count)
      } else {
        // Each further round may be the first that is left out.
        let forks = try (least..<most).map { (_) throws(Problem) in
          code.append(.accept)
          let fork = code.count - 1
          try append(node, to: &code)
          return fork
        }
        for fork in forks { code[fork] = .fork(other: code.count) }
      }
    case .look(let node, let isNegated):
      let look = code.count
      code.append(.accept)
      try append(node, to: &code)
      code.append(.accept)
      code[look] = .look(isNegated: isNegated, next: code.count)
    }
  }

  private func append(alternatives: [Node], to code: inout [Pattern.Instruction]) throws(Problem) {
    var jumps: [Int] = []
    for (index, node) in alternatives.enumerated() {
      let fork = code.count
      let isLast = index == alternatives.count - 1
      if !isLast { code.append(.accept) }
      try append(node, to: &code)
      if !isLast {
        jumps.append(code.count)
        code.append(.accept)
        code[fork] = .fork(other: code.count)
      }
    }
    for jump in jumps { code[jump] = .jump(target: code.count) }
  }
}
