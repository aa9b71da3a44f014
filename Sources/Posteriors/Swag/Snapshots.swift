// The snapshots of one run: which of them enter the average, and the moments of these.
import Arrays
import Artifacts
import Training

/// What a collection keeps of the trained vector.
struct Snapshots: Sendable {
  /// The number of steps that it sees.
  let steps: Int
  private let settings: SwagSettings
  private let scorer: Scorer
  private let calibration: CalibrationSplit
  private var collector: SwagCollector
  /// The calibration score of the average so far, if snapshots are accepted by their score.
  private var score = -Double.infinity
  /// The moments with the lowest calibration NLL so far, with `keepBest`.
  private var best: (nll: Double, collector: SwagCollector)?
  /// SWAD: the valley of the calibration loss, and the mean over the steps since it was last scored.
  private var valley = LossValley()
  private var segment: RunningMoments

  /// No snapshots yet of the last `steps` steps of `training`.
  ///
  /// - Precondition: `settings` have their number.
  init(_ settings: SwagSettings, of training: TrainingRun, steps: Int) {
    (self.settings, self.steps, scorer, calibration) = (settings, steps, training.scorer, training.calibration)
    let size = training.values.count
    collector = SwagCollector(parameters: size, maximumRank: settings.deviations)
    segment = RunningMoments(size: settings.accept == .swad ? size : 0)
  }

  /// The average so far; nil before the first snapshot.
  var mean: [Float]? { collector.snapshots > 0 ? collector.mean : nil }

  /// What the run has collected at its end: the best moments with `keepBest`, otherwise the last.
  var collected: SwagCollector {
    var result = best?.collector ?? collector
    for mean in valley.remaining { result.collect(mean) }
    return result
  }

  /// Sees the trained vector after step `step`, from 0, and takes a snapshot if one is due.
  ///
  /// - Throws: `Fault` if a probability is not finite.
  mutating func see(_ values: [Float], after step: Int) throws {
    if settings.accept == .swad { segment.add(values) }
    let count = settings.collections!
    guard (step + 1) * count / steps > step * count / steps else { return }
    switch settings.accept {
    case .all:
      collector.collect(values)
      guard settings.keepBest else { return }
      let nll = try calibration.scores(scorer, parameters: collector.mean).nll
      if nll < best?.nll ?? .infinity || collector.snapshots == settings.forceKeepAt { best = (nll, collector) }
    case .nll, .accuracy:
      try collector.consider(values, against: &score) {
        settings.accept.score(try calibration.scores(scorer, parameters: $0))
      }
    case .swad:
      let loss = try calibration.scores(scorer, parameters: values).nll
      for mean in valley.add(.init(loss: loss, mean: segment.mean.map { Float($0) })) { collector.collect(mean) }
      segment = RunningMoments(size: values.count)
    }
  }
}

extension Snapshots {
  /// Stores the state, exactly.
  func store(in checkpoint: inout Checkpoint) {
    checkpoint.store(collector, as: "swag")
    checkpoint.reals["score"] = [score]
    if let best {
      checkpoint.store(best.collector, as: "best")
      checkpoint.reals["bestMeanNLL"] = [best.nll]
    }
    guard settings.accept == .swad else { return }
    checkpoint.integers["segmentSteps"] = segment.count
    checkpoint.reals["segmentMean"] = segment.mean
    checkpoint.reals["valley"] = [valley.threshold ?? .nan, valley.hasEnded ? 1 : 0]
    checkpoint.reals["openLosses"] = valley.open.map(\.loss)
    checkpoint.vectors["openMeans"] = valley.open.flatMap(\.mean)
  }

  /// Restores the state of a checkpoint of the same run.
  ///
  /// - Throws: `Fault` of kind `.data` if a part is missing, or has another number of values.
  mutating func restore(_ checkpoint: Checkpoint) throws {
    collector = try checkpoint.collector("swag", maximumRank: settings.deviations)
    score = try checkpoint.real("score")
    if checkpoint.reals["bestMeanNLL"] != nil {
      best = (try checkpoint.real("bestMeanNLL"), try checkpoint.collector("best", maximumRank: settings.deviations))
    }
    guard settings.accept == .swad else { return }
    let mean = try checkpoint.reals("segmentMean")
    // Only the mean of a segment is used.
    segment = RunningMoments(
      count: try checkpoint.integer("segmentSteps"), mean: mean, squaredDeviations: mean.map { _ in 0 })
    let (state, losses) = (try checkpoint.reals("valley", count: 2), try checkpoint.reals("openLosses"))
    let means = try checkpoint.vector("openMeans", count: losses.count * mean.count)
    let open = losses.indices.map { index in
      LossValley.Segment(loss: losses[index], mean: Array(means[index * mean.count..<(index + 1) * mean.count]))
    }
    valley = LossValley(threshold: state[0].isNaN ? nil : state[0], hasEnded: state[1] == 1, open: open)
  }
}

extension Checkpoint {
  fileprivate mutating func store(_ collector: SwagCollector, as name: String) {
    let state = collector.state
    integers[name + "Snapshots"] = state.count
    reals[name + "Mean"] = state.mean
    reals[name + "SquaredDeviations"] = state.squaredDeviations
    vectors[name + "Deviations"] = state.deviations
  }

  fileprivate func collector(_ name: String, maximumRank: Int) throws -> SwagCollector {
    SwagCollector(
      state: (
        try integer(name + "Snapshots"), try reals(name + "Mean"), try reals(name + "SquaredDeviations"),
        try vector(name + "Deviations")
      ), maximumRank: maximumRank)
  }
}
