// The regular expressions in adapter_config.json, which PEFT gives to Python's `re`. Whether one matches a whole name is
// found by following the set of all positions that it can reach, so no expression takes exponential time.
import Faults

/// A regular expression over names of modules, in the part of Python's syntax whose matches do not depend on captured
/// text. All else is an error: half an expression would adapt the wrong modules.
package struct ModulePattern: Equatable, Sendable {
  /// The expression as written.
  package let source: String
  private let node: Node

  indirect enum Node: Sendable {
    /// One byte of the set.
    case byte(Set<UInt8>)
    case sequence([Node])
    case alternatives([Node])
    case repeated(Node, least: Int, most: Int)
    /// What follows must match, or must not.
    case look(Node, isNegated: Bool)
    /// The beginning or the end of the name.
    case start, end
    /// Between a character of a word and one that is none, or not there.
    case boundary(isNegated: Bool)
  }

  /// Compiles `source`.
  ///
  /// - Parameter fault: makes the fault of a message.
  package init(_ source: String, fault: (String) -> Fault) throws(Fault) {
    self.source = source
    var parser = ModulePatternParser(source)
    do throws(ModulePatternParser.Problem) { node = try parser.parse() } catch {
      throw fault("\(error.message) at character \(error.position + 1) of the regular expression \"\(source)\"")
    }
  }

  package static func == (first: Self, second: Self) -> Bool { first.source == second.source }

  /// Whether it matches all of `name`, as `re.fullmatch` does.
  package func matches(_ name: String) -> Bool {
    let name = Array(name.utf8)
    return node.ends(from: [0], in: name).contains(name.count)
  }
}

extension ModulePattern.Node {
  /// The positions after a match that begins at one of `starts`.
  func ends(from starts: Set<Int>, in name: [UInt8]) -> Set<Int> {
    switch self {
    case .byte(let set):
      return Set(starts.lazy.filter { $0 < name.count && set.contains(name[$0]) }.map { $0 + 1 })
    case .sequence(let nodes): return nodes.reduce(starts) { $1.ends(from: $0, in: name) }
    case .alternatives(let nodes):
      return nodes.reduce(into: []) { $0.formUnion($1.ends(from: starts, in: name)) }
    case .repeated(let node, let least, let most):
      return repeated(node, least: least, most: most, from: starts, in: name)
    case .look(let node, let isNegated):
      return starts.filter { node.ends(from: [$0], in: name).isEmpty == isNegated }
    case .start: return starts.filter { $0 == 0 }
    case .end: return starts.filter { $0 == name.count }
    case .boundary(let isNegated):
      let isWord = { (index: Int) in name.indices.contains(index) && ModulePatternParser.word.contains(name[index]) }
      return starts.filter { (isWord($0 - 1) != isWord($0)) != isNegated }
    }
  }

  private func repeated(
    _ node: Self, least: Int, most: Int, from starts: Set<Int>, in name: [UInt8]
  ) -> Set<Int> {
    var current = starts
    // Each round either leaves the set as it is, and then for good, or moves it on: there are no more than name.count + 1.
    for _ in 0..<least {
      let next = node.ends(from: current, in: name)
      if next == current { break }
      current = next
    }
    var (all, rounds) = (current, 0)
    while rounds < most - least, !current.isEmpty {
      current = node.ends(from: current, in: name).subtracting(all)
      all.formUnion(current)
      rounds += 1
    }
    return all
  }
}
