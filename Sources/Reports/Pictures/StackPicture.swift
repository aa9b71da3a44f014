// The parts of a method's uncertainty: total entropy as a bar, split into the part that all weights share and the parts
// from their differences within and between members.
import Calibration

/// The mean entropies of all methods as stacked bars.
struct StackPicture {
  /// The rows without a temperature.
  let rows: [MethodRow]

  /// The parts, in their order from the axis.
  private static let parts: [(metric: Metric, style: String)] = [
    (.aleatoricEntropy, "part-shared"), (.withinGroups, "part-within"), (.betweenGroups, "part-between"),
  ]
  /// The meaning of the colours, two on a line.
  private static let keys: [(style: String, meaning: String)] = [
    ("part-shared", "shared by all weights (aleatoric)"), ("part-within", "within a member"),
    ("part-between", "between members"), ("part-whole", "total only: one set of weights"),
  ]

  /// The picture, with the meaning of its colours above the bars.
  var svg: HTML {
    let totals = rows.compactMap { $0[.totalEntropy].score.value }
    let left = 14 + 6.8 * Double(rows.map(\.name.count).max() ?? 0)
    let plot = Plot(
      width: 480, height: 28 * Double(rows.count) + 88, x: Scale.roundDomain(totals, from: 0),
      y: 0...Double(rows.count), margins: .init(top: 52, right: 48, left: left))
    let bars = rows.enumerated().map { bar($1, plot, at: Double(rows.count - $0) - 0.5) }
    return plot.svg(
      "Mean entropy of every method and its parts",
      Self.legend + bars + [plot.xAxis("mean entropy, nats", ticks: 6)])
  }

  private static var legend: [HTML] {
    keys.enumerated().map { index, key in
      let (x, y) = (Double(index % 2) * 230, 8 + Double(index / 2) * 18)
      return """
        <rect class="\(key.style)" x="\(x)" y="\(y)" width="13" height="11"/>\
        <text x="\(x + 19)" y="\(y + 9.5)">\(key.meaning)</text>
        """
    }
  }

  private func bar(_ row: MethodRow, _ plot: Plot, at position: Double) -> HTML {
    let total = row[.totalEntropy].score.value ?? 0
    var (start, pieces): (Double, [HTML]) = (0, [])
    for part in Self.parts {
      guard let value = row[part.metric].score.value else { continue }
      pieces.append(plot.bar(start...(start + value), (position - 0.3)...(position + 0.3), style: part.style))
      start += value
    }
    if pieces.isEmpty { pieces = [plot.bar(0...total, (position - 0.3)...(position + 0.3), style: "part-whole")] }
    let name: HTML = """
      <text class="name" x="\(plot.x.pixels.start - 8)" y="\(plot.y(position) + 4)" text-anchor="end">\(row.name)</text>\
      <text class="tick" x="\(plot.x(total) + 7)" y="\(plot.y(position) + 4)">\(fixed(total, 3))</text>
      """
    return "\(pieces)\n\(name)"
  }
}
