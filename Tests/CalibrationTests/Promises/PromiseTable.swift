// The table of results/promises.md: the simulation over the predictions of real runs.
import Artifacts
import Calibration
import Foundation

enum PromiseTable {
  static let header = """
    | set, classes | rows | labelled | LAC | APS | RAPS | in the band | answered | risk above 5 % | without an order | shares held | width |
    |---|---|---|---|---|---|---|---|---|---|---|---|
    """

  /// The simulation over the labelled test rows of a file of predictions, under the temperature of its calibration rows.
  static func simulation(_ path: String) throws -> PromiseSimulation {
    let file = try Predictions.read(ArtifactFile(path))
    func rows(_ split: TokenizedSet.Split) -> [Int] {
      file.splits.indices.filter { file.splits[$0] == split && file.labels[$0] >= 0 }
    }
    let all = Mixture(
      PosteriorSamples(
        logits: file.logProbabilities, groups: file.groups, samples: file.samples, choices: file.choices,
        choiceCounts: file.choiceCounts))
    func outcomes(_ rows: [Int]) -> Outcomes { Outcomes(all.selecting(rows), labels: rows.map { file.labels[$0] }) }
    let (calibration, test) = (outcomes(rows(.calibration)), rows(.test))
    let temperature = Temperature.fit(calibration).value
    let population = Outcomes(
      outcomes(test).mixture.scaled(by: temperature), labels: test.map { file.labels[$0] })
    return PromiseSimulation(
      labelled: min(500, test.count / 3), new: 2 * min(500, test.count / 3), population: population,
      randomParts: ConformalScore.randomParts(ids: test.map { file.rowIDs[$0] }),
      calibration: calibration.mixture.scaled(by: temperature))
  }

  /// The table's row for a file of predictions.
  static func row(_ path: String) throws -> String {
    let file = try Predictions.read(ArtifactFile(path))
    let simulation = try simulation(path)
    func percent(_ share: Double) -> String { String(format: "%.1f", 100 * share) }
    let scores = [ConformalScore.leastAmbiguous, .adaptive, .regularised(penalty: 0.05, free: 1)]
    let sets = try scores.map(simulation.sets)
    let (answers, shares) = (simulation.answers(), simulation.shares())
    let cells =
      ["\(file.dataset), \(file.choices)", String(simulation.population.count), String(simulation.labelled)]
      + sets.map { percent($0.coverage) + String(format: ", %.2f", $0.size) } + [
        sets.map { percent($0.inBand) }.joined(separator: " "), percent(answers.answered), percent(answers.broken),
        percent(answers.brokenWithoutOrder), "\(percent(shares.held.min() ?? 0)) to \(percent(shares.held.max() ?? 0))",
        String(format: "%.2f", shares.width),
      ]
    return "| " + cells.joined(separator: " | ") + " |"
  }
}
