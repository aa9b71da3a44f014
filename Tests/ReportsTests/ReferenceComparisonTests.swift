// Methods beside a reference: distances by hand, what two halves of the reference differ by, and what is refused.
import Artifacts
import Calibration
import Faults
import Foundation
import Reports
import Testing

@Suite struct ReferenceComparisonTests {
  private func file(_ predictions: Predictions) throws -> PredictionsFile {
    try PredictionsFile(path: "\(predictions.method).h5", predictions)
  }

  private func chains(_ change: (inout SyntheticPredictions) -> Void = { _ in }) -> Predictions {
    var recipe = SyntheticPredictions(method: "hmc", groups: 4, samples: 6)
    change(&recipe)
    return recipe.predictions
  }

  /// The values of the CSV by `method,metric`.
  private func values(_ csv: String) -> [String: Double] {
    Dictionary(
      uniqueKeysWithValues: csv.split(whereSeparator: \.isNewline).dropFirst().map { line in
        let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        return ("\(cells[0]),\(cells[1])", Double(cells[2])!)
      })
  }

  @Test func distancesAreMeansOverTheTestQuestions() throws {
    let gold = chains()
    let point = SyntheticPredictions(method: "point").predictions
    let comparison = try ReferenceComparison([file(point)], with: file(gold), ScoringSettings())
    let found = values(comparison.csv)
    // The mixture by hand, from the 120 test rows after 60 of calibration.
    var (distance, agreement) = (0.0, 0.0)
    for row in 60..<180 {
      let mixture = (0..<4).map { choice in
        (0..<24).reduce(0.0) { $0 + exp(Double(gold.logProbabilities[(row * 24 + $1) * 4 + choice])) } / 24
      }
      let own = (0..<4).map { exp(Double(point.logProbabilities[row * 4 + $0])) }
      distance += zip(mixture, own).reduce(0) { $0 + abs($1.0 - $1.1) } / 240
      agreement += mixture.firstIndex(of: mixture.max()!) == own.firstIndex(of: own.max()!) ? 1.0 / 120 : 0
    }
    #expect(abs(found["point,total_variation"]! - distance) < 1e-6)
    #expect(abs(found["point,agreement"]! - agreement) < 1e-9)
    #expect(found["hmc,total_variation"] == 0 && found["hmc,agreement"] == 1)
    #expect(abs(found["hmc,total_variation_minus_point"]! + distance) < 1e-6)
    #expect(comparison.text.contains("| `point` |") && comparison.text.contains("split R-hat at most"))
  }

  /// Between its halves lies less than between the reference and another method, and more than nothing.
  @Test func theHalvesOfTheReferenceTellWhatNoiseIs() throws {
    let point = SyntheticPredictions(method: "point").predictions
    let found = values(try ReferenceComparison([file(point)], with: file(chains()), ScoringSettings()).csv)
    let noise = try #require(found["half of its members,total_variation"])
    #expect(noise > 0.01 && noise < found["point,total_variation"]! / 2)
    // One member has no halves, and of three draws no convergence is judged.
    let single = try ReferenceComparison(
      [file(point)], with: file(chains { ($0.groups, $0.samples) = (1, 3) }), ScoringSettings())
    #expect(!single.csv.contains("half") && !single.text.contains("R-hat"))
  }

  /// A text with three labels of equal probabilities says no more than with one of them: the intervals are the same.
  @Test func labelsOfATextAreResampledTogether() throws {
    func comparison(labels: Int) throws -> (csv: String, text: String) {
      let files = try ["hmc", "point", "swag"].map { method in
        let single = SyntheticPredictions(method: method, choices: 2, testCount: 60, calibrationCount: 0).predictions
        var set = single
        set.labelNames = (0..<labels).map { "label \($0)" }
        let rows = single.rowIDs.indices.flatMap { Array(repeating: $0, count: labels) }
        set.rowIDs = rows.enumerated().map { Predictions.rowID("\($1)", label: set.labelNames[$0 % labels]) }
        (set.splits, set.labels) = (rows.map { single.splits[$0] }, rows.map { single.labels[$0] })
        set.choiceCounts = rows.map { single.choiceCounts[$0] }
        set.logProbabilities = rows.flatMap { single.logProbabilities[2 * $0..<2 * $0 + 2] }
        return try file(set)
      }
      let found = try ReferenceComparison(Array(files.dropFirst()), with: files[0], ScoringSettings())
      return (found.csv, found.text)
    }
    let (one, three) = (try comparison(labels: 1), try comparison(labels: 3))
    func numbers(_ csv: String) -> [Double] { csv.split { ",\n".contains($0) }.compactMap { Double($0) } }
    #expect(numbers(one.csv).count == 24 && numbers(three.csv).count == 24)
    for (a, b) in zip(numbers(one.csv), numbers(three.csv)) { #expect(abs(a - b) < 1e-9) }
    #expect(three.text.hasPrefix("almanac: 60 test questions,"))
  }

  @Test func theSamePredictionsTwiceAreRefused() throws {
    let (gold, point) = (chains(), SyntheticPredictions(method: "point").predictions)
    for (files, named) in [([point, point], "point.h5"), ([point, gold], "hmc.h5")] {
      let fault = #expect(throws: Fault.self) {
        try ReferenceComparison(files.map(file), with: file(gold), ScoringSettings())
      }
      #expect(fault?.code == .data && fault?.subject == named && fault?.message.contains("\(named) once more") == true)
    }
    // The same method of another run is another row.
    let other = SyntheticPredictions(method: "point", sharpness: 1).predictions
    let text = try ReferenceComparison([file(point), file(other)], with: file(gold), ScoringSettings()).text
    #expect(text.split(separator: "\n").count { $0.hasPrefix("| `point` |") } == 2)
  }

  /// What a reader must know of a reference before trusting its distances.
  @Test func doubtsAboutTheReferenceAreSaidBelowTheTable() throws {
    func text(_ change: (inout Predictions) -> Void, _ recipe: (inout SyntheticPredictions) -> Void = { _ in }) throws
      -> [Substring]
    {
      var gold = chains(recipe)
      change(&gold)
      let point = SyntheticPredictions(method: "point").predictions
      return try ReferenceComparison([file(point)], with: file(gold), ScoringSettings()).text
        .split(separator: "\n")
    }
    let warned = try text { $0.warnings = ["9 transitions diverged", "one chain"] }
    #expect(warned.suffix(2) == ["hmc: 9 transitions diverged.", "hmc: one chain."])
    let few = try text({ _ in }) { $0.samples = 3 }
    #expect(few.last == "Whether hmc has converged is not known: there are fewer than four draws of each member.")
    // Chains whose every proposal was rejected stand still where they began: here, all at the same place.
    let still = try text { set in
      let width = set.choices
      for row in 0..<set.count {
        let first = Array(set.logProbabilities[row * 24 * width..<(row * 24 + 1) * width])
        let draws = Array(repeating: first, count: 24).flatMap { $0 }
        set.logProbabilities.replaceSubrange(row * 24 * width..<(row + 1) * 24 * width, with: draws)
      }
    }
    #expect(still.last == "Whether hmc has converged is not known: all its draws are equal.")
  }

  @Test func otherQuestionsAreRefused() throws {
    let other = SyntheticPredictions(method: "point", testCount: 119).predictions
    #expect(throws: Fault.self) { try ReferenceComparison([file(other)], with: file(chains()), ScoringSettings()) }
    let none = chains { $0.testCount = 0 }
    #expect(throws: Fault.self) { try ReferenceComparison([], with: file(none), ScoringSettings()) }
  }
}
