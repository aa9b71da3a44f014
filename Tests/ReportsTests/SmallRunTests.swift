// Pictures of small runs: two members, one or two samples, one question, equal scores. No picture is
// empty, counts have integer ticks, tick labels are distinct, and titles do not overlap the numbers.
import Artifacts
import Calibration
import Reports
import Testing

@Suite struct SmallRunTests {
  private func page(
    _ methods: [(name: String, groups: Int, samples: Int)], epochs: Int = 1,
    _ change: (inout SyntheticPredictions) -> Void = { _ in }
  ) throws -> String {
    let files = try methods.map { method in
      var recipe = SyntheticPredictions()
      (recipe.method, recipe.groups, recipe.samples) = (method.name, method.groups, method.samples)
      change(&recipe)
      return try recipe.file()
    }
    var adapter = Adapter()
    adapter.method = "point"
    adapter.history = (0..<epochs).map {
      Adapter.Epoch(
        epoch: $0 + 1, step: 1, learningRate: 1, trainingLoss: 1, calibrationNLL: 1, calibrationAccuracy: 1,
        calibrationECE: 0)
    }
    let evaluation = try Evaluation(files, settings: .init(bootstrap: Bootstrap(draws: 20, seed: 2)))
    return evaluation.page(histories: [TrainingHistory(adapter)], growth: evaluation.growth)
  }

  /// Every picture of a page with the text of its ticks, by its label.
  private func pictures(_ page: String) -> [(label: Substring, source: Substring, ticks: [Substring])] {
    page.matches(of: /(?s)<svg viewBox[^>]*aria-label="([^"]*)">(.*?)<\/svg>/).map { match in
      (match.1, match.2, match.2.matches(of: /class="tick"[^>]*>([^<]*)</).map(\.1))
    }
  }

  private func check(_ page: String) {
    #expect(!page.contains("nan") && !page.contains("inf\""))
    for (label, source, ticks) in pictures(page) {
      #expect(ticks.allSatisfy { $0.count <= 5 }, "\(label): \(ticks)")
      let marks = source.matches(of: /<(circle|rect)|class="(line s|dot|hollow|outline)/).count
      #expect(marks > 0, "\(label) is empty")
      // The title of y is 11 pixels high around x = 12; a digit is 6.2 wide.
      for tick in source.matches(of: /class="tick" x="([0-9.]+)"[^>]*text-anchor="end">([^<]*)</) {
        #expect(Double(tick.1)! - 6.2 * Double(tick.2.count) >= 14, "\(label): \(tick.2)")
      }
    }
  }

  @Test func twoMembersAndTwoSamples() throws {
    let page = try page([("point", 1, 1), ("ensemble", 2, 1), ("multiswag", 2, 2)], epochs: 2)
    check(page)
    let byMembers = pictures(page).filter { $0.label.hasSuffix(" by members") }
    #expect(byMembers.count >= 3)
    for picture in byMembers {
      let counts = picture.source.matches(of: /class="tick"[^>]*text-anchor="middle">([^<]*)</).map(\.1)
      #expect(counts == ["1", "2"], "\(picture.label)")
    }
    // Between members there is only one value, for both.
    #expect(
      page.contains("Not drawn: Mutual information between members by members. No method has more than one value here.")
    )
    #expect(!byMembers.contains { $0.label.contains("between") })
  }

  @Test func oneSampleOneMethodAndOneEpoch() throws {
    let page = try page([("point", 1, 1)])
    check(page)
    #expect(page.contains("Not drawn: NLL on training examples, nats per epoch."))
    try check(self.page([("swag", 1, 1)], epochs: 3))
    try check(self.page([("swag", 1, 2)], epochs: 0))
  }

  @Test func oneQuestion() throws {
    let page = try page([("point", 1, 1), ("ensemble", 2, 1)]) { $0.testCount = 1 }
    check(page)
    #expect(page.contains("Not drawn: Risk against coverage of every method."))
  }

  /// All questions right, with the same confidence.
  @Test func constantScores() throws {
    var set = SyntheticPredictions(method: "ensemble", groups: 3).predictions
    for row in 0..<set.count {
      for leaf in 0..<3 {
        for choice in 0..<4 {
          set.logProbabilities[(3 * row + leaf) * 4 + choice] = choice == Int(set.labels[row]) ? -0.1 : -3.45
        }
      }
    }
    let evaluation = try Evaluation(
      [try PredictionsFile(path: "e.h5", set)], settings: .init(bootstrap: Bootstrap(draws: 20, seed: 2)))
    let page = evaluation.page(growth: evaluation.growth)
    check(page)
    let accuracy = try #require(pictures(page).first { $0.label == "Accuracy by members" })
    #expect(accuracy.ticks.filter { $0.hasPrefix("1") }.contains("100.0"))
    #expect(!accuracy.ticks.contains { $0 == "100.5" || $0 == "101" })
  }

  @Test func aQuestionWithOneChoice() throws {
    try check(page([("point", 1, 1), ("ensemble", 2, 2)]) { ($0.choices, $0.testCount) = (1, 20) })
  }

  @Test func namesAtTheEndsOfCurvesDoNotCoverEachOther() throws {
    let methods = MethodStyle.listed.flatMap(\.methods).map { (name: $0, groups: 1, samples: 1) }
    let page = try page(methods) { $0.testCount = 60 }
    let risk = try #require(pictures(page).first { $0.label.hasPrefix("Risk against") })
    let heights = risk.source.matches(of: /class="end s\d" x="[0-9.]+" y="([0-9.]+)"/).map { Double($0.1)! }.sorted()
    #expect(heights.count == methods.count)
    #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 >= 12.9 })
    #expect(heights.first! >= 0 && heights.last! < Double(13 * methods.count + 46))
  }
}
