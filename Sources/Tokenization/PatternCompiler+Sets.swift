// Escapes and brackets: `\p{L}`, `\s`, `[^\r\n\p{L}\p{N}]`.

extension PatternCompiler {
  /// The meaning of an escape.
  struct Escape {
    var categories: UInt32 = 0
    var ranges: [ClosedRange<UInt32>] = []
    /// The scalar, if it is a single one; it can begin or end a range.
    var scalar: Unicode.Scalar?
    var set: ScalarSet { ScalarSet(categories: categories, ranges: ranges) }
  }

  /// Reads an escape.
  mutating func escape() throws(Problem) -> Escape {
    position += 1
    guard let letter = current else { throw problem("a lone \"\\\"") }
    position += 1
    switch letter {
    case "n": return try scalar("\n")
    case "r": return try scalar("\r")
    case "t": return try scalar("\t")
    case "f": return try scalar("\u{C}")
    case "v": return try scalar("\u{B}")
    case "s": return Escape(ranges: ScalarSet.space)
    case "S": return Escape(ranges: ScalarSet.complement(of: ScalarSet.space))
    case "d": return Escape(categories: try categories(named: "Nd"))
    case "D": return Escape(categories: ~(try categories(named: "Nd")))
    case "p", "P":
      guard take("{") else { throw problem("\\\(letter) without braces") }
      let isNegated = take("^") != (letter == "P")
      var name = ""
      while let letter = current, letter != "}" {
        name.unicodeScalars.append(letter)
        position += 1
      }
      guard take("}") else { throw problem("\\\(letter) without a closing brace") }
      let categories = try categories(named: name)
      return Escape(categories: isNegated ? ~categories : categories)
    case "x", "u": throw problem("\\\(letter)")
    case _ where letter.properties.isAlphabetic || letter.properties.numericType != nil:
      throw problem("\\\(letter)")
    default: return try scalar(letter)
    }
  }

  private func scalar(_ scalar: Unicode.Scalar) throws(Problem) -> Escape {
    Escape(ranges: try folded(scalar.value...scalar.value), scalar: scalar)
  }

  private func categories(named name: String) throws(Problem) -> UInt32 {
    guard let bits = ScalarCategory.bits(named: name) else { throw problem("\\p{\(name)}") }
    return bits
  }

  /// Reads `[...]`.
  mutating func bracket() throws(Problem) -> ScalarSet {
    position += 1
    let isNegated = take("^")
    let union = try union()
    return ScalarSet(categories: union.categories, ranges: union.ranges, isNegated: isNegated)
  }

  /// Reads what a bracket holds, up to its end. A bracket inside adds what it holds.
  private mutating func union() throws(Problem) -> Escape {
    var union = Escape()
    while true {
      guard let letter = current else { throw problem("a \"[\" without \"]\"") }
      if letter == "]" {
        if union.categories == 0, union.ranges.isEmpty { throw problem("an empty bracket") }
        position += 1
        return union
      }
      let item = try bracketItem()
      if current == "-", position + 1 < letters.count, letters[position + 1] != "]" {
        guard let first = item.scalar else { throw problem("a range that begins with a set") }
        position += 1
        guard let last = try bracketItem().scalar, first <= last else { throw problem("a range that goes backwards") }
        union.ranges += try folded(first.value...last.value)
      } else {
        union.categories |= item.categories
        union.ranges += item.ranges
      }
    }
  }

  private mutating func bracketItem() throws(Problem) -> Escape {
    guard let letter = current else { throw problem("a \"[\" without \"]\"") }
    switch letter {
    case "\\": return try escape()
    case "[":
      let next = letters.dropFirst(position + 1).first
      guard depth < 32, next != "^", next != ":" else { throw problem("this bracket in a bracket") }
      position += 1
      depth += 1
      defer { depth -= 1 }
      return try union()
    case "&" where letters[position...].starts(with: "&&".unicodeScalars): throw problem("\"&&\" in a bracket")
    default:
      position += 1
      return try scalar(letter)
    }
  }
}
