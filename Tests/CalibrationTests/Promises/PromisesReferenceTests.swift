// Sets, intervals and bounds beside crepes, MAPIE, ppi-python and SciPy: Reference/write_reference.py computes them.
import Calibration
import Files
import Foundation
import JSON
import TestSupport
import Testing

@Suite struct PromisesReferenceTests {
  private let reference: JSON.Node
  private let labelled: Outcomes
  private let new: Mixture

  init() throws {
    let path = projectRoot + "/Tests/CalibrationTests/Reference/promises.json"
    reference = try JSON.parse(try readBytes(path), subject: path).node(in: path)
    let labels = try reference.array("labels").map { Int32(try $0.int()) }
    let logits = try reference.array("logits").map { Float(try $0.double()) }
    let classes = 4
    let all = Mixture(
      logits: logits, choices: classes,
      choiceCounts: [Int32](repeating: Int32(classes), count: logits.count / classes))
    labelled = Outcomes(all.selecting(Array(labels.indices)), labels: labels)
    new = all.selecting(Array(labels.count..<all.count))
  }

  private func sets(_ name: String) throws -> [[Int]] {
    try reference.array(name).map { try $0.array().map { try $0.int() } }
  }

  /// The sets of the new rows, whose random parts are all 1.
  private func sets(_ score: ConformalScore, _ scope: ConformalSets.Scope = .allRows) throws -> [[Int]] {
    let rule = try ConformalSets(
      labelled, randomParts: reference.array("random_parts").map { try $0.double() }, score: score,
      coverage: reference.double("coverage"), scope: scope)
    return (0..<new.count).map { rule.set(Array(new.probabilities[new.row($0)]), randomPart: 1) }
  }

  @Test func setsAreThoseOfCrepes() throws {
    #expect(try sets(.leastAmbiguous) == sets("lac"))
    #expect(try sets(.leastAmbiguous, .eachClass) == sets("lac_each_class"))
  }

  /// MAPIE fills an empty set with the most probable class.
  @Test func adaptiveSetsAreThoseOfMAPIE() throws {
    let filled = try sets(.adaptive).enumerated().map { $1.isEmpty ? [new.prediction($0)] : $1 }
    #expect(try filled == sets("aps"))
  }

  @Test func sharesAndIntervalsAreThoseOfPPI() throws {
    var moments = ForecastMoments(quantities: 4)
    moments.add(new)
    let shares = PoweredShares(labelled, new: moments).shares
    for (share, expected) in zip(shares, try reference.array("shares")) {
      let values = try expected.array().map { try $0.double() }
      #expect(share.basis == .labelsAndForecasts)
      for (mine, theirs) in zip([share.value, share.interval.lowerBound, share.interval.upperBound], values) {
        #expect(abs(mine - theirs) < 1e-12)
      }
    }
  }

  @Test func quantilesAndBoundsAreThoseOfSciPy() throws {
    for row in try reference.array("beta") {
      let values = try row.array().map { try $0.double() }
      let quantile = BetaDistribution(values[0], values[1]).quantile(values[2])
      #expect(abs(quantile - values[3]) < 1e-11 * max(1, values[3]), "\(values)")
    }
    for row in try reference.array("bounds") {
      let values = try row.array().map { try $0.double() }
      let bounds = BinomialBounds(successes: Int(values[0]), trials: Int(values[1]))
      let (interval, below) = (bounds.interval(0.1), bounds.atMost(ifShareIs: 0.05))
      #expect(abs(interval.lowerBound - values[2]) < 1e-11 && abs(interval.upperBound - values[3]) < 1e-11)
      #expect(abs(below - values[4]) < 1e-11, "\(values)")
    }
  }
}
