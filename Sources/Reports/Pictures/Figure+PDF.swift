// A picture as a PDF of one page (ISO 32000-1), for LaTeX, which reads no SVG. The text is in Helvetica, which every
// reader has, so no font is embedded.
import Foundation

extension Figure {
  /// Points in a pixel of the page.
  private static let scale = 0.75

  /// The whole PDF file; equal pictures give equal bytes.
  var pdf: [UInt8] {
    let marks = FigureMark.all(of: content)
    let (width, height) = (Self.scale * size.width, Self.scale * size.height)
    // PDF counts upwards from the lower edge, SVG downwards from the upper one.
    let drawing = ["\(number(Self.scale)) 0 0 \(number(-Self.scale)) 0 \(number(height)) cm"] + marks.map(Self.draw)
    let states = Set(marks.map(\.opacity)).sorted().map { opacity in
      "/\(Self.state(opacity)) << /ca \(number(opacity)) /CA \(number(opacity)) >>"
    }
    var stream: [UInt8] = drawing.joined(separator: "\n").unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    stream.append(0x0A)
    let objects = [
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      """
      << /Type /Page /Parent 2 0 R /MediaBox [0 0 \(number(width)) \(number(height))] /Contents 5 0 R
      /Resources << /Font << /F 4 0 R >> /ExtGState << \(states.joined(separator: " ")) >> >> >>
      """,
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    var file = Array("%PDF-1.4\n".utf8)
    var places: [Int] = []
    for (index, object) in objects.enumerated() {
      places.append(file.count)
      file += Array("\(index + 1) 0 obj\n\(object)\nendobj\n".utf8)
    }
    places.append(file.count)
    file += Array("5 0 obj\n<< /Length \(stream.count) >>\nstream\n".utf8) + stream + Array("endstream\nendobj\n".utf8)
    let lines = places.map { String(format: "%010d 00000 n \n", $0) }.joined()
    let trailer = "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n\(file.count)\n%%EOF\n"
    return file + Array("xref\n0 6\n0000000000 65535 f \n\(lines)\(trailer)".utf8)
  }

  private static func state(_ opacity: Double) -> String { "G\(Int((100 * opacity).rounded()))" }

  /// The operators that draw a mark. Each scalar of the result is a byte of the file.
  private static func draw(_ mark: FigureMark) -> String {
    let body = mark.tag == "text" ? letters(mark) : outline(mark)
    return body.isEmpty ? "" : "q /\(state(mark.opacity)) gs \(body) Q"
  }

  private static func outline(_ mark: FigureMark) -> String {
    let (fill, stroke) = (mark.color("fill", default: "#000000"), mark.color("stroke", default: "none"))
    let paint = fill != nil && stroke != nil ? "B" : fill != nil ? "f" : stroke != nil ? "S" : "n"
    var style: [String] = []
    if let fill { style.append("\(fill.map(number).joined(separator: " ")) rg") }
    if let stroke {
      style.append("\(stroke.map(number).joined(separator: " ")) RG \(mark.style["stroke-width"] ?? "1") w")
    }
    if let dashes = mark.style["stroke-dasharray"] { style.append("[\(dashes)] 0 d") }
    if mark.style["stroke-linecap"] == "round" { style.append("1 J 1 j") }
    return (style + [path(mark), paint]).joined(separator: " ")
  }

  private static func path(_ mark: FigureMark) -> String {
    switch mark.tag {
    case "line":
      return "\(number(mark.number("x1"))) \(number(mark.number("y1"))) m \(number(mark.number("x2"))) "
        + "\(number(mark.number("y2"))) l"
    case "rect":
      return ["x", "y", "width", "height"].map { number(mark.number($0)) }.joined(separator: " ") + " re"
    case "circle": return circle(mark.number("cx"), mark.number("cy"), mark.number("r"))
    default:
      let corners = (mark.attributes["d"] ?? "").split { "MLZ".contains($0) }
      let lines = corners.enumerated().map { "\($1) \($0 == 0 ? "m" : "l")" }
      return lines.joined(separator: " ") + (mark.attributes["d"]?.hasSuffix("Z") == true ? " h" : "")
    }
  }

  /// Four cubic curves, each within 0.03 % of the radius of a quarter of the circle.
  private static func circle(_ x: Double, _ y: Double, _ radius: Double) -> String {
    let bend = 0.5523 * radius
    func point(_ across: Double, _ down: Double) -> String { "\(number(x + across)) \(number(y + down))" }
    let quarters: [[(Double, Double)]] = [
      [(radius, bend), (bend, radius), (0, radius)], [(-bend, radius), (-radius, bend), (-radius, 0)],
      [(-radius, -bend), (-bend, -radius), (0, -radius)], [(bend, -radius), (radius, -bend), (radius, 0)],
    ]
    let curves = quarters.map { $0.map { point($0.0, $0.1) }.joined(separator: " ") + " c" }
    return "\(point(radius, 0)) m \(curves.joined(separator: " ")) h"
  }

  /// A line of text, upright, or from below to above if it is turned.
  private static func letters(_ mark: FigureMark) -> String {
    let size = Double((mark.style["font-size"] ?? "11px").dropLast(2)) ?? 11
    let width = Helvetica.width(mark.text) * size
    let anchor = mark.attributes["text-anchor"]
    let shift = anchor == "middle" ? width / 2 : anchor == "end" ? width : 0
    var (x, y, turn) = (mark.number("x") - shift, mark.number("y"), "1 0 0 -1")
    if let place = mark.attributes["transform"]?.firstMatch(of: /translate\(([0-9.-]+) ([0-9.-]+)\)/) {
      (x, y, turn) = (Double(place.1) ?? 0, (Double(place.2) ?? 0) + shift, "0 -1 -1 0")
    }
    let color = (mark.color("fill", default: "#000000") ?? [0, 0, 0]).map(number).joined(separator: " ")
    let place = "\(turn) \(number(x)) \(number(y)) Tm"
    return "BT \(color) rg /F \(number(size)) Tf \(place) (\(Helvetica.bytes(mark.text))) Tj ET"
  }
}

extension FigureMark {
  /// 1 unless an attribute or a rule says less.
  fileprivate var opacity: Double { (attributes["opacity"] ?? style["opacity"]).flatMap(Double.init) ?? 1 }
}
