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

  /// The picture.
  var svg: HTML {
    let totals = rows.compactMap { $0[.totalEntropy].score.value }
    let plot = Plot(
      width: 800, height: 34 * Double(rows.count) + 44, x: Scale.roundDomain(totals, from: 0),
      y: 0...Double(rows.count),
      margins: .init(top: 8, right: 48, bottom: 36, left: 116))
    let bars = rows.enumerated().map { bar($1, plot, at: Double(rows.count - $0) - 0.5) }
    return plot.svg(
      "Mean entropy of every method and its parts", bars + [plot.xAxis("mean entropy, nats", ticks: 8)])
  }

  /// The meaning of the colours.
  var legend: HTML {
    """
    <p class="legend"><span class="key"><i class="part-shared"></i>shared by all weights (aleatoric)</span>
    <span class="key"><i class="part-within"></i>within a member</span>
    <span class="key"><i class="part-between"></i>between members</span>
    <span class="key"><i class="part-whole"></i>total only: one set of weights</span></p>
    """
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
      <text class="name" x="102" y="\(plot.y(position) + 4)" text-anchor="end">\(row.name)</text>\
      <text class="tick" x="\(plot.x(total) + 7)" y="\(plot.y(position) + 4)">\(fixed(total, 3))</text>
      """
    return "\(pieces)\n\(name)"
  }
}
