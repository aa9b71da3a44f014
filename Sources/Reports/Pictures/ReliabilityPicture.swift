// The reliability diagram of one method: accuracy over confidence, the gap to the diagonal, and the counts below.
import Calibration
import Faults

/// A reliability diagram with its histogram.
struct ReliabilityPicture {
  /// What is counted.
  let kind: RowKind
  /// Before temperature scaling.
  let diagram: ReliabilityDiagram
  /// Without bins.
  let curve: ReliabilityCurve
  /// After temperature scaling, or nil.
  let scaled: ReliabilityDiagram?

  private let plot = Plot(
    width: 256, height: 328, x: 0...1, y: 0...1, margins: .init(top: 8, bottom: 100, left: 40))

  /// The diagram, with the number of questions in each bin below it; `label` names the method.
  func svg(_ label: String) -> HTML {
    let bins = Self.filled(diagram)
    let bars = bins.map { bin, _, accuracy in
      plot.bar(bin.lower...bin.upper, 0...accuracy, style: "bar", gap: 0.75, opacity: opacity(bin))
    }
    let gaps = bins.map { bin, confidence, accuracy in
      plot.bar(
        bin.lower...bin.upper, min(confidence, accuracy)...max(confidence, accuracy),
        style: accuracy < confidence ? "over" : "under", gap: 0.75, opacity: opacity(bin))
    }
    let dots = bins.map { bin, confidence, accuracy in
      plot.dot(
        (confidence, accuracy), style: isFew(bin) ? "ink-dot pale" : "ink-dot",
        title: kind.words(
          "\(plural(bin.count, "question")): confidence \(fixed(100 * confidence, 1)) %, right \(fixed(100 * accuracy, 1)) %"
        ))
    }
    return plot.svg(
      label,
      [plot.yAxis("right %", ticks: 5, percent: true)] + bars + gaps
        + [band, plot.line([(0, 0), (1, 1)], style: "diagonal"), isotonicLine, scaledLine] + dots + counts)
  }

  /// Where the isotonic line of perfectly calibrated methods is.
  private var band: HTML {
    let upper = curve.band.map { ($0.confidence, $0.interval.upperBound) }
    let lower = curve.band.reversed().map { ($0.confidence, $0.interval.lowerBound) }
    return plot.area(upper + lower, style: "chance")
  }

  private var isotonicLine: HTML {
    plot.line(curve.fit.steps.flatMap { [($0.lower, $0.value), ($0.upper, $0.value)] }, style: "isotonic")
  }

  /// The counts below the diagram, on the same axis.
  private var counts: [HTML] {
    let most = Double(diagram.bins.map(\.count).max() ?? 0)
    let plot = Plot(
      width: plot.width, height: plot.height, x: 0...1, y: 0...max(1, most), margins: .init(top: 240, left: 40))
    let bars = diagram.bins.filter { $0.count > 0 }.map { bin in
      plot.bar(bin.lower...bin.upper, 0...Double(bin.count), style: "count", gap: 0.75)
    }
    let top: HTML = """
      <text class="tick" x="33" y="\(plot.y(most) + 7)" text-anchor="end">\(fixed(most, 0))</text>
      """
    return bars + [top, plot.xAxis("confidence %", ticks: 5, percent: true)]
  }

  private var scaledLine: HTML {
    guard let scaled else { return "" }
    let points = Self.filled(scaled).filter { !isFew($0.bin) }.map { ($0.confidence, $0.accuracy) }
    let dots = points.map { plot.dot($0, radius: 2.5, style: "hollow") }
    return "\(plot.line(points, style: "scaled"))\n\(dots)"
  }

  private static func filled(
    _ diagram: ReliabilityDiagram
  ) -> [(bin: ReliabilityDiagram.Bin, confidence: Double, accuracy: Double)] {
    diagram.bins.compactMap { bin in
      bin.confidence.flatMap { confidence in bin.accuracy.map { (bin, confidence, $0) } }
    }
  }

  /// A bin with few questions says little, and must not attract attention.
  private func opacity(_ bin: ReliabilityDiagram.Bin) -> Double {
    0.25 + 0.75 * min(1, 50 * Double(bin.count) / Double(total))
  }

  private func isFew(_ bin: ReliabilityDiagram.Bin) -> Bool { 100 * bin.count < total }

  private var total: Int { diagram.bins.reduce(0) { $0 + $1.count } }
}
