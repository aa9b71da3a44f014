// A rectangle with two axes, as SVG. Colours and type come from the page's style sheet, so that a picture is light or
// dark with its page and prints black on white.

/// The frame of a picture.
struct Plot {
  /// The whole picture, in pixels.
  let width: Double
  let height: Double
  /// The maps from values to pixels.
  let x: Scale
  let y: Scale

  /// Space around the frame for ticks and titles.
  struct Margins {
    var top = 10.0
    var right = 12.0
    var bottom = 36.0
    var left = 44.0
  }

  /// Width in pixels of the title and the tick labels of a vertical axis over `domain`; a digit takes 6.2.
  static func leftMargin(_ domain: ClosedRange<Double>, ticks: Int, percent: Bool) -> Double {
    let scale = Scale(domain: domain, pixels: (0, 1))
    let longest = scale.ticks(ticks).map { scale.label($0, ticks: ticks, percent: percent).count }.max() ?? 0
    return max(44, 26 + 6.2 * Double(longest))
  }

  /// A picture of this size with these axes; `countsX` for counts, which have ticks only at integers.
  init(
    width: Double, height: Double, x: ClosedRange<Double>, y: ClosedRange<Double>, margins: Margins = Margins(),
    countsX: Bool = false
  ) {
    (self.width, self.height) = (width, height)
    self.x = Scale(domain: x, pixels: (margins.left, width - margins.right), counts: countsX)
    self.y = Scale(domain: y, pixels: (height - margins.bottom, margins.top))
  }

  /// The picture around `content`; `label` is its accessible name.
  func svg(_ label: String, _ content: [HTML]) -> HTML {
    """
    <svg viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" role="img" aria-label="\(label)">
    \(content)
    </svg>
    """
  }

  /// Lines across the frame at the ticks of y, with their numbers, as percentages if `percent`.
  func yAxis(_ title: String, ticks: Int = 4, percent: Bool = false) -> HTML {
    let (left, right) = (x.pixels.start, x.pixels.end)
    let marks: [HTML] = y.ticks(ticks).map { value in
      """
      <line class="grid" x1="\(left)" x2="\(right)" y1="\(y(value))" y2="\(y(value))"/>\
      <text class="tick" x="\(left - 7)" y="\(y(value) + 3.5)" text-anchor="end">\(y.label(value, ticks: ticks, percent: percent))</text>
      """
    }
    return "\(marks)\n\(titleOfY(title))"
  }

  /// Numbers below the frame at the ticks of x.
  func xAxis(_ title: String, ticks: Int = 5, percent: Bool = false) -> HTML {
    let bottom = y.pixels.start
    let marks: [HTML] = x.ticks(ticks).map { value in
      """
      <line class="axis" x1="\(x(value))" x2="\(x(value))" y1="\(bottom)" y2="\(bottom + 4)"/>\
      <text class="tick" x="\(x(value))" y="\(bottom + 16)" text-anchor="middle">\(x.label(value, ticks: ticks, percent: percent))</text>
      """
    }
    let line: HTML = """
      <line class="axis" x1="\(x.pixels.start)" x2="\(x.pixels.end)" y1="\(bottom)" y2="\(bottom)"/>
      """
    return "\(line)\n\(marks)\n\(titleOfX(title))"
  }

  /// Names below x = 0, 1, ...
  func xAxis(names: [String]) -> HTML {
    let bottom = y.pixels.start
    let marks: [HTML] = names.enumerated().map { index, name in
      """
      <text class="tick" x="\(x(Double(index)))" y="\(bottom + 16)" text-anchor="middle">\(name)</text>
      """
    }
    let line: HTML = """
      <line class="axis" x1="\(x.pixels.start)" x2="\(x.pixels.end)" y1="\(bottom)" y2="\(bottom)"/>
      """
    return "\(line)\n\(marks)"
  }

  /// A line through `points`.
  func line(_ points: [(Double, Double)], style: String) -> HTML {
    let corners = points.map { "\(x($0.0)) \(y($0.1))" as HTML }
    return "<path class=\"line \(style)\" d=\"M\(HTML(markup: corners.map(\.source).joined(separator: "L")))\"/>"
  }

  /// The area inside a line through `points`.
  func area(_ points: [(Double, Double)], style: String) -> HTML {
    let corners = points.map { "\(x($0.0)) \(y($0.1))" as HTML }
    return "<path class=\"\(style)\" d=\"M\(HTML(markup: corners.map(\.source).joined(separator: "L")))Z\"/>"
  }

  /// A dot with a tooltip.
  func dot(_ point: (Double, Double), radius: Double = 3, style: String, title: String = "") -> HTML {
    let tip: HTML = title.isEmpty ? "" : "<title>\(title)</title>"
    return "<circle class=\"\(style)\" cx=\"\(x(point.0))\" cy=\"\(y(point.1))\" r=\"\(radius)\">\(tip)</circle>"
  }

  /// A rectangle between two corners in values of the axes, with `gap` free pixels on the left and right.
  func bar(
    _ xs: ClosedRange<Double>, _ ys: ClosedRange<Double>, style: String, gap: Double = 0, opacity: Double = 1
  ) -> HTML {
    let (left, right) = (x(xs.lowerBound) + gap, x(xs.upperBound) - gap)
    let (top, bottom) = (y(ys.upperBound), y(ys.lowerBound))
    let fade: HTML = opacity < 1 ? " opacity=\"\(opacity)\"" : ""
    return """
      <rect class="\(style)" x="\(left)" y="\(top)" width="\(max(0, right - left))" \
      height="\(max(0, bottom - top))"\(fade)/>
      """
  }

  private func titleOfX(_ title: String) -> HTML {
    let middle = (x.pixels.start + x.pixels.end) / 2
    return """
      <text class="axis-title" x="\(middle)" y="\(y.pixels.start + 31)" text-anchor="middle">\(title)</text>
      """
  }

  private func titleOfY(_ title: String) -> HTML {
    let middle = (y.pixels.start + y.pixels.end) / 2
    return """
      <text class="axis-title" transform="translate(12 \(middle)) rotate(-90)" text-anchor="middle">\(title)</text>
      """
  }
}
