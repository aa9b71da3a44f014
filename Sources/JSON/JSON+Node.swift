// Typed access to a parsed document. Each accessor returns the expected type, or throws a fault that says where in the
// document something else was found, as in `train.jsonl:17: question.choices[2].label: found a number, expected a
// string`.
import Faults

extension JSON {
  /// A value together with its path in the document.
  package struct Node: Sendable {
    /// The value itself.
    package let value: JSON
    /// The document, for messages: a file, with a row if there is one.
    package let subject: String
    /// The path from the top of the document to this value, as in `question.choices[2]`; empty at the top.
    package let path: String

    /// The node of a whole document.
    package init(_ value: JSON, subject: String, path: String = "") {
      (self.value, self.subject, self.path) = (value, subject, path)
    }

    /// The member called `name`, or nil where it is missing or null.
    /// - Throws: `Fault.data` if this is not an object.
    package func optional(_ name: String) throws(Fault) -> Node? {
      guard let member = try members()[name], member != .null else { return nil }
      return Node(member, subject: subject, path: pathOfMember(name))
    }

    /// The member called `name`, null included.
    /// - Throws: `Fault.data` if this is not an object or has no such member.
    package func member(_ name: String) throws(Fault) -> Node {
      guard let member = try members()[name] else {
        throw Fault(.data, subject, "\(pathOfMember(name)): missing")
      }
      return Node(member, subject: subject, path: pathOfMember(name))
    }

    /// The members of this object, in order.
    package func members() throws(Fault) -> Object {
      if case .object(let object) = value { return object }
      throw mismatch("an object")
    }

    /// The members of this object as nodes, in order.
    package func nodes() throws(Fault) -> [(name: String, node: Node)] {
      try members().map { ($0.name, Node($0.value, subject: subject, path: pathOfMember($0.name))) }
    }

    /// This value as text.
    package func string() throws(Fault) -> String {
      if case .string(let text) = value { return text }
      throw mismatch("a string")
    }

    /// This value as an integer: `3`, but not `3.0`.
    package func int() throws(Fault) -> Int {
      if case .integer(let number) = value { return number }
      throw mismatch("an integer")
    }

    /// This value as a number; an integer beyond 2^53 is rounded to the nearest Double.
    package func double() throws(Fault) -> Double {
      switch value {
      case .integer(let number): return Double(number)
      case .number(let number): return number
      default: throw mismatch("a number")
      }
    }

    /// This value as a boolean; 0 and 1 do not count.
    package func bool() throws(Fault) -> Bool {
      if case .bool(let flag) = value { return flag }
      throw mismatch("a boolean")
    }

    /// The elements of this array.
    package func array() throws(Fault) -> [Node] {
      guard case .array(let elements) = value else { throw mismatch("an array") }
      return elements.indices.map { Node(elements[$0], subject: subject, path: "\(path)[\($0)]") }
    }

    /// A fault about this value.
    package func fault(_ message: String, hint: String = "") -> Fault {
      Fault(.data, subject, path.isEmpty ? message : "\(path): \(message)", hint: hint)
    }

    /// A fault that says what was found here and what was expected.
    package func mismatch(_ expected: String) -> Fault {
      let found =
        switch value {
        case .integer(let number): "the number \(number)"
        case .number(let number): "the number \(number)"
        default: value.kind
        }
      return fault("found \(found), expected \(expected)")
    }

    private func pathOfMember(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
  }
}

extension JSON.Node {
  /// The text of the member called `name`.
  package func string(_ name: String) throws(Fault) -> String { try member(name).string() }
  /// The integer of the member called `name`.
  package func int(_ name: String) throws(Fault) -> Int { try member(name).int() }
  /// The number of the member called `name`.
  package func double(_ name: String) throws(Fault) -> Double { try member(name).double() }
  /// The boolean of the member called `name`.
  package func bool(_ name: String) throws(Fault) -> Bool { try member(name).bool() }
  /// The elements of the member called `name`.
  package func array(_ name: String) throws(Fault) -> [JSON.Node] { try member(name).array() }
  /// The member called `name`, which must be an object.
  package func object(_ name: String) throws(Fault) -> JSON.Node {
    let node = try member(name)
    _ = try node.members()
    return node
  }
}

extension JSON {
  /// This value as the top of the document `subject`.
  package func node(in subject: String) -> Node { Node(self, subject: subject) }
  /// The text of the member called `name`; `subject` is the document, for messages.
  package func string(_ name: String, in subject: String) throws(Fault) -> String { try node(in: subject).string(name) }
  /// The integer of the member called `name`.
  package func int(_ name: String, in subject: String) throws(Fault) -> Int { try node(in: subject).int(name) }
  /// The number of the member called `name`.
  package func double(_ name: String, in subject: String) throws(Fault) -> Double { try node(in: subject).double(name) }
  /// The boolean of the member called `name`.
  package func bool(_ name: String, in subject: String) throws(Fault) -> Bool { try node(in: subject).bool(name) }
  /// The elements of the member called `name`, each of which knows its path.
  package func array(_ name: String, in subject: String) throws(Fault) -> [Node] { try node(in: subject).array(name) }
  /// The member called `name`, which must be an object, as a node that knows its path.
  package func object(_ name: String, in subject: String) throws(Fault) -> Node { try node(in: subject).object(name) }
  /// The member called `name`, or nil where it is missing or null.
  package func optional(_ name: String, in subject: String) throws(Fault) -> Node? {
    try node(in: subject).optional(name)
  }
}
