// Growth: the scores of the first members and samples equal those of a file with only them, and the parts of
// uncertainty always add up.
import Artifacts
import Calibration
import Reports
import Testing

@Suite struct GrowthTests {
  private func file(_ recipe: SyntheticPredictions, members: Int? = nil, samples: Int? = nil) throws -> PredictionsFile
  {
    var set = recipe.predictions
    let (m, s) = (members ?? set.groups, samples ?? set.samples)
    set.logProbabilities = (0..<set.count).flatMap { row in
      (0..<m).flatMap { group in
        (0..<s).flatMap { sample in
          let start = ((row * set.groups + group) * set.samples + sample) * set.choices
          return set.logProbabilities[start..<start + set.choices]
        }
      }
    }
    (set.groups, set.samples) = (m, s)
    return try PredictionsFile(path: "\(set.method).h5", set)
  }

  private let multi = SyntheticPredictions(method: "multiswag", groups: 5, samples: 4)

  @Test func theFirstMembersScoreLikeAFileWithOnlyThem() throws {
    let growth = try Evaluation([file(multi)]).growth[0]
    for (members, samples) in [(5, 1), (5, 3), (2, 4), (1, 4)] {
      let alone = try Evaluation([file(multi, members: members, samples: samples)]).growth[0].points
      let expected = try #require(alone.first { $0.members == members && $0.samples == samples })
      let mine = try #require(growth.points.first { $0.members == members && $0.samples == samples })
      for metric in growth.metrics {
        #expect(mine[metric] == expected[metric] || (mine[metric].isNaN && expected[metric].isNaN), "\(metric)")
      }
    }
  }

  @Test func allMembersAndSamplesScoreAsInTheTable() throws {
    let evaluation = try Evaluation([file(multi)])
    let growth = evaluation.growth[0]
    let last = try #require(growth.points.first { $0.members == 5 && $0.samples == 4 })
    for metric in growth.metrics { #expect(last[metric] == evaluation.rows[0][metric].score.value) }
  }

  @Test func betweenAndWithinAddUpAndAreUndefinedForOneSetOfWeights() throws {
    for point in try Evaluation([file(multi)]).growth[0].points {
      let (between, within) = (point[.betweenGroups], point[.withinGroups])
      #expect(between.isNaN == (point.members == 1) && within.isNaN == (point.samples == 1))
      guard point.members > 1, point.samples > 1 else { continue }
      #expect(abs(between + within - point[.epistemicEntropy]) < 1e-12)
    }
  }

  /// Samples that differ a lot and members that do not: apparent uncertainty between members is due to the small number
  /// of samples, and collapses as it increases.
  @Test func uncertaintyBetweenMembersCollapsesAsSamplesIncrease() throws {
    let growth = try Evaluation([file(SyntheticPredictions(method: "multiswag", groups: 3, samples: 12))]).growth[0]
    let between = growth.points.filter { $0.members == 3 }.map { $0[.betweenGroups] }
    #expect(between.count == 12 && between[0] > 3 * between[11])
    #expect(zip(between, between.dropFirst()).allSatisfy { $1 < $0 * 1.02 })
  }

  @Test func oneSetOfWeightsHasOnePointAndNoPicture() throws {
    let evaluation = try Evaluation([file(SyntheticPredictions())])
    let growth = evaluation.growth
    #expect(growth[0].points.count == 1 && growth[0].points[0][.epistemicEntropy].isNaN)
    #expect(!evaluation.page(growth: growth).contains("More members, more samples"))
    #expect(
      Evaluation.csv(of: growth).split(separator: "\n")[1].hasSuffix(",,,,") == true)
  }

  @Test func theReportDrawsUncertaintyAndTheCSVHasARowForEveryPoint() throws {
    let evaluation = try Evaluation([file(SyntheticPredictions()), file(multi)])
    let growth = evaluation.growth
    let page = evaluation.page(growth: growth)
    #expect(page.contains("Mutual information by members") && page.contains("Mutual information by samples"))
    let lines = Evaluation.csv(of: growth).split(separator: "\n")
    #expect(lines[0].hasPrefix("method,members,samples,accuracy,nll,ece,entropy_total"))
    // point: 1; multiswag: 4 numbers of samples, and 4 numbers of members below the total.
    #expect(lines.count == 1 + 1 + 8 && lines[1].hasPrefix("point,1,1,"))
  }

  @Test func curvesByMembersHaveAllSamplesAndCurvesBySamplesAllMembers() throws {
    let growth = try Evaluation([file(multi)]).growth[0]
    #expect(growth.byMembers.map(\.members) == [1, 2, 3, 4, 5] && growth.byMembers.allSatisfy { $0.samples == 4 })
    #expect(growth.bySamples.map(\.samples) == [1, 2, 3, 4] && growth.bySamples.allSatisfy { $0.members == 5 })
  }

  @Test func upToFifteenMembersEveryNumberIsScored() throws {
    let growth = try Evaluation([file(SyntheticPredictions(method: "ensemble", groups: 15, testCount: 30))]).growth[0]
    #expect(growth.points.map(\.members).sorted() == Array(1...15))
  }
}
