// The cells of the reports' tables: a method's name with its colour, a value with its interval below it.
import Calibration

/// Table cells about methods.
struct MethodCells {
  /// The remarks whose numbers follow the methods' names.
  let remarks: Remarks

  /// A line for each row: the values with their intervals, marked if they differ from the point estimate's.
  func values(_ metrics: [Metric], _ rows: [MethodRow]) -> [Page.Line] {
    lines(rows) { row in
      metrics.map { cell(row[$0], $0.format, mark: row.mark($0)) }
    }
  }

  /// A line for each row: the differences from the point estimate, marked if their interval excludes zero.
  func differences(_ metrics: [Metric], _ rows: [MethodRow]) -> [Page.Line] {
    lines(rows) { row in
      metrics.map { metric in
        row.differences[metric].map { cell($0, metric.format, mark: row.mark(metric), isSigned: true) } ?? ""
      }
    }
  }

  /// A line for each row with the cells that `content` returns; a method's two rows are close together.
  func lines(_ rows: [MethodRow], _ content: (MethodRow) -> [HTML]) -> [Page.Line] {
    func continues(_ index: Int) -> Bool {
      rows.indices.contains(index) && index > 0 && !rows[index].isRaw
        && rows[index].forecast.method == rows[index - 1].forecast.method
    }
    return rows.enumerated().map { index, row in
      let style = continues(index) ? "second" : continues(index + 1) ? "first" : ""
      return Page.Line(style: style, cells: [continues(index) ? calibrator(row) : name(row)] + content(row))
    }
  }

  /// The method with its colour, and its calibrator if it has one.
  func name(_ row: MethodRow) -> HTML {
    let method = row.forecast.method
    let number = row.isRaw ? remarks.marker(method) : ""
    let marker: HTML = number.isEmpty ? "" : " <sup>[\(number)]</sup>"
    let swatch: HTML = "\(MethodStyle(of: method).key)\(method)\(marker)"
    return row.isRaw ? swatch : "\(swatch) \(calibrator(row))"
  }

  private func calibrator(_ row: MethodRow) -> HTML { "with \(row.forecast.calibrator?.label ?? "")" }

  /// A value with its interval, bold behind its mark if it has one; or a dash with the reason as its tooltip.
  func cell(_ estimate: Estimate, _ format: NumberFormat, mark: String = "", isSigned: Bool = false) -> HTML {
    guard let value = estimate.score.value else {
      return "<span class=\"none\" title=\"\(estimate.score.reason ?? "")\">\u{2013}</span>"
    }
    func end(_ value: Double) -> String { isSigned ? format.signed(value) : format.text(value) }
    let range = estimate.interval.map { "\(end($0.lowerBound)) \u{2026} \(end($0.upperBound))" } ?? ""
    return !mark.isEmpty
      ? "<b>\(mark) \(end(value))</b><small>\(range)</small>" : "\(end(value))<small>\(range)</small>"
  }
}

extension FittedCalibrator {
  /// What it is called in tables: `T = 1.30`, `vector`, or `chosen: vector`.
  var label: String {
    if let temperature { return "T = \(fixed(temperature.value, 2))" }
    return calibrator == kind ? kind.rawValue : "\(calibrator.rawValue): \(kind.rawValue)"
  }
}

extension Remarks {
  /// The remarks, for directly below a table; empty if there are none.
  var section: HTML {
    list.isEmpty ? "" : "<ul class=\"remarks\">\(lines.map { "<li>\($0)</li>" as HTML })</ul>"
  }
}
