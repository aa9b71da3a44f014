// The scores of a trained vector on the calibration split: what an epoch's line in the history says.
import Artifacts
import Calibration

/// The calibration examples that have a label.
public struct CalibrationSplit: Sendable {
  private let examples: [Int]
  private let labels: [Int]

  /// Those of `set`.
  public init(_ set: TokenizedSet) {
    examples = set.examples(of: .calibration).filter { set.labels[$0] >= 0 }
    labels = examples.map { Int(set.labels[$0]) }
  }

  /// Whether there are none.
  public var isEmpty: Bool { examples.isEmpty }

  /// Mean negative log-likelihood in nats, accuracy and expected calibration error (15 right-closed bins); NaN without
  /// examples.
  public func scores(_ scorer: Scorer, parameters: [Float]) throws -> (nll: Double, accuracy: Double, ece: Double) {
    guard !isEmpty else { return (.nan, .nan, .nan) }
    fatalError()
  }
}
