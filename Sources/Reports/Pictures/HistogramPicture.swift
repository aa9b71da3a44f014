// Two histograms over the same bins: an uncertainty in distribution filled, that of a shifted set as an outline. If the
// outline is further to the right, the method is more uncertain under shift.
import Foundation

/// Histograms of the uncertainties of two sets, as fractions of each.
struct HistogramPicture {
  /// [example] The uncertainty, not below 0.
  let inside: [Double]
  let outside: [Double]
  /// The right end of the axis, above 0: for entropies, that of a uniform guess among all choices.
  let limit: Double
  /// What the axis says.
  let axis: String

  private static let bins = 20

  /// The largest fraction in a bin.
  var peak: Double { (shares(inside) + shares(outside)).max() ?? 0 }

  /// The picture; pictures that are compared share a `peak`.
  func svg(_ label: String, peak: Double) -> HTML {
    let (filled, outlined) = (shares(inside), shares(outside))
    let plot = Plot(
      width: 256, height: 170, x: 0...limit, y: Scale.roundDomain([peak], ticks: 3, from: 0),
      margins: .init(top: 8, left: 40))
    let width = limit / Double(Self.bins)
    let bars = filled.enumerated().filter { $1 > 0 }.map { bin, share in
      plot.bar(Double(bin) * width...Double(bin + 1) * width, 0...share, style: "count", gap: 0.5)
    }
    let steps = outlined.enumerated().flatMap { bin, share in
      [(Double(bin) * width, share), (Double(bin + 1) * width, share)]
    }
    return plot.svg(
      label,
      [plot.yAxis("share %", ticks: 3, percent: true)] + bars
        + [
          plot.line([(0, 0)] + steps + [(limit, 0)], style: "outline"), plot.xAxis(axis, ticks: 3),
        ])
  }

  /// The fraction of `values` in each bin; the last bin includes the limit.
  private func shares(_ values: [Double]) -> [Double] {
    var counts = [Double](repeating: 0, count: Self.bins)
    for value in values { counts[min(Self.bins - 1, max(0, Int(value / limit * Double(Self.bins))))] += 1 }
    return counts.map { $0 / Double(max(1, values.count)) }
  }
}
