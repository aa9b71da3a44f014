// The flag of every stage that chooses the precision of the frozen products, and what is said about that choice.
import ArgumentParser
import Arrays
import StageKit

/// What the flag can say.
package enum PrecisionChoice: String, CaseIterable, ExpressibleByArgument, Sendable {
  case float32
  case bfloat16
  case int8
  /// The fastest of them on this processor, by which files then name it.
  case fastest

  var precision: Precision {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .int8: .int8
    case .fastest: ProductInstructions.here.fastest
    }
  }
}

/// The precision of the frozen products.
package struct PrecisionOption: ParsableArguments {
  @Option(
    name: .customLong("precision"),
    help: "Precision of the frozen products; fastest stands for the fastest on this processor.")
  var choice = PrecisionChoice.float32

  package init() {}

  /// The precision, where `fastest` is resolved.
  package var precision: Precision { choice.precision }
}

extension StageContext {
  /// Names a precision other than float32; warns if it is slower than float32 on this processor.
  package func announce(_ precision: Precision) {
    guard precision != .float32 else { return }
    say("frozen products in \(precision.rawValue)")
    if let reason = ProductInstructions.here.whySlow(precision) {
      warn("products in \(precision.rawValue) are slower than in float32 on this processor: \(reason)")
    }
  }
}
