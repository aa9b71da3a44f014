// What `bayesianize-adapter` can be told, and what it found.
import Adapters
import Artifacts
import Faults
import JSON

/// How the scale of TFB's noise is searched.
package struct TFBSettings: Codable, Equatable, Sendable {
  /// What must hardly change on the anchors.
  package enum Measure: String, Codable, Sendable, CaseIterable {
    /// The negative log-likelihood of the adapter's own answers, relatively.
    case nll
    /// Which answer is the most probable one: the share of anchors where it changes.
    case flips

    /// The paper's tolerance.
    package var defaultTolerance: Double { self == .nll ? 0.003 : 0.01 }
  }

  /// What is compared with the tolerance, and which end of the range that is left is the scale.
  package enum ToleranceRule: String, Codable, Sendable, CaseIterable {
    /// The paper's words: the relative change, and the largest scale that was accepted.
    case paper
    /// What the authors' program does (Wang-ML-Lab/bayesian-peft): the change of the NLL divided once more by the number of
    /// anchors, and the smallest scale that was rejected, or the range's largest. Its scales are many times wider.
    case authors
  }

  /// Training examples to search on; 0 for all.
  package var anchors = 500
  /// Draws whose mean is judged at each scale.
  package var samples = 10
  /// Bisections.
  package var iterations = 5
  /// The lower end of the scale's range.
  package var smallest = 0.001
  /// The upper end of the scale's range.
  package var largest = 0.015
  /// What must hardly change.
  package var measure = Measure.nll
  /// By how much it may change.
  package var tolerance = Measure.nll.defaultTolerance
  /// The rule; nil for the paper's, as in files that are older than the choice.
  package var rule: ToleranceRule?
  /// The seed of anchors and draws.
  package var seed = 0

  /// The paper's.
  package init() {}

  /// Refuses what cannot be searched.
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

/// The end of a search, as the settings of its adapter's file hold it.
package struct TFBOutcome: Codable, Equatable, Sendable {
  /// How it was searched.
  package var search: TFBSettings
  /// The largest scale that was accepted, or the range's smallest where none was; by the authors' rule the smallest that
  /// was rejected, or the range's largest.
  package var beta: Double
  /// How many of the tried scales were accepted.
  package var accepted: Int

  package init(search: TFBSettings, beta: Double, accepted: Int) {
    (self.search, self.beta, self.accepted) = (search, beta, accepted)
  }

  /// What one must know before believing the scale; empty where the search ended inside its range.
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

  /// The settings of a fit with this outcome beside them, as canonical JSON.
  func settings(with fit: AdapterSettings) throws -> String { try File(fit: fit, tfb: self).canonicalJSON }

  /// The outcome in an adapter's settings, or nil where no search has been.
  static func read(_ settings: String, subject: String) throws -> TFBOutcome? {
    try Part(canonicalJSON: settings, subject: subject).tfb
  }

  private struct Part: Decodable { let tfb: TFBOutcome? }

  /// One object with the keys of the fit and one more: what reads an adapter finds its fit where it always is.
  private struct File: Encodable {
    let fit: AdapterSettings
    let tfb: TFBOutcome

    private enum Key: CodingKey { case tfb }

    func encode(to encoder: any Encoder) throws {
      try fit.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(tfb, forKey: .tfb)
    }
  }
}
