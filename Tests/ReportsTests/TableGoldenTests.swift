// The tables of evaluate and shift-test, whole, as somebody last looked at them; of predictions that are made up.
import Artifacts
import Calibration
import Reports
import TestSupport
import Testing

@Suite struct TableGoldenTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 100, seed: 0))

  /// The three methods on other questions, or on damaged ones.
  private func files(_ change: (inout SyntheticPredictions) -> Void) throws -> [PredictionsFile] {
    try [("point", 1, 1), ("ensemble", 3, 1), ("multiswag", 3, 4)].map { method, groups, samples in
      var recipe = SyntheticPredictions(method: method, groups: groups, samples: samples)
      change(&recipe)
      return try recipe.file("\(method)-\(recipe.dataset)-\(recipe.corruption.severity).h5")
    }
  }

  @Test func evaluationIsTheGolden() throws {
    let evaluation = try Evaluation(try SyntheticPredictions.files(), settings: settings)
    try expectGolden(evaluation.text, "evaluation.txt")
  }

  @Test func shiftTestIsTheGolden() throws {
    let far = try files { ($0.dataset, $0.seed, $0.skill, $0.sharpness) = ("far", 9, 0.4, 1.2) }
    let damaged = try [1, 5].flatMap { severity in
      try files {
        $0.corruption = .init(name: "keyboard-typos", severity: severity)
        $0.skill -= 0.2 * Float(severity)
      }
    }
    let test = try ShiftTest(
      inDistribution: SyntheticPredictions.files(), shifted: far, corrupted: damaged, settings: settings)
    try expectGolden(test.text, "shift.txt")
  }

  private func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let difference = try differenceFromGolden(text, "Tests/ReportsTests/Goldens/\(name)")
    #expect(difference == nil, "\(difference ?? "")", sourceLocation: sourceLocation)
  }
}
