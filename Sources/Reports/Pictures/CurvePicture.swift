// Curves of several methods over one axis: risk against coverage, scores over epochs, scores over severities. Every
// curve has its method's name at its end, so that readers need not match colours.

/// A picture of curves.
struct CurvePicture {
  /// A curve of one method.
  struct Curve {
    /// The method, which determines its style.
    let method: String
    /// x and y, x rising.
    let points: [(Double, Double)]
    /// The range of y at each point, or empty.
    var bands: [ClosedRange<Double>] = []
  }

  /// The picture's accessible name.
  let label: String
  /// The axes' titles; values are fractions printed as percentages if `percent`, and integers if `counts`.
  let x: (title: String, percent: Bool, counts: Bool)
  let y: (title: String, percent: Bool)
  /// The curves, drawn in order.
  let curves: [Curve]
  /// The width and the minimum height in pixels: a picture is taller if the names need more. A wide page enlarges a
  /// picture; on a phone it must not become too small to be read.
  var size = (width: 440.0, height: 250.0)
  /// The lower end of y; nil for a round number below the lowest value.
  var floor: Double?
  /// Additional y values that the axis must include, for pictures that are compared.
  var heights: [Double] = []
  /// The approximate number of ticks of each axis.
  var ticks = (x: 5, y: 4)
  /// Names below x = 0, 1, ... instead of numbers, or empty.
  var names: [String] = []

  /// Distance in pixels between the names at the curves' ends.
  private static let nameHeight = 13.0

  /// The picture, or a sentence instead if no curve has two points.
  var svg: HTML {
    guard curves.contains(where: { $0.points.count > 1 }) else {
      return "<p class=\"note\">Not drawn: \(label). No method has more than one value here.</p>"
    }
    let plot = plot
    return plot.svg(
      label,
      [
        plot.yAxis(y.title, ticks: ticks.y, percent: y.percent),
        names.isEmpty ? plot.xAxis(x.title, ticks: ticks.x, percent: x.percent) : plot.xAxis(names: names),
      ] + curves.map { draw($0, plot) } + [ends(plot)])
  }

  private var plot: Plot {
    let points = curves.flatMap(\.points)
    let (first, last) = (points.map(\.0).min() ?? 0, points.map(\.0).max() ?? 1)
    let heights = heights + points.map(\.1) + curves.flatMap { $0.bands.flatMap { [$0.lowerBound, $0.upperBound] } }
    let domain = Scale.roundDomain(heights, ticks: ticks.y, from: floor, within: Scale.limits(percent: y.percent))
    // Names below the axis are centred at their points and need room at both ends.
    let room = names.isEmpty ? 0 : 0.35
    let longest = curves.map(\.method.count).max() ?? 0
    let margins = Plot.Margins(
      right: 20 + 6 * Double(longest), left: Plot.leftMargin(domain, ticks: ticks.y, percent: y.percent))
    let labels = Self.nameHeight * Double(Set(curves.map(\.method)).count)
    return Plot(
      width: size.width, height: max(size.height, labels + margins.top + margins.bottom),
      x: (first - room)...(last + room), y: domain, margins: margins, countsX: x.counts)
  }

  private func draw(_ curve: Curve, _ plot: Plot) -> HTML {
    let style = MethodStyle(of: curve.method)
    let line = curve.points.count > 1 ? plot.line(curve.points, style: style.classes) : ""
    let band = curve.bands.count == curve.points.count && !curve.bands.isEmpty ? area(curve, plot, style) : ""
    let markers = marked(curve).map { style.marker(plot.x($0.0), plot.y($0.1)) }
    return "\(band)\n\(line)\n\(markers)"
  }

  /// The points that get a marker: all if there are few, otherwise about ten, at different positions for each method,
  /// so that the markers of overlapping curves do not cover each other.
  private func marked(_ curve: Curve) -> [(Double, Double)] {
    guard curve.points.count > 16 else { return curve.points }
    let step = curve.points.count / 10
    let position = curves.firstIndex { $0.method == curve.method } ?? 0
    return stride(from: (position * step / max(curves.count, 1)) + step / 2, to: curve.points.count, by: step).map {
      curve.points[$0]
    }
  }

  private func area(_ curve: Curve, _ plot: Plot, _ style: MethodStyle) -> HTML {
    let upper = zip(curve.points, curve.bands).map { ($0.0, $1.upperBound) }
    let lower = zip(curve.points, curve.bands).map { ($0.0, $1.lowerBound) }
    return plot.line(upper + lower.reversed(), style: "band s\(style.hue)")
  }

  /// Each method's name at the right, as near to its curve's end as the other names allow, joined to it by a thin line.
  private func ends(_ plot: Plot) -> HTML {
    var last: [String: (Double, Double)] = [:]
    for curve in curves { if let end = curve.points.last { last[curve.method] = end } }
    let sorted = last.map { (method: $0.key, x: plot.x($0.value.0), y: plot.y($0.value.1)) }
      .sorted { ($0.y, $0.method) < ($1.y, $1.method) }
    let heights = Self.spread(
      sorted.map(\.y), gap: Self.nameHeight, within: (plot.y.pixels.end + 4)...(plot.y.pixels.start - 4))
    let left = plot.x.pixels.end + 12
    let labels = zip(sorted, heights).map { end, y -> HTML in
      let style = MethodStyle(of: end.method)
      return """
        <path class="leader s\(style.hue)" d="M\(end.x + 4) \(end.y)L\(left - 3) \(y)"/>\
        <text class="end s\(style.hue)" x="\(left)" y="\(y + 3.5)">\(end.method)</text>
        """
    }
    return HTML(labels)
  }

  /// Increasing positions, at least `gap` apart and near the increasing `ideal` ones: each is pushed up by the one
  /// before it, and if the last leaves the range, all are pushed back.
  static func spread(_ ideal: [Double], gap: Double, within range: ClosedRange<Double>) -> [Double] {
    var positions: [Double] = []
    for position in ideal { positions.append(max(position, (positions.last ?? range.lowerBound - gap) + gap)) }
    var highest = range.upperBound
    for index in positions.indices.reversed() {
      positions[index] = min(positions[index], highest)
      highest = positions[index] - gap
    }
    return positions
  }
}
