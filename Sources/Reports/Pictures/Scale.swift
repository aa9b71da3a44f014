// The map from values to pixels, and the round numbers at the ticks of an axis.
import Foundation

/// A linear map from a range of values to a range of coordinates.
struct Scale {
  /// The values at both ends of the axis.
  let domain: ClosedRange<Double>
  /// Their coordinates; a vertical axis runs from a large coordinate to a small one.
  let pixels: (start: Double, end: Double)
  /// Whether the values are counts, which have ticks only at integers.
  var counts = false

  /// The coordinate of `value`.
  func callAsFunction(_ value: Double) -> Double {
    let share = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    return pixels.start + share * (pixels.end - pixels.start)
  }

  /// About `count` round numbers inside the domain; their step is 1, 2 or 5 times a power of ten.
  func ticks(_ count: Int) -> [Double] {
    let step = step(count)
    let first = Int((domain.lowerBound / step - 1e-9).rounded(.up))
    let last = Int((domain.upperBound / step + 1e-9).rounded(.down))
    return first > last ? [] : (first...last).map { Double($0) * step }
  }

  /// The label of the tick at `value`, with enough decimals to distinguish about `count` ticks.
  func label(_ value: Double, ticks count: Int, percent: Bool) -> String {
    let decimals = max(0, -Int(log10(step(count) * 1.001).rounded(.down)))
    return fixed(percent ? 100 * value : value, max(0, decimals - (percent ? 2 : 0)))
  }

  private func step(_ count: Int) -> Double {
    let step = Self.roundStep((domain.upperBound - domain.lowerBound) / Double(count))
    return counts ? max(1, step) : step
  }

  /// The narrowest range of an axis: 1 %, or 0.01 nats. Smaller differences are rounding.
  private static let narrowest = 0.01

  /// The limits of an axis: nothing that is drawn is negative, and fractions end at 1.
  static func limits(percent: Bool) -> ClosedRange<Double> { 0...(percent ? 1 : .greatestFiniteMagnitude) }

  /// A domain that contains all `values`, is at least 0.01 wide and ends at round numbers. It begins at `floor` if
  /// there is one, and exceeds `limits` by no more than the values do.
  static func roundDomain(
    _ values: [Double], ticks: Int = 4, from floor: Double? = nil, within limits: ClosedRange<Double>? = nil
  ) -> ClosedRange<Double> {
    var (low, high) = (floor ?? values.min() ?? 0, values.max() ?? 1)
    if let floor {
      high = max(high, floor + narrowest)
    } else if high - low < narrowest {
      let middle = (low + high) / 2
      (low, high) = (middle - narrowest / 2, middle + narrowest / 2)
    }
    if let limits { (low, high) = (max(low, limits.lowerBound), min(high, limits.upperBound)) }
    var (start, end) = (low, high)
    // Rounding widens the domain, which may need a wider step: repeat until the axis ends at ticks.
    for _ in 0..<4 {
      let step = roundStep((end - start) / Double(ticks))
      start = floor ?? (low / step + 1e-9).rounded(.down) * step
      end = max((high / step - 1e-9).rounded(.up) * step, start + step)
    }
    return start...end
  }

  private static func roundStep(_ rough: Double) -> Double {
    let power = pow(10, log10(rough).rounded(.down))
    let factor = [1, 2, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10
    return factor * power
  }
}
