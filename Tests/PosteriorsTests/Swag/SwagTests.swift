// SWAG's draws against the dense Gaussian, and the mistakes of published implementations.
import Artifacts
import Faults
import Posteriors
import TestSupport
import Testing

@Suite struct SwagTests {
  @Test func theMeanOfThreeKnownVectorsWeighsThemEqually() throws {
    var collector = SwagCollector(parameters: 2, maximumRank: 5)
    for vector in [[1, 10], [2, 20], [6, 60]] as [[Float]] { collector.collect(vector) }
    #expect(collector.mean == [3, 30])
    var moments = SwagMoments()
    moments.parameters.append("x", shape: [2])
    collector.store(into: &moments)
    #expect(try FixedMembers.swa(request([moments])).draw(group: 0, sample: 0).values == [3, 30])
  }

  @Test func theFirstDeviationIsZeroAndLeavesOnceMoreThanKAreTaken() {
    let all = sampleMoments(rank: 7)
    #expect(all.rank == 7 && all.deviations.prefix(4).allSatisfy { $0 == 0 })
    let held = sampleMoments(rank: 3)
    #expect(held.rank == 3 && held.deviations == Array(all.deviations.suffix(12)))
  }

  @Test func aDeviationIsTakenFromTheMeanThatAlreadyHoldsIt() {
    var collector = SwagCollector(parameters: 1, maximumRank: 5)
    collector.collect([1])
    collector.collect([3])
    var moments = SwagMoments()
    moments.parameters.append("x", shape: [1, 1])
    collector.store(into: &moments)
    #expect(moments.deviations == [0, 1])
  }

  /// Sample covariance of many draws against a (Σ_diag + D̂ D̂ᵀ / (R - 1)): catches a variance used as a standard
  /// deviation, a scale used for its root, the divisor K - 1 where fewer are held, and noise not shared by the tensors.
  @Test(arguments: [0.5, 1, 2], [3, 20]) func samplesAgreeWithTheDenseGaussian(scale: Double, rank: Int) throws {
    let moments = sampleMoments(rank: rank)
    let posterior = try Swag.lowRank(request([moments], samples: 40_000, scale: scale))
    var covariance = [[Double]](repeating: .init(repeating: 0, count: 4), count: 4)
    for i in 0..<4 { covariance[i][i] = Double(moments.variance[i]) }
    for row in 0..<moments.rank {
      for i in 0..<4 {
        for j in 0..<4 {
          covariance[i][j] +=
            Double(moments.deviations[row * 4 + i] * moments.deviations[row * 4 + j]) / Double(moments.rank - 1)
        }
      }
    }
    try expectGaussian(posterior, mean: moments.mean, covariance: covariance.map { $0.map { scale * $0 } })
  }

  @Test func theDiagonalFormHasNoCorrelations() throws {
    let moments = sampleMoments()
    var covariance = [[Double]](repeating: .init(repeating: 0, count: 4), count: 4)
    for i in 0..<4 { covariance[i][i] = Double(moments.variance[i]) }
    try expectGaussian(
      try Swag.diagonal(request([moments], samples: 40_000)), mean: moments.mean, covariance: covariance)
  }

  @Test func defaultsAreThePapers() throws {
    #expect(try Swag.lowRank(request([sampleMoments()])).scale == 0.5)
    #expect(try Swag.diagonal(request([sampleMoments()])).scale == 1)
  }

  @Test func scaleZeroIsSWAExactly() throws {
    let moments = sampleMoments()
    let swa = try FixedMembers.swa(request([moments])).draw(group: 0, sample: 0).values
    #expect(swa == moments.mean)
    for sample in 0..<3 {
      #expect(try Swag.lowRank(request([moments], scale: 0)).draw(group: 0, sample: sample).values == swa)
    }
  }

  @Test func aSampleDependsOnSeedAndNumberAlone() throws {
    let moments = sampleMoments()
    let (few, many) = (
      try Swag.lowRank(request([moments], samples: 2)), try Swag.lowRank(request([moments], samples: 9))
    )
    #expect(few.draw(group: 0, sample: 1).values == many.draw(group: 0, sample: 1).values)
    #expect(few.draw(group: 0, sample: 0).values != few.draw(group: 0, sample: 1).values)
    #expect(
      try Swag.lowRank(request([moments], seed: 1)).draw(group: 0, sample: 1).values
        != few.draw(group: 0, sample: 1).values)
  }

  @Test func aSavedAndLoadedFileDrawsTheSame() throws {
    try withTemporaryFolder { folder in
      let moments = sampleMoments()
      try moments.write(to: folder + "/swag.h5", provenance: TinyExperiment.provenance)
      let loaded = try SwagMoments.read(folder + "/swag.h5")
      for sample in 0..<3 {
        #expect(
          try Swag.lowRank(request([moments])).draw(group: 0, sample: sample).values
            == Swag.lowRank(request([loaded])).draw(group: 0, sample: sample).values)
      }
    }
  }

  @Test func oneSnapshotHasNoCovarianceAndIsRefused() throws {
    let single = sampleMoments(snapshots: 1)
    for make in [Swag.lowRank, Swag.diagonal, Swag.multi] {
      #expect { try make(request([single])) } throws: { ($0 as? Fault)?.code == .data }
    }
    #expect(throws: Fault.self) { try Swag.lowRank(request([sampleMoments(rank: 1)])) }
    #expect(throws: Never.self) { try Swag.diagonal(request([sampleMoments(rank: 1)])) }
    #expect(try FixedMembers.swa(request([single])).warnings.count == 1)
  }

  @Test func aCollectorComesBackFromItsStateExactly() {
    var (whole, part) = (SwagCollector(parameters: 2, maximumRank: 2), SwagCollector(parameters: 2, maximumRank: 2))
    let vectors: [[Float]] = [[1, 2], [1.1, 1.9], [0.9, 2.2], [1.3, 2]]
    for vector in vectors { whole.collect(vector) }
    for vector in vectors.prefix(2) { part.collect(vector) }
    var resumed = SwagCollector(state: part.state, maximumRank: 2)
    for vector in vectors.suffix(2) { resumed.collect(vector) }
    #expect(resumed.state.mean == whole.state.mean && resumed.state.deviations == whole.state.deviations)
    #expect(resumed.state.squaredDeviations == whole.state.squaredDeviations && resumed.snapshots == 4)
  }
}
