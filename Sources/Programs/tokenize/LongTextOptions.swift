// The flags that say how texts are read that are too long to be classified.
import ArgumentParser
import Artifacts
import Faults

extension Cut: ExpressibleByArgument {}

/// How long texts are read.
struct LongTextOptions: ParsableArguments {
  @Option(
    help: """
      How an encoder's texts are read that are too long to be classified: cut at the front, in the middle or at \
      the end; or by windows that overlap and whose logits are averaged. Of a pair, the longer text is read by \
      windows, each with the other text.
      """)
  var cut = LongTextRule().cut
  @Option(
    help: """
      With --cut windows: the least share of a window that is also in the next one. Default: \
      \(LongTextRule().overlap).
      """)
  var windowOverlap: Double?
  @Option(
    help: """
      With --cut windows: the most windows of a text; what is behind them is cut. Default: \
      \(LongTextRule().maximumWindows).
      """)
  var maximumWindows: Int?

  /// The rule for data sets with this scoring.
  ///
  /// - Throws: `Fault` of kind `.usage` for a cut that the scoring does not have, and for values outside their ranges.
  func rule(for scoring: TokenizedSet.Scoring) throws -> LongTextRule {
    if cut != .end && !scoring.hasClasses {
      throw Fault(.usage, "--cut \(cut.rawValue)", "is for classes; scoring \(scoring.rawValue) cuts where it must")
    }
    guard cut == .windows || windowOverlap == nil && maximumWindows == nil else {
      throw Fault(
        .usage, windowOverlap == nil ? "--maximum-windows" : "--window-overlap",
        "is for windows, but long texts are cut", hint: "add --cut windows")
    }
    var rule = LongTextRule(cut: cut)
    if let windowOverlap {
      guard (0..<1).contains(windowOverlap) else {
        throw Fault(.usage, "--window-overlap \(windowOverlap)", "must be a share of 0 or more and below 1")
      }
      rule.overlap = windowOverlap
    }
    if let maximumWindows {
      try Fault.check(count: maximumWindows, of: "maximum-windows")
      rule.maximumWindows = maximumWindows
    }
    return rule
  }
}
