// What tables and files say about a metric, whatever it is computed from: a forecast of choices, or open answers.
import Calibration

/// The name of a metric, and how its values are read and printed.
protocol Measure: Sendable {
  /// Its name in files.
  var name: String { get }
  /// Its name in tables and pictures.
  var title: String { get }
  /// Which values are better.
  var direction: Metric.Direction { get }
  /// How its values are printed; files always contain the plain number.
  var format: NumberFormat { get }
  /// Whether it is a mean over questions, and not a quantity of the whole set.
  var isMean: Bool { get }
}

extension Measure {
  /// The unit behind the title: ` %` or "", also where the title has one already.
  var unit: String { title.contains("%") ? "" : format.unit }

  /// The title with the unit.
  var titleWithUnit: String { title + unit }

  /// The heading of its column in a terminal: the title with the unit.
  var heading: String { name == Metric.accuracy.name ? "acc %" : titleWithUnit }

  /// Its column heading, with the unit; a link to its definition.
  var head: HTML { "<a href=\"#\(anchor)\">\(title)</a>\(unit)" }

  /// What links to its definition end in.
  var anchor: String { "definition-\(Page.anchor(name))" }
}

extension Estimate {
  /// For a difference in `metric`: a tick if it is for the better, a cross if it is for the worse; "" if its interval
  /// contains zero.
  func mark(_ metric: some Measure) -> String {
    guard excludesZero, metric.direction != .neither, let value = score.value else { return "" }
    return (value > 0) == (metric.direction == .higher) ? "\u{2713}" : "\u{2717}"
  }
}
