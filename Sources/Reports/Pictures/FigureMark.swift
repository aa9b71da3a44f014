// What is drawn in a picture, mark by mark, with the style that the style sheet gives it. It reads only the markup and the
// rules that this module writes: single elements, and selectors of one element's name and classes.
import Foundation

/// A line, rectangle, circle, path or text of a picture.
struct FigureMark {
  /// Its element: `line`, `rect`, `circle`, `path` or `text`.
  let tag: String
  /// Its attributes.
  let attributes: [String: String]
  /// Its text, or empty.
  let text: String
  /// The properties of all rules that apply, the last one of a name.
  let style: [String: String]

  /// The number in an attribute, or 0.
  func number(_ name: String) -> Double { attributes[name].flatMap(Double.init) ?? 0 }

  /// A colour property as three shares from 0 to 1; nil for `none`.
  func color(_ property: String, default missing: String) -> [Double]? {
    var value = style[property] ?? missing
    if value == "currentColor" { value = style["color"] ?? "#000000" }
    guard let number = Int(value.dropFirst(), radix: 16), value.hasPrefix("#") else { return nil }
    return [16, 8, 0].map { Double((number >> $0) & 255) / 255 }
  }

  /// All marks of a picture's content, in the order in which they are drawn.
  static func all(of content: String) -> [FigureMark] {
    content.components(separatedBy: "<").compactMap { piece in
      guard let end = piece.firstIndex(of: ">") else { return nil }
      let tag = String(piece.prefix { $0.isLetter })
      guard ["line", "rect", "circle", "path", "text"].contains(tag) else { return nil }
      var attributes: [String: String] = [:]
      for match in piece[..<end].matches(of: /\s([a-z0-9-]+)="([^"]*)"/) {
        attributes[String(match.1)] = String(match.2)
      }
      let classes = Set((attributes["class"] ?? "").split(separator: " ").map(String.init))
      return FigureMark(
        tag: tag, attributes: attributes, text: unescaped(piece[piece.index(after: end)...]),
        style: style(tag, classes))
    }
  }

  private static func unescaped(_ text: Substring) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")].reduce(String(text)) {
      $0.replacingOccurrences(of: $1.0, with: $1.1)
    }
  }

  private static func style(_ tag: String, _ classes: Set<String>) -> [String: String] {
    rules.filter { ($0.tag.isEmpty || $0.tag == tag) && $0.classes.isSubset(of: classes) }
      .reduce(into: [:]) { style, rule in style.merge(rule.properties) { $1 } }
  }

  /// The rules of pictures; the last that applies wins.
  private static let rules: [(tag: String, classes: Set<String>, properties: [String: String])] =
    Figure.style.split(separator: "}").compactMap { rule in
      let parts = rule.split(separator: "{")
      guard parts.count == 2, let selector = parts[0].split(whereSeparator: \.isWhitespace).last else { return nil }
      let names = selector.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      let properties = parts[1].split(separator: ";").map { $0.split(separator: ":", maxSplits: 1) }
        .filter { $0.count == 2 }
        .map { ($0[0].trimmingCharacters(in: .whitespaces), $0[1].trimmingCharacters(in: .whitespaces)) }
      return (names[0], Set(names.dropFirst()), Dictionary(properties) { $1 })
    }
}
