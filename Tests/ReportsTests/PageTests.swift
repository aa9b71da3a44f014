// Special cases of rows, bins, epochs and intervals in the report's page and tables.
import Artifacts
import Calibration
import Foundation
import Reports
import Testing

@Suite struct PageTests {
  private func evaluation(
    _ methods: [String] = ["point", "ensemble"], draws: Int = 40, _ change: (inout SyntheticPredictions) -> Void
  ) throws -> Evaluation {
    let files = try methods.map { method in
      var recipe = SyntheticPredictions()
      (recipe.method, recipe.groups) = (method, method == "point" ? 1 : 3)
      change(&recipe)
      return try recipe.file()
    }
    return try Evaluation(files, settings: .init(bootstrap: Bootstrap(draws: draws, seed: 2)))
  }

  /// The part of the page below the heading `title`.
  private func section(_ title: String, of page: String) throws -> Substring {
    let start = try #require(page.range(of: "<h2>\(title)</h2>")).upperBound
    return page[start...].prefix(upTo: try #require(page[start...].range(of: "</section>")).lowerBound)
  }

  /// The point estimate has no differences, so that its row is omitted; the row of its temperature then needs the name.
  @Test func aTemperatureRowWithoutItsMethodAboveHasTheMethodsName() throws {
    let page = try evaluation { _ in }.page()
    #expect(page.matches(of: /<\/svg>point with T = [0-9.]+<\/th>/).count == 1)
    #expect(page.matches(of: /<\/svg>ensemble with T =/).count == 0)
    #expect(page.matches(of: />with T = [0-9.]+<\/th>/).count == 2 + 2 + 2 + 1)
  }

  @Test func aDifferenceOfZeroHasNoSign() throws {
    let evaluation = try evaluation { _ in }
    #expect(evaluation.rows[1].differences[.accuracy]?.score.value == 0)
    let page = evaluation.page()
    #expect(page.matches(of: /[+]0[.]0+</).count == 0)
    #expect(page.matches(of: />0[.]0<small>/).count > 0)
  }

  @Test func binsWithFewQuestionsArePaleAndNotOnTheLine() throws {
    let evaluation = try evaluation(["point"]) { $0.testCount = 900 }
    let (raw, scaled) = (evaluation.rows[0].forecast, evaluation.rows[1].forecast)
    func bins(_ forecast: Forecast) -> (few: Int, more: Int) {
      let counts = ReliabilityDiagram(forecast.outcomes).bins.map(\.count).filter { $0 > 0 }
      return (counts.count { $0 < 9 }, counts.count { $0 >= 9 })
    }
    #expect(bins(raw).few > 0 && bins(scaled).few > 0)
    let pictures = try section("Reliability", of: evaluation.page())
    #expect(pictures.matches(of: /class="ink-dot pale"/).count == bins(raw).few)
    #expect(pictures.matches(of: /class="ink-dot"/).count == bins(raw).more)
    #expect(pictures.matches(of: /class="hollow"/).count == bins(scaled).more)
  }

  @Test func aCurveHasNoMorePointsThanThePictureHasPixels() throws {
    let evaluation = try evaluation(["point"], draws: 2) { ($0.testCount, $0.calibrationCount) = (4000, 0) }
    let picture = try section("Risk and coverage", of: evaluation.page())
    let lengths = picture.matches(of: /class="line[^"]*" d="M([^"]*)"/).map { $0.1.split(separator: "L").count }
    #expect((900...1001).contains(try #require(lengths.max())))
  }

  /// A collection's epochs continue those of the fit.
  @Test func epochsAreDrawnAtTheirNumbers() throws {
    var moments = SwagMoments()
    moments.history = (7...8).map { epoch in
      Adapter.Epoch(
        epoch: epoch, step: 10 * epoch, learningRate: 1e-4, trainingLoss: 1, calibrationNLL: 1.1,
        calibrationAccuracy: 0.5, calibrationECE: 0.02)
    }
    let picture = try section("Training curves", of: evaluation { _ in }.page(histories: [TrainingHistory(moments)]))
    #expect(picture.matches(of: />(7|8)<\/text>/).count == 3 * 2)
    #expect(picture.matches(of: />7\.[0-9]+<\/text>/).count == 0)
    // Two epochs in three pictures, and the legend.
    #expect(picture.matches(of: /class="dot s\d"/).count == 3 * 2 + 1)
  }
}
