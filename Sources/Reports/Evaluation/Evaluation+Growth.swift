// The report's pictures of growth: the effect of more members and samples, and how uncertainty between members
// collapses.
import Calibration
import Foundation

extension Evaluation {
  /// Scores and uncertainty by the number of members and of samples; empty if every method has one set of weights.
  func growthSection(_ growth: [Growth]) -> [Page.Section] {
    let growing = growth.filter { $0.points.count > 1 }
    guard !growing.isEmpty else { return [] }
    let byMembers = growing.filter { $0.byMembers.count > 1 }
    let bySamples = growing.filter { $0.bySamples.count > 1 }
    func row(_ title: String, _ pictures: [HTML]) -> HTML {
      "<h3>\(title)</h3><div class=\"row\">\(pictures)</div>"
    }
    var blocks: [HTML] = [MethodStyle.legend(growing.map(\.method))]
    if !byMembers.isEmpty {
      blocks.append(
        row(
          "By number of members, with all samples of each",
          headline.map { scores(byMembers, $0, "members", \.byMembers, \.members) }
            + Self.uncertainties.map { scores(byMembers, $0, "members", \.byMembers, \.members) }))
    }
    if !bySamples.isEmpty {
      blocks.append(
        row(
          "By number of samples per member, with all members",
          headline.map { scores(bySamples, $0, "samples", \.bySamples, \.samples) }
            + Self.uncertainties.map { scores(bySamples, $0, "samples", \.bySamples, \.samples) }))
    }
    let collapsing = growing.filter { $0.collapse.points.count > 1 }
    if !collapsing.isEmpty { blocks.append(row("By size of groups of draws", [Self.collapse(collapsing)])) }
    return [
      Page.section(
        "More members, more samples",
        """
        The scores of the first members and samples of each method, then its mutual information: the total, and its \
        parts between members and within a member. It is biased: few draws underestimate it. A member that averages \
        many samples hides their spread, so the part between members falls as samples increase: this uncertainty \
        collapses although nothing was learnt. The values are in <code>growth.csv</code>. So it does between groups of \
        all draws, as the groups grow: by 1 / size where draws are independent, so that size times mutual information \
        stays level. The values are in <code>collapse.csv</code>.
        """, blocks)
    ]
  }

  /// Mutual information between groups times their size: level where the draws are independent.
  private static func collapse(_ growth: [Growth]) -> HTML {
    CurvePicture(
      label: "Mutual information times the size of groups",
      x: ("log2 of the draws in a group", percent: false, counts: false),
      y: ("size times mutual information, nats", percent: false),
      curves: growth.map { growth in
        CurvePicture.Curve(
          method: growth.method,
          points: growth.collapse.points.map { (log2(Double($0.size)), Double($0.size) * $0.unbiased) })
      }, floor: 0
    ).svg
  }

  /// Mutual information and its two parts.
  private static let uncertainties: [Metric] = [.epistemicEntropy, .betweenGroups, .withinGroups]

  private static func title(_ metric: Metric) -> String {
    switch metric {
    case .epistemicEntropy: "Mutual information"
    case .betweenGroups: "Mutual information between members"
    case .withinGroups: "Mutual information within a member"
    default: metric.title
    }
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
    let isUncertainty = Self.uncertainties.contains(metric)
    return CurvePicture(
      label: "\(Self.title(metric)) by \(axis)", x: (axis, percent: false, counts: true),
      y: (Self.title(metric) + (isUncertainty ? ", nats" : metric.format.unit), metric.format == .percent),
      curves: curves.filter { !$0.points.isEmpty }, floor: isUncertainty ? 0 : nil
    ).svg
  }
}
