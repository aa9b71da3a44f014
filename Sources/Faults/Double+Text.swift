// Numbers in messages and logs, the same in every locale.
import Foundation

extension Double {
  /// With `digits` decimals.
  package func formatted(_ digits: Int) -> String { isNaN ? "nan" : String(format: "%.\(digits)f", self) }

  /// With three significant digits.
  package var significant: String { String(format: "%.3g", self) }

  /// The shortest text that reads back as the number. What x86 makes of infinity minus infinity has a sign; `-nan` would
  /// be a riddle.
  package var shortest: String { isNaN ? "nan" : "\(self)" }
}
