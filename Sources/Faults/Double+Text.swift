// Formatting of numbers in messages and logs, the same in every locale.
import Foundation

extension Double {
  /// With `digits` decimal places.
  package func formatted(_ digits: Int) -> String { isNaN ? "nan" : String(format: "%.\(digits)f", self) }

  /// With three significant digits.
  package var significant: String { String(format: "%.3g", self) }

  /// The shortest text that reads back as the same number. On x86, infinity minus infinity is a NaN with a sign;
  /// printing `-nan` would only confuse.
  package var shortest: String { isNaN ? "nan" : "\(self)" }
}
