// A JSON value exactly as the text has it: members keep their order, integers remain distinct from fractions, and
// strings are compared byte by byte. Swift's `==` on String is canonical equivalence ("é" equals "e" + U+0301), which
// would merge two tokens of a vocabulary; nothing here relies on it.

/// A JSON value (RFC 8259).
///
/// Read one with `parse`, take it apart with `string(_:in:)` and its siblings or with pattern matching, write one with
/// `encode(pretty:)`. Literals build one: `let value: JSON = ["epochs": 3, "rates": [0.1, 0.2]]`.
package enum JSON: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction and exponent that fits into an Int. `-0` is not one, since an Int has no negative zero.
  case integer(Int)
  /// Any other number, as the nearest Double; always finite when parsed.
  case number(Double)
  /// Text, exactly as the escapes spell it: nothing is normalised.
  case string(String)
  /// Values in order.
  case array([JSON])
  /// Members in order, with distinct names.
  case object(Object)

  /// The member called `name`; nil if there is none, or if this is not an object.
  package subscript(_ name: String) -> JSON? {
    if case .object(let object) = self { object[name] } else { nil }
  }

  /// The kind of value, for messages: "a string", "an object", ...
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSON: Equatable {
  /// Whether both are the same value: strings byte by byte, members in the same order, and 1 is not 1.0.
  package static func == (left: JSON, right: JSON) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  package init(stringLiteral value: String) { self = .string(value) }
  /// An integer.
  package init(integerLiteral value: Int) { self = .integer(value) }
  /// A number.
  package init(floatLiteral value: Double) { self = .number(value) }
  /// `true` or `false`.
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An array.
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// An object whose members keep their order; names must be distinct.
  package init(dictionaryLiteral elements: (String, JSON)...) { self = .object(Object(elements)) }
}
