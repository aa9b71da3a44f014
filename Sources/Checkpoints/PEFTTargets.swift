// Which modules a PEFT adapter is on. PEFT decides it by several members of adapter_config.json, and so does this, in the
// same order: exclude_modules, target_modules, then layers_to_transform with layers_pattern.
import Faults
import JSON

/// A selection among the modules of a model, by their paths: `bert.encoder.layer.0.attention.self.query`.
package struct PEFTTargets: Equatable, Sendable {
  /// A selection by name.
  package enum Words: Equatable, Sendable {
    /// Paths, or ends of paths after a dot.
    case names([String])
    /// A regular expression for the whole path.
    case pattern(ModulePattern)
    /// Every linear module.
    case allLinear
    /// Those that have tensors: the file does not say which.
    case unspecified
  }

  /// target_modules.
  package var words: Words
  /// exclude_modules.
  package var excluded: Words?
  /// layers_to_transform: the blocks, counted from 0; nil for all.
  package var layers: [Int]?
  /// layers_pattern: what stands before a block's number; empty for anything.
  var layersPatterns: [ModulePattern] = []

  package init(_ words: Words) { self.words = words }

  /// Whether the module at `path` is adapted.
  package func contains(_ path: String) -> Bool {
    guard words.contain(path), excluded?.contain(path) != true else { return false }
    // The layers restrict ends of names only, not full names and regular expressions.
    guard case .names(let names) = words, let layers, !names.contains(path) else { return true }
    return layer(of: path).map(layers.contains) ?? false
  }

  /// The number of the block at `path`: the first number behind the layers' pattern, and before a dot.
  private func layer(of path: String) -> Int? {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.indices.dropLast().filter { !parts[$0].isEmpty && parts[$0].allSatisfy(\.isNumber) }
    guard !layersPatterns.isEmpty else { return numbers.first { $0 >= 2 }.flatMap { Int(parts[$0]) } }
    for pattern in layersPatterns {
      let first = numbers.first { pattern.matches(parts[..<$0].joined(separator: ".")) }
      if let first { return Int(parts[first]) }
    }
    return nil
  }
}

extension PEFTTargets.Words {
  /// Whether `name` is `path` or its end, as PEFT compares them.
  static func matches(_ name: String, _ path: String) -> Bool { path == name || path.hasSuffix("." + name) }

  func contain(_ path: String) -> Bool {
    switch self {
    case .names(let names): names.contains { Self.matches($0, path) }
    case .pattern(let pattern): pattern.matches(path)
    case .allLinear, .unspecified: true
    }
  }

  /// Reads target_modules or exclude_modules.
  init(_ member: JSON.Node) throws(Fault) {
    switch member.value {
    case .null: self = .unspecified
    case .string(let text) where text.lowercased() == "all-linear": self = .allLinear
    case .string(let text): self = .pattern(try ModulePattern(text) { member.fault($0, hint: Self.hint) })
    default: self = .names(try member.words())
    }
  }

  static let hint = "list the modules by name instead"
}

extension PEFTTargets {
  /// Reads what adapter_config.json says.
  ///
  /// - Throws: `Fault` of kind `.data` for a member that is not what PEFT writes.
  init(config: JSON.Node) throws(Fault) {
    self.init(try config.optional("target_modules").map { node throws(Fault) in try Words(node) } ?? .unspecified)
    excluded = try config.optional("exclude_modules").map { node throws(Fault) in try Words(node) }
    if let member = try config.optional("layers_to_transform") {
      let numbers: [Int] = if case .integer(let layer) = member.value { [layer] } else { try member.integers() }
      layers = numbers.isEmpty ? nil : numbers
    }
    if let member = try config.optional("layers_pattern") {
      let words: [String] = if case .string(let word) = member.value { [word] } else { try member.words() }
      layersPatterns = try words.filter { !$0.isEmpty }.map { word throws(Fault) in
        try ModulePattern(#"(?:^|.*?\.)\#(word)"#) { member.fault($0) }
      }
    }
  }
}

extension JSON.Node {
  /// The texts of this array.
  func words() throws(Fault) -> [String] { try array().map { word throws(Fault) in try word.string() } }

  /// The integers of this array.
  func integers() throws(Fault) -> [Int] { try array().map { number throws(Fault) in try number.int() } }
}
