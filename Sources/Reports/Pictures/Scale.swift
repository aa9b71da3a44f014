// From numbers to places on paper, and the round numbers at which an axis is marked.
import Foundation

/// A linear map from a range of numbers to a range of coordinates.
struct Scale {
  /// The numbers at both ends of the axis.
  let domain: ClosedRange<Double>
  /// Where they lie; a vertical axis runs from a large coordinate to a small one.
  let places: (start: Double, end: Double)

  /// The place of `value`.
  func callAsFunction(_ value: Double) -> Double {
    let share = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    return places.start + share * (places.end - places.start)
  }

  /// Round numbers (1, 2 or 5 times a power of ten apart) inside the domain, about `count` of them.
  func ticks(_ count: Int) -> [Double] {
    let step = Self.roundStep((domain.upperBound - domain.lowerBound) / Double(count))
    let first = Int((domain.lowerBound / step - 1e-9).rounded(.up))
    let last = Int((domain.upperBound / step + 1e-9).rounded(.down))
    return first > last ? [] : (first...last).map { Double($0) * step }
  }

  /// The decimals that tell the ticks apart.
  func decimals(_ count: Int) -> Int {
    let step = Self.roundStep((domain.upperBound - domain.lowerBound) / Double(count))
    return max(0, -Int(log10(step * 1.001).rounded(.down)))
  }

  /// A domain that holds all `values` and ends at round numbers.
  static func roundDomain(_ values: [Double], ticks: Int = 4, from floor: Double? = nil) -> ClosedRange<Double> {
    let low = floor ?? values.min() ?? 0
    let high = max(values.max() ?? 1, low + 1e-6)
    var (start, end) = (low, high)
    // Rounding widens the domain, which may ask for a wider step: until the axis ends at ticks.
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
