// The scores of all methods side by side: a dot for the value, a line for its interval, and below it the same after
// temperature scaling. Intervals say more than ranks.
import Calibration

/// One metric of all methods.
struct ScorePicture {
  /// The metric.
  let metric: Metric
  /// All rows of the table.
  let rows: [MethodRow]

  private static let rowHeight = 34.0

  /// The picture, with the methods' names at its left: on a narrow page the pictures are below each other.
  var svg: HTML {
    let methods = rows.filter(\.isRaw).map(\.name)
    let ends = rows.flatMap { row in
      [row[metric].score.value, row[metric].interval?.lowerBound, row[metric].interval?.upperBound].compactMap { $0 }
    }
    let left = 24 + 6.8 * Double(methods.map(\.count).max() ?? 0)
    let plot = Plot(
      width: 356, height: Self.rowHeight * Double(methods.count) + 44,
      x: Scale.roundDomain(ends, within: Scale.limits(percent: metric.format == .percent)),
      y: 0...Double(methods.count), margins: .init(top: 8, right: 14, bottom: 36, left: left))
    let names: [HTML] = methods.enumerated().map { index, method in
      """
      <text class="name" x="\(left - 14)" y="\(plot.y(Double(methods.count - index) - 0.5) + 4)" \
      text-anchor="end">\(method)</text>
      """
    }
    let marks = rows.map { row -> HTML in
      let index = methods.firstIndex(of: row.forecast.method) ?? 0
      return mark(row, plot, at: Double(methods.count - index) - 0.5)
    }
    let title = metric.titleWithUnit
    return plot.svg(
      "\(metric.title) of every method with its 95 % interval",
      grid(plot) + [reference(plot)] + names + marks
        + [plot.xAxis(title, ticks: 5, percent: metric.format == .percent)])
  }

  private func mark(_ row: MethodRow, _ plot: Plot, at position: Double) -> HTML {
    guard let value = row[metric].score.value else { return "" }
    let isRaw = row.isRaw
    let style = "s\(MethodStyle(of: row.forecast.method).hue)"
    let height = position + (isRaw ? 0.14 : -0.2)
    let whisker = row[metric].interval.map {
      plot.line([($0.lowerBound, height), ($0.upperBound, height)], style: style + (isRaw ? " thick" : ""))
    }
    let title = "\(row.name): \(metric.format.text(value)) \(row[metric].intervalText(metric.format))"
    let dot = plot.dot(
      (value, height), radius: isRaw ? 4.5 : 3.5, style: isRaw ? "dot \(style)" : "hollow \(style)", title: title)
    return "\(whisker ?? "")\n\(dot)"
  }

  private func grid(_ plot: Plot) -> [HTML] {
    plot.x.ticks(5).map { plot.line([($0, plot.y.domain.lowerBound), ($0, plot.y.domain.upperBound)], style: "grid") }
  }

  private func reference(_ plot: Plot) -> HTML {
    guard let value = rows.first(where: { $0.name == MethodRow.reference })?[metric].score.value else { return "" }
    return plot.line([(value, 0), (value, plot.y.domain.upperBound)], style: "diagonal")
  }
}
