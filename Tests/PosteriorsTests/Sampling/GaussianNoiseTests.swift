// The rules of drawing: each draws from the same Gaussian, and couples its samples as it promises.
import Artifacts
import Foundation
import Posteriors
import Testing

@Suite struct GaussianNoiseTests {
  private func draw(_ rule: DrawRule, samples: Int, seed: Int = 0, member: Int = 0, width: Int = 6) -> [[Float]] {
    let noise = GaussianNoise(rule, seed: seed, samples: samples)
    return (0..<samples).map { sample in
      var values = [Float](repeating: 0, count: width)
      noise.normals(.diagonalNoise, member: member, sample: sample, into: &values, count: width)
      return values
    }
  }

  private func swag(_ rule: DrawRule, samples: Int, seed: Int = 0, scale: Double? = nil) throws -> Swag {
    try Swag.lowRank(request([sampleMoments()], samples: samples, seed: seed, draws: rule, scale: scale))
  }

  @Test(arguments: DrawRule.allCases) func everyRuleDrawsTheSameGaussian(rule: DrawRule) throws {
    let moments = sampleMoments()
    var covariance = [[Double]](repeating: .init(repeating: 0, count: 4), count: 4)
    for i in 0..<4 {
      covariance[i][i] += 0.5 * Double(moments.variance[i])
      for j in 0..<4 {
        covariance[i][j] += (0..<3).reduce(0) {
          $0 + 0.25 * Double(moments.deviations[$1 * 4 + i] * moments.deviations[$1 * 4 + j])
        }
      }
    }
    try expectGaussian(try swag(rule, samples: 40_000), mean: moments.mean, covariance: covariance)
  }

  @Test func antitheticPairsMirrorEachOtherAndBeginAsIndependentOnes() {
    let (pairs, independent) = (draw(.antithetic, samples: 5), draw(.independent, samples: 5))
    #expect(pairs[0] == independent[0] && pairs[2] == independent[2] && pairs[4] == independent[4])
    #expect(pairs[1] == pairs[0].map { -$0 } && pairs[3] == pairs[2].map { -$0 })
    #expect(pairs[0] != pairs[2])
  }

  @Test(arguments: [2, 7, 16, 20, 100]) func everyCoordinateOfALatticeVisitsEachStratumOnce(samples: Int) {
    let points = draw(.lattice, samples: samples, width: 40)
    for coordinate in 0..<40 {
      let places = points.map { 0.5 * erfc(-Double($0[coordinate]) / 2.0.squareRoot()) }.sorted()
      for (lower, upper) in zip(places, places.dropFirst()) {
        #expect(abs(upper - lower - 1 / Double(samples)) < 1e-5)
      }
    }
  }

  /// In two dimensions the best lattice of 21 points is Fibonacci's, (1, 8) or its mirror (1, 13).
  @Test func theConstructionFindsTheGoodLatticeOfTwoDimensions() {
    let generators = latticeGenerators(points: 21, coordinates: 2)
    #expect(generators[0] == 1 && [8, 13].contains(generators[1]))
    #expect(latticeGenerators(points: 1, coordinates: 3) == [1, 1, 1])
  }

  /// From one sample to the next a first coordinate moves by its generator's share of a turn.
  @Test func theFirstCoordinatesOfALatticeAreTheConstructedOnes() {
    let (points, generators) = (draw(.lattice, samples: 21), latticeGenerators(points: 21, coordinates: 6))
    #expect(Set(generators).count > 2)
    for coordinate in 0..<6 {
      let places = points.map { 0.5 * erfc(-Double($0[coordinate]) / 2.0.squareRoot()) }
      for (here, next) in zip(places, places.dropFirst()) {
        let step = (next - here) * 21 - Double(generators[coordinate])
        #expect(abs(step - 21 * (step / 21).rounded()) < 1e-3)
      }
    }
  }

  @Test(arguments: DrawRule.allCases) func seedMemberAndNumberDecide(rule: DrawRule) throws {
    #expect(draw(rule, samples: 4) == draw(rule, samples: 4))
    #expect(draw(rule, samples: 4) != draw(rule, samples: 4, seed: 1))
    #expect(draw(rule, samples: 4) != draw(rule, samples: 4, member: 1))
    #expect(Set(draw(rule, samples: 4)).count == 4)
    // A vector drawn in two parts is the same vector.
    let noise = GaussianNoise(rule, seed: 2, samples: 3)
    var (whole, parts) = ([Float](repeating: 0, count: 90), [Float](repeating: 0, count: 90))
    noise.normals(.diagonalNoise, member: 1, sample: 2, into: &whole, count: 90)
    parts.withUnsafeMutableBufferPointer {
      noise.normals(.diagonalNoise, member: 1, sample: 2, into: $0.baseAddress!, count: 40)
      noise.normals(.diagonalNoise, member: 1, sample: 2, into: $0.baseAddress! + 40, count: 50, from: 40)
    }
    #expect(whole == parts)
  }

  @Test(arguments: DrawRule.allCases) func oneSampleIsADrawAndScaleZeroIsTheMean(rule: DrawRule) throws {
    let one = try swag(rule, samples: 1).draw(group: 0, sample: 0).values
    #expect(one != sampleMoments().mean && one.allSatisfy(\.isFinite))
    #expect(try swag(rule, samples: 3, scale: 0).draw(group: 0, sample: 2).values == sampleMoments().mean)
  }

  @Test func aPairOfAntitheticDrawsHasTheMeanExactly() throws {
    let swag = try swag(.antithetic, samples: 2)
    let (first, second) = (swag.draw(group: 0, sample: 0).values, swag.draw(group: 0, sample: 1).values)
    for (index, mean) in sampleMoments().mean.enumerated() {
      #expect(abs((first[index] + second[index]) / 2 - mean) < 1e-6)
    }
  }
}
