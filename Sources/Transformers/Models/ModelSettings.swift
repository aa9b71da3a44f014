// The members of config.json one by one, with the values that transformers takes for those that older folders leave out.
// Which members were read is recorded: the others have no effect.
import Faults
import JSON
import Synchronization

/// The members of a config.json.
package final class ModelSettings: Sendable {
  /// The whole object.
  package let node: JSON.Node
  /// The values that transformers takes for numbers that the file does not give, by name.
  private let defaults: [String: Double]
  /// The names that were asked for.
  private let asked = Mutex<Set<String>>(["model_type"])

  /// The members of a model of that type.
  package init(_ node: JSON.Node, _ type: ModelType) { (self.node, defaults) = (node, type.defaults) }

  /// The member called `name`, nil where it is missing or null.
  func optional(_ name: String) throws(Fault) -> JSON.Node? {
    asked.withLock { _ = $0.insert(name) }
    return try node.optional(name)
  }

  /// Whether the file does not give `name`, not even as null.
  func isSilent(_ name: String) throws(Fault) -> Bool {
    asked.withLock { _ = $0.insert(name) }
    return try node.members()[name] == nil
  }

  /// Whether transformers has a value of its own for `name`, and the file does not give one, not even null.
  func hasDefault(_ name: String) throws(Fault) -> Bool { try isSilent(name) && defaults[name] != nil }

  /// The members that were read and are not null.
  func membersRead() throws(Fault) -> [String: JSON] {
    let names = asked.withLock { $0 }
    var members: [String: JSON] = [:]
    for (name, member) in try node.nodes() where names.contains(name) && member.value != .null {
      members[name] = member.value
    }
    return members
  }

  /// The members that were not read and are not known to leave the network's outputs alone, sorted.
  package func unknown() throws(Fault) -> [String] {
    let names = asked.withLock { $0 }
    return try node.nodes().map(\.name).filter { !names.contains($0) && !Self.harmless.contains($0) }.sorted()
  }

  /// Settings that the file does not give, with the values that are taken: `layer_norm_eps 1e-12`. Sorted.
  package func assumed() throws(Fault) -> [String] {
    let members = try node.members()
    return defaults.filter { members[$0.key] == nil }.sorted { $0.key < $1.key }.map { name, value in
      value < 1 ? "\(name) \(value)" : "\(name) \(Int(value))"
    }
  }
}

extension ModelSettings {
  /// A size from 1 to `largestSize`. Where the file has none, transformers' own; then `fallback`, also for null.
  func size(_ name: String, else fallback: Int? = nil) throws(Fault) -> Int {
    guard let member = try optional(name) else {
      guard let value = (try isSilent(name) ? defaults[name].map { Int($0) } : nil) ?? fallback else {
        throw fault(name, "missing")
      }
      return value
    }
    let value = try member.int()
    guard (1...Architecture.largestSize).contains(value) else {
      throw member.fault("\(value) is not in 1...\(Architecture.largestSize)")
    }
    return value
  }

  /// A small positive number; transformers' own where the file has none.
  func epsilon(_ name: String) throws(Fault) -> Double {
    if try isSilent(name), let value = defaults[name] { return value }
    let member = try node.member(name)
    let value = try member.double()
    guard value > 0, value < 1 else { throw member.fault("\(value) is not between 0 and 1") }
    return value
  }

  /// A finite number; `fallback` where the file has none.
  func number(_ name: String, else fallback: Double) throws(Fault) -> Double {
    guard let member = try optional(name) else { return fallback }
    let value = try member.double()
    guard value.isFinite else { throw member.fault("is not finite") }
    return value
  }

  /// True or false; `fallback` where it is missing.
  func flag(_ name: String, else fallback: Bool = false) throws(Fault) -> Bool {
    try optional(name)?.bool() ?? fallback
  }

  /// The nonlinearity called `name`, or `fallback` where it is missing.
  func activation(_ name: String, else fallback: String) throws(Fault) -> Architecture.Activation {
    let value = try optional(name)?.string() ?? fallback
    guard let activation = Self.activations[value] else {
      let known = Self.activations.keys.sorted().joined(separator: ", ")
      throw fault(name, "\"\(value)\" is not supported, expected one of \(known)")
    }
    return activation
  }

  /// transformers' names; three of them mean GELU's approximation by tanh.
  private static let activations: [String: Architecture.Activation] = [
    "gelu": .gelu, "gelu_new": .geluTanh, "gelu_fast": .geluTanh, "gelu_pytorch_tanh": .geluTanh, "relu": .relu,
    "silu": .silu, "swish": .silu,
  ]

  /// Throws unless the text called `name`, or `fallback` where it is missing, is `expected`.
  func require(_ name: String, is expected: String, else fallback: String) throws(Fault) {
    let value = try optional(name)?.string() ?? fallback
    guard value == expected else { throw fault(name, "\"\(value)\" is not supported, expected \"\(expected)\"") }
  }

  /// Throws unless the flag called `name` is `expected` or missing.
  func require(_ name: String, is expected: Bool) throws(Fault) {
    guard let value = try optional(name)?.bool(), value != expected else { return }
    throw fault(name, "\(value) is not supported, expected \(expected)")
  }

  /// Throws unless the member called `name` is missing, null or empty.
  func require(_ name: String, isNot what: String) throws(Fault) {
    guard let member = try optional(name), member.value != [:] else { return }
    throw member.fault("\(what) are not supported")
  }

  /// A fault about the member called `name`.
  func fault(_ name: String, _ message: String) -> Fault { node.fault("\(name): \(message)") }
}
