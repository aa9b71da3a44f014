// Synthetic predictions from a random stream: every example has a right choice, and logits vary by member and
// by sample.
import Arrays
import Artifacts
import Calibration
import Foundation
import Reports

/// A recipe for predictions.
struct SyntheticPredictions {
  var method = "point"
  var dataset = "almanac"
  var corruption = TokenizedSet.Corruption()
  var groups = 1
  var samples = 1
  var choices = 4
  var testCount = 120
  var calibrationCount = 60
  /// Mean distance of the right choice's logit above the others.
  var skill: Float = 1.2
  /// A factor on all logits: above 1 is overconfident.
  var sharpness: Float = 2
  /// Deviation between members and between samples.
  var spread: Float = 0.8
  /// Changes the examples.
  var seed: UInt64 = 1
  /// Whether the sums of exp(logit) are kept.
  var keepsLogits = false
  /// Whether the row with that index has a label.
  var isLabelled: @Sendable (Int) -> Bool = { _ in true }

  /// An approximately normal value from the stream: the sum of twelve uniform ones.
  private func normal(_ stream: RandomStream, _ index: Int) -> Float {
    (0..<12).reduce(-6) { $0 + stream.uniform(12 * index + $1) }
  }

  var predictions: Predictions {
    var set = Predictions()
    (set.method, set.dataset, set.corruption) = (method, dataset, corruption)
    (set.baseDigest, set.tokensDigest) = ("b5e0ab12cd34ef56", "70ce\(dataset.utf8.count)\(corruption.severity)")
    (set.groups, set.samples, set.choices) = (groups, samples, choices)
    let facts = RandomStream(seed: seed, purpose: .test)
    let opinions = RandomStream(
      seed: seed, purpose: .test, place: (UInt32(method.utf8.reduce(0) { $0 + UInt32($1) }), 1))
    for row in 0..<(calibrationCount + testCount) {
      let isTest = row >= calibrationCount
      set.rowIDs.append("\(isTest ? "t" : "c")\(row)")
      set.splits.append(isTest ? .test : .calibration)
      set.choiceCounts.append(Int32(choices))
      let label = facts.integer(1_000_000 + row, below: choices)
      set.labels.append(isLabelled(row) ? Int32(label) : -1)
      for leaf in 0..<(groups * samples) {
        let logits = (0..<choices).map { choice in
          let belief = normal(facts, row * 8 + choice) + (choice == label ? skill : 0)
          let own = leaf / samples * 1000 + leaf % samples
          let opinion = normal(opinions, (row * 8 + choice) * 8000 + own)
          return sharpness * (belief + spread * opinion)
        }
        let sum = log(logits.reduce(0) { $0 + exp($1) })
        set.logProbabilities += logits.map { $0 - sum }
        if keepsLogits { set.logSums.append(sum) }
      }
    }
    set.cost.trainableParameters = 36_864 * groups
    (set.cost.trainingSteps, set.cost.trainingTokens) = (120 * groups, 91_000 * groups)
    set.storedParameters = 73_728 * groups
    set.cost.trainingSeconds = 41.25 * Double(groups)
    set.cost.predictionSeconds = 0.4 * Double(groups * samples)
    set.cost.peakMemory = 312_000_000
    set.cost.forwardPasses = groups * samples
    return set
  }

  /// The same for numbers to predict, in bins of width 10: the right one is three tenths into its bin.
  var numberPredictions: Predictions {
    var set = predictions
    set.numbers = BinnedNumbers(
      edges: (0...choices).map { 10 * Double($0) }, values: set.labels.map { $0 < 0 ? 0 : 10 * Double($0) + 3 })
    return set
  }

  /// The test rows as the forecasts of one shard, written to `folder`.
  func forecasts(in folder: String, classNames: [String]) throws -> Forecasts {
    let set = predictions
    let width = set.groups * set.samples * set.choices
    let tests = set.splits.indices.filter { set.splits[$0] == .test }
    let samples = PosteriorSamples(
      logits: tests.flatMap { set.logProbabilities[$0 * width..<($0 + 1) * width] }, groups: set.groups,
      samples: set.samples, choices: set.choices, choiceCounts: tests.map { set.choiceCounts[$0] })
    let (mixture, measured) = (Mixture(samples), Uncertainty(samples))
    var header = ForecastHeader()
    (header.method, header.dataset, header.settings) = (method, dataset, set.settings)
    (header.baseDigest, header.tokensDigest) = (set.baseDigest, set.tokensDigest)
    (header.groups, header.samples, header.rows, header.blockRows) = (groups, self.samples, mixture.count, 64)
    (header.choices, header.classNames) = (choices, classNames)
    let uncertainty = (0..<mixture.count).flatMap { row in
      [measured.total, measured.aleatoric, measured.epistemic, measured.disagreement].map { Float($0[row]) }
    }
    try mixture.logProbabilities.map(Float.init).withUnsafeBufferPointer { values in
      try uncertainty.withUnsafeBufferPointer { uncertainty in
        try Forecasts.write(
          to: folder + "/1.h5", header, logProbabilities: values, uncertainty: uncertainty,
          provenance: Provenance(producer: "test", version: "0", commandLine: ""))
      }
    }
    return try Forecasts(mapping: folder + "/1.h5")
  }

  func file(_ path: String? = nil) throws -> PredictionsFile {
    try PredictionsFile(path: path ?? "predictions/\(method)/\(dataset).h5", predictions)
  }

  /// Three methods on one data set.
  static func files(isLabelled: Bool = true) throws -> [PredictionsFile] {
    var point = SyntheticPredictions()
    point.isLabelled = { _ in isLabelled }
    var ensemble = point
    (ensemble.method, ensemble.groups) = ("ensemble", 3)
    var multiswag = ensemble
    (multiswag.method, multiswag.samples) = ("multiswag", 4)
    return try [point, ensemble, multiswag].map { try $0.file() }
  }
}
