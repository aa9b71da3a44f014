// The Laplace approximation of texts that are read by windows: a text whose windows are all the same is the text of one
// window.
import Artifacts
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct WindowLaplaceTests {
  /// The scorer of the same examples, each with its sequence repeated as three windows.
  private func repeatingWindows(_ fitted: FittedExperiment) throws -> Scorer {
    let one = fitted.experiment.tokens
    var set = one.selecting((0..<3 * one.count).map { $0 / 3 })
    set.longTexts = LongTextRule(cut: .windows)
    (set.rowIDs, set.splits, set.labels) = (one.rowIDs, one.splits, one.labels)
    set.sequenceOffsets = (0...one.count).map { Int32(3 * $0) }
    return try Scorer(
      fitted.experiment.architecture, base: fitted.experiment.base, data: set, settings: fitted.fit, threads: 2)
  }

  @Test func theGaussiansOfTheLogitsAreThoseOfOneWindow() throws {
    try FittedExperiment.open(.classes) { fitted in
      let curvature = try fitted.curvature { $0.priorPrecision = 1 }
      let linearization = try laplace(curvature).linearization(fitted.scorer)
      let expected = try linearization.gaussians(ofStep: [0, 1, 30], fitted.scorer)
      let found = try linearization.gaussians(ofStep: [0, 1, 30], repeatingWindows(fitted))
      for (one, other) in zip(found, expected) {
        #expect(zip(one.mean, other.mean).allSatisfy { abs($0 - $1) < 1e-5 })
        let largest = other.covariances[0].map(abs).max()!
        #expect(largest > 0)
        #expect(zip(one.covariances[0], other.covariances[0]).allSatisfy { abs($0 - $1) < 1e-4 * largest })
      }
    }
  }

  /// A head sees one row for each text; other modules see each window's rows as further tokens.
  @Test func theCurvatureOfTheHeadIsThatOfOneWindow() throws {
    try FittedExperiment.open(.classes) { fitted in
      func head(_ scorer: Scorer) throws -> Curvature.Block {
        try fitted.curvature(scorer) { ($0.priorPrecision, $0.parameters) = (1, .lastLayer) }.blocks[0]
      }
      let (one, other) = (try head(fitted.scorer), try head(repeatingWindows(fitted)))
      for (values, expected) in [(other.outputValues, one.outputValues), (other.inputValues, one.inputValues)] {
        #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-4 * expected[0] })
      }
    }
  }
}
