// What a reader should know first: which methods beat the point estimate and by how much, which method is the best, and
// which one to use. A method is judged as it is used, after temperature scaling, by the negative log-likelihood (NLL) of
// the test questions, with paired differences on the same resamples as in the table.
import Artifacts
import Calibration

/// The comparison of all methods on one set of questions.
package struct Finding: Sendable {
  /// A method, compared with two others.
  struct Candidate: Sendable {
    /// Its row: with its temperature, if it has one.
    let row: MethodRow
    /// Its passes over every text, trained parameters and stored parameters, and its place in the table: what makes a
    /// method cheaper than another, in this order. Seconds would differ from run to run.
    let costs: [Int]
    /// Whether another program predicted: what it cost is not known, and new texts cannot be predicted with it.
    let isForeign: Bool
    /// Its NLL minus that of the best method.
    let minusBest: Estimate
    /// Its NLL minus that of the point estimate; nil if there is none.
    let minusReference: Estimate?

    /// The method's name.
    var method: String { row.forecast.method }
    /// The point estimate.
    var isReference: Bool { method == MethodRow.reference }
  }

  /// All methods, the one with the lowest NLL first; in the table's order if nothing is scored.
  let candidates: [Candidate]
  /// The method to use: the cheapest of those that are as good as the best. If nothing is scored, it is the point
  /// estimate or, if there is none, the cheapest method. It is never one of another program if there are others: then the
  /// best of ours is used.
  package let recommended: String
  /// What is compared on.
  let kind: RowKind

  /// Compares the methods of `rows`, which were predicted by `files`, one for each method, and are of the kind `kind`.
  init(_ rows: [MethodRow], _ files: [PredictionsFile], _ settings: ScoringSettings, _ kind: RowKind) {
    self.kind = kind
    let plain = rows.filter(\.isPlain)
    let used = plain.filter { row in
      !row.isRaw || !plain.contains { !$0.isRaw && $0.forecast.method == row.forecast.method }
    }
    func nll(_ index: Int) -> Double { used[index][.nll].score.value ?? .infinity }
    let order = used.indices.sorted { (nll($0), $0) < (nll($1), $1) }
    let reference = used.firstIndex { $0.forecast.method == MethodRow.reference }
    let resamples = settings.bootstrap.resample(
      used.map { Metric.nll.statistic($0.forecast, bins: settings.bins) }, strata: [used[0].forecast.clusters],
      rows: used[0].forecast.rowsPerExample)
    candidates = order.map { index in
      let predictions = files.first { $0.predictions.method == used[index].forecast.method }?.predictions
      return Candidate(
        row: used[index],
        costs: [
          predictions?.cost.forwardPasses ?? 0, predictions?.cost.trainableParameters ?? 0,
          predictions?.storedParameters ?? 0, index,
        ], isForeign: predictions?.baseDigest.isEmpty ?? false,
        minusBest: resamples.difference(index, minus: order[0]),
        minusReference: reference.map { resamples.difference(index, minus: $0) })
    }
    let choice = candidates[0].row[.nll].score.value == nil ? candidates.filter(\.isReference) : Self.asGood(candidates)
    let own = candidates.filter { !$0.isForeign }
    let cheap = choice.isEmpty ? own : choice.filter { !$0.isForeign }
    let among = own.isEmpty ? candidates : cheap.isEmpty ? [own[0]] : cheap
    recommended = among.dropFirst().reduce(among[0]) { $1.costs.lexicographicallyPrecedes($0.costs) ? $1 : $0 }.method
  }

  /// The candidates that are as good as the best one, which is among them.
  private static func asGood(_ candidates: [Candidate]) -> [Candidate] {
    candidates.filter { !$0.minusBest.isDifference }
  }

  /// The best method, then those that are as good.
  var asGood: [Candidate] { Self.asGood(candidates) }
  /// The methods that beat the point estimate, the best first.
  var better: [Candidate] { candidates.filter { $0.isDifferent && ($0.minusReference?.score.value ?? 0) < 0 } }
  /// The methods that the point estimate beats, the worst first.
  var worse: [Candidate] {
    candidates.filter { $0.isDifferent && ($0.minusReference?.score.value ?? 0) > 0 }.reversed()
  }
}

extension Finding.Candidate {
  /// Whether its NLL differs from the point estimate's.
  fileprivate var isDifferent: Bool { minusReference?.isDifference ?? false }
}

extension Estimate {
  /// A difference in NLL below this many nats does not matter, however certain it is: it changes the probability of the
  /// right answer by 1 % of itself.
  static let leastDifference = 0.01

  /// Whether this is a difference in NLL that neither the choice of questions explains nor is too small to matter.
  var isDifference: Bool { excludesZero && abs(score.value ?? 0) >= Self.leastDifference }
}
