// The search for TFB's scale: bisection on the adapter's own answers to training questions, without their labels. Every
// scale is tested with the same noise, so that two scales differ in nothing else.
import Adapters
import Arrays
import Artifacts
import Calibration
import Faults
import Foundation
import Training

/// The answers that must hardly change.
package struct Anchors: Sendable {
  /// [anchor] The most probable choice without noise; ties go to the first choice.
  package let answers: [Int]
  private let negativeLogLikelihood: Double

  /// Anchors from the log-probabilities without noise, [anchor][choice].
  package init(_ logProbabilities: [[Double]]) {
    answers = logProbabilities.map { firstMaximum($0) }
    negativeLogLikelihood = Self.mean(logProbabilities, answers)
  }

  private static func mean(_ logProbabilities: [[Double]], _ answers: [Int]) -> Double {
    zip(logProbabilities, answers).reduce(0) { $0 - $1.0[$1.1] } / Double(answers.count)
  }

  /// How much `probabilities`, [anchor][choice], the mean of all draws, differ by the rule's measure.
  package func change(
    to probabilities: [[Double]], _ measure: TFBSettings.Measure, by rule: TFBSettings.ToleranceRule? = nil
  ) -> Double {
    switch measure {
    case .nll:
      let nll = Self.mean(probabilities.map { $0.map { log($0) } }, answers)
      // For an adapter that is certain of every answer the divisor is 0: any change is too large.
      let change = nll == negativeLogLikelihood ? 0 : abs(nll - negativeLogLikelihood) / negativeLogLikelihood
      return rule == .authors ? change / Double(answers.count) : change
    case .flips:
      return Double(zip(probabilities, answers).count { firstMaximum($0) != $1 }) / Double(answers.count)
    }
  }
}

/// The range that contains the scale.
package struct Bisection: Sendable {
  package private(set) var low: Double
  package private(set) var high: Double
  /// Number of scales accepted so far.
  package private(set) var accepted: Int

  /// The initial range of a search, or the range of a checkpoint.
  package init(low: Double, high: Double, accepted: Int = 0) {
    (self.low, self.high, self.accepted) = (low, high, accepted)
  }

  /// The scale to try.
  package var middle: Double { (low + high) / 2 }

  /// Continues above the middle if it was accepted, otherwise below.
  package mutating func judge(accepted isAccepted: Bool) {
    if isAccepted { (low, accepted) = (middle, accepted + 1) } else { high = middle }
  }

  /// The result: the lower end, which was accepted, or by the authors' rule the upper end, which was rejected.
  package func scale(by rule: TFBSettings.ToleranceRule?) -> Double { rule == .authors ? high : low }
}

/// The search on one adapter.
package struct TFBSearch: Resumable {
  /// The network on the data set that the adapter was fitted on.
  package let scorer: Scorer
  /// The search's settings.
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
  /// Number of passes over the anchors.
  package private(set) var completed = 0

  /// A search before its first pass.
  ///
  /// - Throws: `Fault` if there are no training examples, or the adapter has no factors.
  package init(_ scorer: Scorer, _ adapter: Adapter, fit: AdapterSettings, _ settings: TFBSettings, path: String) throws
  {
    try settings.validate()
    try scorer.data.requireChoices(for: "the search for a width", hint: "use other methods than tfb")
    (self.scorer, self.settings, self.adapter, self.fit) = (scorer, settings, adapter, fit)
    factors = try TFBFactors(adapter.values, adapter.parameters, path: path)
    noise = GaussianNoise(.independent, seed: settings.seed, samples: settings.samples)
    let training = scorer.data.examples(of: .train)
    guard !training.isEmpty else {
      throw Fault(
        .data, scorer.data.dataset, "it has no training examples for the search", hint: "give the `tokens` of the fit")
    }
    let count = settings.anchors > 0 ? min(settings.anchors, training.count) : training.count
    let order = RandomStream(seed: UInt64(bitPattern: Int64(settings.seed)), purpose: .subsample)
      .permutation(training.count)
    examples = order.prefix(count).map { training[$0] }.sorted()
    bisection = Bisection(low: settings.smallest, high: settings.largest)
  }

  /// One pass without noise, and one for each draw at each scale.
  package var total: Int { 1 + settings.iterations * settings.samples }
  /// The scale that is being tested.
  package var note: String { "beta \(bisection.middle.formatted(5))" }

  /// One pass over the anchors; after a scale's last pass, accepts or rejects it.
  ///
  /// - Throws: `Fault` naming a row with values that are not finite.
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

  /// [row][choice] The distributions of the anchors: one each, or one for each label.
  private func choices(_ answers: [Double]) -> [[Double]] {
    let (set, width) = (scorer.data, scorer.data.maximumAnswers)
    return examples.indices.flatMap { index -> [[Double]] in
      let own = answers[index * width..<(index + 1) * width]
      guard set.scoring == .labels else { return [Array(own.prefix(set.choiceCount(examples[index])))] }
      return (0..<set.rowsPerExample).map { Array(own.dropFirst(2 * $0).prefix(2)) }
    }
  }

  /// The result.
  ///
  /// - Precondition: all passes are done.
  package var outcome: TFBOutcome {
    precondition(completed == total, "\(completed) of \(total) passes")
    return TFBOutcome(search: settings, beta: bisection.scale(by: settings.rule), accepted: bisection.accepted)
  }

  /// The adapter with the noise scale in its settings.
  ///
  /// - Throws: What encoding the settings throws.
  package func bayesianized() throws -> Adapter {
    var result = adapter
    (result.method, result.settings) = ("tfb", try outcome.settings(with: fit))
    return result
  }
}

extension TFBSearch {
  /// The complete state, exactly.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.integers["passes"] = completed
    checkpoint.integers["accepted"] = bisection.accepted
    checkpoint.reals["range"] = [bisection.low, bisection.high]
    checkpoint.reals["sums"] = sums
    checkpoint.vectors["before"] = before
    return checkpoint
  }

  /// Resumes from a checkpoint of the same search.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    completed = try checkpoint.integer("passes")
    let range = try checkpoint.reals("range")
    bisection = Bisection(low: range[0], high: range[1], accepted: try checkpoint.integer("accepted"))
    sums = try checkpoint.reals("sums")
    before = try checkpoint.vector("before")
  }
}
