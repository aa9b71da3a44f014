// The report's pictures of growth: what more members and samples bring, and how doubt between members collapses.
import Calibration

extension Evaluation {
  /// Scores and doubt by the number of members and of samples; empty where every method has one set of weights.
  func growthSection(_ growth: [Growth]) -> [HTML] {
    let growing = growth.filter { $0.points.count > 1 }
    guard !growing.isEmpty else { return [] }
    let byMembers = growing.filter { $0.byMembers.count > 1 }
    let bySamples = growing.filter { $0.bySamples.count > 1 }
    func row(_ title: String, _ pictures: [HTML]) -> HTML {
      "<h3>\(title)</h3><div class=\"row\">\(pictures)</div>"
    }
    var blocks: [HTML] = [palette.legend(growing.map(\.method))]
    if !byMembers.isEmpty {
      blocks.append(
        row(
          "By members, with all samples of each",
          [.accuracy, .nll, .ece].map { scores(byMembers, $0, "members", \.byMembers, \.members) }
            + [doubt(byMembers, "members", \.byMembers, \.members)]))
    }
    if !bySamples.isEmpty {
      blocks.append(
        row(
          "By samples of each member, with all members",
          [.accuracy, .nll, .ece].map { scores(bySamples, $0, "samples", \.bySamples, \.samples) }
            + [doubt(bySamples, "samples", \.bySamples, \.samples)]))
    }
    return [
      Page.section(
        "More members, more samples",
        """
        The scores of the first members and samples of each method. Mutual information is drawn whole (thick), between \
        members (dashed) and within a member (dotted), whole = between + within. It is biased: few draws show less of it \
        than there is. A member that is the mean of many samples hides their spread, so the part between members falls \
        as samples grow: doubt collapses without anything having been learnt. The numbers are in <code>growth.csv</code>.
        """, blocks)
    ]
  }

  private func scores(
    _ growth: [Growth], _ metric: Metric, _ axis: String, _ points: KeyPath<Growth, [Growth.Point]>,
    _ count: KeyPath<Growth.Point, Int>
  ) -> HTML {
    let curves = growth.map { method in
      CurvePicture.Curve(
        method: method.method,
        points: method[keyPath: points].filter { $0[metric].isFinite }.map { (Double($0[keyPath: count]), $0[metric]) })
    }
    return CurvePicture(
      label: "\(metric.title) by \(axis)", x: (axis, false), y: (metric.title, metric.format == .percent),
      curves: curves, hasDots: true
    ).svg(palette)
  }

  private func doubt(
    _ growth: [Growth], _ axis: String, _ points: KeyPath<Growth, [Growth.Point]>,
    _ count: KeyPath<Growth.Point, Int>
  ) -> HTML {
    let parts: [(Metric, String)] = [(.epistemicEntropy, ""), (.betweenGroups, "dashed"), (.withinGroups, "dotted")]
    let curves = growth.flatMap { method in
      parts.map { metric, style in
        CurvePicture.Curve(
          method: method.method,
          points: method[keyPath: points].filter { $0[metric].isFinite }.map {
            (Double($0[keyPath: count]), $0[metric])
          },
          style: style)
      }
    }
    return CurvePicture(
      label: "Mutual information by \(axis)", x: (axis, false), y: ("mutual information, nats", false),
      curves: curves.filter { !$0.points.isEmpty }, floor: 0
    ).svg(palette)
  }
}
