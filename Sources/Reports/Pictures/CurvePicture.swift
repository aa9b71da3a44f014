// Curves of several methods over one axis: risk against coverage, scores over epochs, scores over severities.

/// A picture of curves.
struct CurvePicture {
  /// A curve of one method.
  struct Curve {
    /// Whose colour it has.
    let method: String
    /// x and y, x rising.
    let points: [(Double, Double)]
    /// The range of y at each point, or empty.
    var bands: [ClosedRange<Double>] = []
    /// Further classes, such as `thin`.
    var style = ""
  }

  /// What the picture shows, for those who cannot see it.
  let label: String
  /// The axes' titles; numbers are shares printed as percentages where `true`.
  let x: (title: String, percent: Bool)
  let y: (title: String, percent: Bool)
  /// The curves, drawn in order.
  let curves: [Curve]
  /// The width and height in pixels.
  var size = (width: 526.0, height: 290.0)
  /// Where y begins; nil for a round number below the lowest value.
  var floor: Double?
  /// Further heights that y must reach, for pictures that are to be compared.
  var heights: [Double] = []
  /// A dot at every point, for curves of few points.
  var hasDots = false
  /// About how many ticks each axis has.
  var ticks = (x: 5, y: 4)
  /// Names below x = 0, 1, ... in place of numbers, or empty.
  var names: [String] = []

  /// The picture.
  func svg(_ palette: Palette) -> HTML {
    let points = curves.flatMap(\.points)
    guard let first = points.map(\.0).min(), let last = points.map(\.0).max() else { return "" }
    let heights = heights + points.map(\.1) + curves.flatMap { $0.bands.flatMap { [$0.lowerBound, $0.upperBound] } }
    // Names are centred below their points and need room at both ends.
    let room = names.isEmpty ? 0 : 0.35
    let plot = Plot(
      width: size.width, height: size.height, x: (first - room)...(max(last, first + 1e-9) + room),
      y: Scale.roundDomain(heights, ticks: ticks.y, from: floor))
    return plot.svg(
      label,
      [
        plot.yAxis(y.title, ticks: ticks.y, percent: y.percent),
        names.isEmpty ? plot.xAxis(x.title, ticks: ticks.x, percent: x.percent) : plot.xAxis(names: names),
      ] + curves.map { draw($0, plot, palette) })
  }

  private func draw(_ curve: Curve, _ plot: Plot, _ palette: Palette) -> HTML {
    let style = palette[curve.method]
    let line = plot.line(curve.points, style: "\(style) \(curve.style)")
    let band = curve.bands.count == curve.points.count && !curve.bands.isEmpty ? area(curve, plot, style) : ""
    let dots = hasDots ? curve.points.map { plot.dot($0, radius: 2.75, style: "dot \(style)") } : []
    return "\(band)\n\(line)\n\(dots)"
  }

  private func area(_ curve: Curve, _ plot: Plot, _ style: String) -> HTML {
    let upper = zip(curve.points, curve.bands).map { ($0.0, $1.upperBound) }
    let lower = zip(curve.points, curve.bands).map { ($0.0, $1.lowerBound) }
    return plot.line(upper + lower.reversed(), style: "band \(style)")
  }
}
