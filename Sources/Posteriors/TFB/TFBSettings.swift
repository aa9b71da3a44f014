// The settings and the result of `bayesianize-adapter`.
import Adapters
import Artifacts
import Faults

/// The settings of the search for TFB's noise scale.
package struct TFBSettings: Codable, Equatable, Sendable {
  /// The measure that may change only a little on the anchors.
  package enum Measure: String, Codable, Sendable, CaseIterable {
    /// The relative change in the negative log-likelihood of the adapter's own answers.
    case nll
    /// The share of anchors whose most probable answer changes.
    case flips

    /// The tolerance of the paper.
    package var defaultTolerance: Double { self == .nll ? 0.003 : 0.01 }
  }

  /// What is compared with the tolerance, and which end of the final range is the scale.
  package enum ToleranceRule: String, Codable, Sendable, CaseIterable {
    /// As in the text of the paper: the relative change, and the largest accepted scale.
    case paper
    /// As in the authors' program (Wang-ML-Lab/bayesian-peft): the change of the NLL is also divided by the number of
    /// anchors, and the scale is the smallest rejected one, or the range's largest. Its scales are many times larger.
    case authors
  }

  /// Number of training examples for the search; 0 for all.
  package var anchors = 500
  /// Number of draws whose mean is tested at each scale.
  package var samples = 10
  /// Number of bisection steps.
  package var iterations = 5
  /// The lower end of the scale's range.
  package var smallest = 0.001
  /// The upper end of the scale's range.
  package var largest = 0.015
  /// The measure that may change only a little.
  package var measure = Measure.nll
  /// The largest change that is accepted.
  package var tolerance = Measure.nll.defaultTolerance
  /// The rule; nil for the paper's, as in files from before there was a choice.
  package var rule: ToleranceRule?
  /// The seed of anchors and draws.
  package var seed = 0

  /// The settings of the paper.
  package init() {}

  /// Rejects invalid settings.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  package func validate() throws {
    for (setting, value, least) in [("anchors", anchors, 0), ("samples", samples, 1), ("iterations", iterations, 1)] {
      try Fault.check(count: value, of: setting, atLeast: least)
    }
    guard smallest >= 0, smallest.isFinite else {
      throw Fault(.usage, setting: "smallest", "found \(smallest), expected 0 or more")
    }
    guard largest > smallest, largest.isFinite else {
      throw Fault(.usage, setting: "largest", "found \(largest), must be greater than `smallest`, which is \(smallest)")
    }
    guard tolerance >= 0 else { throw Fault(.usage, setting: "tolerance", "found \(tolerance), expected 0 or more") }
  }
}

/// The result of a search, as stored in the settings of the adapter's file.
package struct TFBOutcome: Codable, Equatable, Sendable, StoredOutcome {
  static let key = "tfb"
  /// The settings of the search.
  package var search: TFBSettings
  /// The largest accepted scale, or the range's smallest if none was accepted; by the authors' rule the smallest
  /// rejected scale, or the range's largest.
  package var beta: Double
  /// Number of tested scales that were accepted.
  package var accepted: Int

  package init(search: TFBSettings, beta: Double, accepted: Int) {
    (self.search, self.beta, self.accepted) = (search, beta, accepted)
  }

  /// Remarks about the scale; empty if the search ended inside its range.
  var warnings: [String] {
    switch accepted {
    case 0 where search.rule == .authors: ["no scale of the range was within the tolerance: beta is the last one tried"]
    case 0: ["no scale of the range was within the tolerance: beta is its smallest, \(search.smallest), untested"]
    case search.iterations where search.rule == .authors:
      ["every scale tried was within the tolerance: beta is the range's largest, \(search.largest), untested"]
    case search.iterations: ["every scale tried was within the tolerance: beta ends near the range's largest"]
    default: []
    }
  }
}
