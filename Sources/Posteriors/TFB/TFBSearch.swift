// The search for TFB's scale: bisection on the adapter's own answers to training questions, whose labels it never sees.
// Every scale is judged with the same noise, so that a larger one differs by nothing else.
import Adapters
import Arrays
import Artifacts
import Calibration
import Faults
import Foundation
import Training

/// The answers that must hardly change.
package struct Anchors: Sendable {
  /// [anchor] The most probable choice without noise; the first of equals.
  package let answers: [Int]
  private let negativeLogLikelihood: Double

  /// From the log-probabilities without noise, [anchor][choice].
  package init(_ logProbabilities: [[Double]]) {
    answers = logProbabilities.map { firstMaximum($0) }
    negativeLogLikelihood = Self.mean(logProbabilities, answers)
  }

  private static func mean(_ logProbabilities: [[Double]], _ answers: [Int]) -> Double {
    zip(logProbabilities, answers).reduce(0) { $0 - $1.0[$1.1] } / Double(answers.count)
  }

  /// By how much `probabilities`, [anchor][choice], the mean of all draws, differ, as the rule measures it.
  package func change(
    to probabilities: [[Double]], _ measure: TFBSettings.Measure, by rule: TFBSettings.ToleranceRule? = nil
  ) -> Double {
    switch measure {
    case .nll:
      let nll = Self.mean(probabilities.map { $0.map { log($0) } }, answers)
      // An adapter that is certain of everything has nothing to compare with: any change is too large.
      let change = nll == negativeLogLikelihood ? 0 : abs(nll - negativeLogLikelihood) / negativeLogLikelihood
      return rule == .authors ? change / Double(answers.count) : change
    case .flips:
      return Double(zip(probabilities, answers).count { firstMaximum($0) != $1 }) / Double(answers.count)
    }
  }
}

/// The range in which the scale lies.
package struct Bisection: Sendable {
  package private(set) var low: Double
  package private(set) var high: Double
  /// Scales accepted so far.
  package private(set) var accepted: Int

  /// The whole range of a search, or the one of a checkpoint.
  package init(low: Double, high: Double, accepted: Int = 0) {
    (self.low, self.high, self.accepted) = (low, high, accepted)
  }

  /// The scale to try.
  package var middle: Double { (low + high) / 2 }

  /// Goes on above the middle where it is accepted, else below.
  package mutating func judge(accepted isAccepted: Bool) {
    if isAccepted { (low, accepted) = (middle, accepted + 1) } else { high = middle }
  }

  /// The scale that was found: the lower end, which was accepted, or by the authors' rule the upper, which was rejected.
  package func scale(by rule: TFBSettings.ToleranceRule?) -> Double { rule == .authors ? high : low }
}

/// The search on one adapter.
package struct TFBSearch: Resumable {
  /// The network on the data set that the adapter was fitted on.
  package let scorer: Scorer
  /// How it is searched.
  package let settings: TFBSettings
  private let adapter: Adapter
  private let fit: AdapterSettings
  private let factors: TFBFactors
  private let noise: GaussianNoise
  private let examples: [Int]
  private var bisection: Bisection
  /// [anchor, choice] Log-probabilities without noise.
  private var before: [Float] = []
  /// [anchor, choice] Sum of the probabilities at the current scale.
  private var sums: [Double] = []
  /// Passes over the anchors.
  package private(set) var completed = 0

  /// A search at its start.
  ///
  /// - Throws: `Fault` where there is nothing to search on, or the adapter has no factors.
  package init(_ scorer: Scorer, _ adapter: Adapter, fit: AdapterSettings, _ settings: TFBSettings, path: String) throws
  {
    try settings.validate()
    (self.scorer, self.settings, self.adapter, self.fit) = (scorer, settings, adapter, fit)
    factors = try TFBFactors(adapter.values, adapter.parameters, path: path)
    noise = GaussianNoise(.independent, seed: settings.seed, samples: settings.samples)
    let training = scorer.data.examples(of: .train)
    guard !training.isEmpty else {
      throw Fault(
        .data, scorer.data.dataset, "it has no training examples to search on", hint: "give the fit's `tokens`")
    }
    let count = settings.anchors > 0 ? min(settings.anchors, training.count) : training.count
    let order = RandomStream(seed: UInt64(bitPattern: Int64(settings.seed)), purpose: .subsample)
      .permutation(training.count)
    examples = order.prefix(count).map { training[$0] }.sorted()
    bisection = Bisection(low: settings.smallest, high: settings.largest)
  }

  /// One pass without noise, and one for each draw at each scale.
  package var total: Int { 1 + settings.iterations * settings.samples }
  /// The scale that is being tried.
  package var note: String { "beta \(bisection.middle.formatted(5))" }

  /// One pass over the anchors; at a scale's last one judges it.
  ///
  /// - Throws: `Fault` naming the row whose numbers are not finite.
  package mutating func advance() throws {
    defer { completed += 1 }
    guard completed > 0 else {
      before = try scorer.logProbabilities(of: examples, parameters: adapter.values)
      sums = [Double](repeating: 0, count: before.count)
      return
    }
    let sample = (completed - 1) % settings.samples
    let values = factors.values(beta: bisection.middle, noise, member: adapter.seed, sample: sample)
    let rows = try scorer.logProbabilities(of: examples, parameters: values)
    for index in rows.indices { sums[index] += exp(Double(rows[index])) }
    guard sample == settings.samples - 1 else { return }
    let change = Anchors(choices(before.map(Double.init))).change(
      to: choices(sums.map { $0 / Double(settings.samples) }), settings.measure, by: settings.rule)
    bisection.judge(accepted: change <= settings.tolerance)
    for index in sums.indices { sums[index] = 0 }
  }

  /// [anchor][choice] of rows as wide as the widest example.
  private func choices(_ rows: [Double]) -> [[Double]] {
    let width = scorer.data.maximumChoices
    return examples.enumerated().map { place, example in
      Array(rows[place * width..<place * width + scorer.data.choiceCount(example)])
    }
  }

  /// What was found.
  ///
  /// - Precondition: all passes are done.
  package var outcome: TFBOutcome {
    precondition(completed == total, "\(completed) of \(total) passes")
    return TFBOutcome(search: settings, beta: bisection.scale(by: settings.rule), accepted: bisection.accepted)
  }

  /// The adapter with the scale of its noise in its settings.
  ///
  /// - Throws: what encoding the settings throws.
  package func bayesianized() throws -> Adapter {
    var result = adapter
    (result.method, result.settings) = ("tfb", try outcome.settings(with: fit))
    return result
  }
}

extension TFBSearch {
  /// All state, exactly.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.integers["passes"] = completed
    checkpoint.integers["accepted"] = bisection.accepted
    checkpoint.reals["range"] = [bisection.low, bisection.high]
    checkpoint.reals["sums"] = sums
    checkpoint.vectors["before"] = before
    return checkpoint
  }

  /// Goes on from a checkpoint of the same search.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    completed = try checkpoint.integer("passes")
    let range = try checkpoint.reals("range")
    bisection = Bisection(low: range[0], high: range[1], accepted: try checkpoint.integer("accepted"))
    sums = try checkpoint.reals("sums")
    before = try checkpoint.vector("before")
  }
}
