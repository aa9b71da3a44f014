// The pictures of a report as files of their own, for a paper or a slide. Their colours are those of a light page, written
// out, since few programs other than browsers know variables.
import Foundation

/// A picture as a file.
package struct Figure: Equatable, Sendable {
  /// Lower-case letters, digits and hyphens, from the picture's label, as in `accuracy-by-members`.
  package let name: String
  /// Its size in pixels of the page.
  let size: (width: Double, height: Double)
  /// The markup inside its svg element.
  let content: String

  package static func == (one: Figure, other: Figure) -> Bool {
    (one.name, one.content) == (other.name, other.content) && one.size == other.size
  }

  /// The pictures of a report's page, in their order.
  package static func all(of page: String) -> [Figure] {
    var names: [String: Int] = [:]
    return page.components(separatedBy: "<svg viewBox=\"0 0 ").dropFirst().compactMap { part in
      guard let head = part.firstIndex(of: ">"), let end = part.range(of: "</svg>"),
        let label = part[..<head].components(separatedBy: "role=\"img\" aria-label=\"").dropFirst().first
      else { return nil }
      let size = part.prefix { $0 != "\"" }.split(separator: " ").compactMap { Double($0) }
      let name = slug(label)
      // Two data sets may differ only in characters that a name does not have.
      names[name, default: 0] += 1
      let suffix = names[name] == 1 ? "" : "-\(names[name] ?? 0)"
      return Figure(
        name: name + suffix, size: (size[0], size[1]),
        content: String(part[part.index(after: head)..<end.lowerBound]).trimmingCharacters(in: .newlines))
    }
  }

  /// The files of all pictures of a page: each as SVG and as PDF.
  package static func files(of page: String) -> [(name: String, content: [UInt8])] {
    all(of: page).flatMap { figure in
      [("\(figure.name).svg", Array(figure.svg.utf8)), ("\(figure.name).pdf", figure.pdf)]
    }
  }

  /// The picture as an SVG file, on white.
  package var svg: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(size.width)) \(number(size.height))" \
    width="\(number(size.width))" height="\(number(size.height))">
    <style>
    svg { font-family: "Inter", "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; }
    \(Self.style)
    </style>
    <rect width="100%" height="100%" fill="#fff"/>
    \(content)
    </svg>

    """
  }

  /// The rules of pictures with the colours of a light page.
  static let style: String = {
    var style = Page.pictureStyle
    for match in Page.style.matches(of: /--([a-z0-9]+): (#[0-9a-f]+);/) {
      // The first value of a colour is the light page's.
      let color = match.1 == "paper" ? "#ffffff" : String(match.2)
      style = style.replacingOccurrences(of: "var(--\(match.1))", with: color)
    }
    return style
  }()

  private static func slug(_ label: String) -> String {
    label.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
  }
}

/// A coordinate, to a hundredth.
func number(_ coordinate: Double) -> String { ("\(coordinate)" as HTML).source }
