// A text made by a template, with the ranges of the question's own texts in it, so that a truncation can be reported by
// what it removed.

/// A text with the byte ranges of the question's parts. It is written as a literal: `"Question: \(text, .question)"`.
package struct PromptText: ExpressibleByStringInterpolation, Sendable {
  /// A part of a question.
  package enum Part: Hashable, Sendable {
    case passage, question
    /// The text of a classification, or the first of two.
    case text
    /// The second of two texts.
    case secondText
    /// A choice, by its index.
    case choice(Int)
    /// An answer that is written.
    case answer
  }

  /// The whole text.
  package private(set) var string = ""
  /// The parts in their order, and their byte ranges in UTF-8.
  private(set) var parts: [(part: Part, bytes: Range<Int>)] = []

  /// A text without parts.
  package init(stringLiteral value: String) { string = value }
  /// The text that `stringInterpolation` collected.
  package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.text }

  /// Collects the pieces of a literal.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = PromptText(stringLiteral: "")

    package init(literalCapacity: Int, interpolationCount: Int) {}
    /// Words of the template.
    package mutating func appendLiteral(_ literal: String) { text.string += literal }
    /// Words of the template.
    package mutating func appendInterpolation(_ words: String) { text.string += words }

    /// A text of the question, without the white space around it: published files have spaces at the end of a row or
    /// before a choice.
    package mutating func appendInterpolation(_ content: String, _ part: Part) {
      appendInterpolation(untrimmed: trimmed(content), part)
    }

    /// A text of the question as it is.
    package mutating func appendInterpolation(untrimmed content: String, _ part: Part) {
      let start = text.string.utf8.count
      text.string += content
      text.parts.append((part, start..<text.string.utf8.count))
    }

    /// Another text, with its parts.
    package mutating func appendInterpolation(_ other: PromptText) {
      let start = text.string.utf8.count
      text.string += other.string
      text.parts += other.parts.map { ($0.part, start + $0.bytes.lowerBound..<start + $0.bytes.upperBound) }
    }
  }
}

extension PromptText: Equatable {
  /// Whether both strings are equal; the ranges of their parts do not count.
  package static func == (left: PromptText, right: PromptText) -> Bool { left.string == right.string }
}

/// `text` without the white space around it.
func trimmed(_ text: String) -> String {
  guard let first = text.firstIndex(where: { !$0.isWhitespace }) else { return "" }
  return withoutEndSpace(String(text[first...]))
}

/// `text` without the white space at its end.
func withoutEndSpace(_ text: String) -> String {
  guard let last = text.lastIndex(where: { !$0.isWhitespace }) else { return "" }
  return String(text[...last])
}
