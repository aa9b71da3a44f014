// How much a metric changes along a curve of severities, as one value.

/// The area between a curve and its value at the first position, by the trapezoid rule and divided by the curve's width:
/// the mean change along the curve. It is linear in the curve's values.
package enum Degradation {
  /// The coefficient of each value, for increasing `positions`, at least two.
  package static func coefficients(_ positions: [Double]) -> [Double] {
    precondition(positions.count > 1, "a curve of \(positions.count) points")
    let width = positions[positions.count - 1] - positions[0]
    var coefficients = positions.indices.map { index in
      let before = index > 0 ? positions[index] - positions[index - 1] : 0
      let after = index + 1 < positions.count ? positions[index + 1] - positions[index] : 0
      return (before + after) / 2 / width
    }
    coefficients[0] -= 1
    return coefficients
  }
}
