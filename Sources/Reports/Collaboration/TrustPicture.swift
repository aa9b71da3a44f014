// A trust matrix as a picture: one square for each pair of clients, darker the more the one in the row trusts the one in
// the column.
import Artifacts

/// The rows of one kind of trust.
struct TrustPicture {
  let rows: [Adapter.Exchange]

  /// The picture; `label` is its accessible name.
  func svg(_ label: String) -> HTML {
    let clients = rows[0].clients
    // A letter of a tick label takes 6.2 pixels.
    let widest = 6.2 * Double(clients.map(\.count).max() ?? 0)
    let (left, cell) = (widest + 16, max(30, widest + 8))
    let (columns, lines) = (Double(clients.count), Double(rows.count))
    let plot = Plot(
      width: left + columns * cell + 12, height: 10 + lines * 30 + 24, x: -0.5...columns - 0.5, y: -0.5...lines - 0.5,
      margins: .init(bottom: 24, left: left))
    let squares = rows.enumerated().flatMap { number, row -> [HTML] in
      let y = lines - 1 - Double(number)
      let name: HTML = """
        <text class="tick" x="\(left - 7)" y="\(plot.y(y) + 3.5)" text-anchor="end">\(row.client)</text>
        """
      return [name] + row.trust.enumerated().map { square(plot, Double($0), y, trust: $1) }
    }
    return plot.svg(label, squares + [plot.xAxis(names: clients)])
  }

  private func square(_ plot: Plot, _ x: Double, _ y: Double, trust: Double) -> HTML {
    """
    \(plot.bar(x - 0.5...x + 0.5, y - 0.48...y + 0.48, style: "count", gap: 0.5, opacity: trust))
    <text class="tick" x="\(plot.x(x))" y="\(plot.y(y) + 3.5)" text-anchor="middle">\(NumberFormat.decimal.text(trust, coarse: true))</text>
    """
  }
}
