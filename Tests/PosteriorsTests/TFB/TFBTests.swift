// TFB: the rotated factors against an independent implementation (Reference/tfb.py), and the noise on them.
import Adapters
import Artifacts
import Faults
import Foundation
import JSON
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct TFBTests {
  @Test func theFactorsAreTurnedAsInTheReference() throws {
    let toy = try reference("tfb.json", as: TFBToy.self)
    let turned = try TFBFactors(toy.values, toy.parameters, path: "a.h5").values(beta: 0) { $0.map { _ in 1 } }
    for (mine, theirs) in zip(turned, (toy.turnedA + toy.turnedB).flatMap { $0 }) {
      #expect(abs(Double(mine) - theirs) < 1e-6)
    }
  }

  /// An adapter with this scale, drawn `samples` times.
  private func tfb(_ toy: TFBToy, beta: Double, samples: Int, scale: Double? = nil, seed: Int = 0) throws -> TFB {
    var adapter = Adapter()
    (adapter.parameters, adapter.values) = (toy.parameters, toy.values)
    let outcome = TFBOutcome(search: TFBSettings(), beta: beta, accepted: 2)
    adapter.settings = #"{"tfb":\#(try outcome.canonicalJSON)}"#
    return try TFB(request([adapter], samples: samples, seed: seed, scale: scale))
  }

  @Test func drawsAreTheGaussianOfThePaper() throws {
    let toy = try reference("tfb.json", as: TFBToy.self)
    let d = (0..<2).map { column in toy.turnedB.reduce(0) { $0 + $1[column] * $1[column] }.squareRoot() }
    var covariance = [[Double]](repeating: .init(repeating: 0, count: 16), count: 16)
    for row in 0..<2 {
      for column in 0..<5 { covariance[row * 5 + column][row * 5 + column] = pow(0.2 / (d[row] + 1e-6), 2) }
    }
    let mean = (toy.turnedA + toy.turnedB).flatMap { $0 }.map { Float($0) }
    let posterior = try tfb(toy, beta: 0.2, samples: 20_000)
    try expectGaussian(posterior, mean: mean, covariance: covariance)
    #expect(posterior.details == ["beta": 0.2])
  }

  @Test func theScaleIsAFactorOnTheVariance() throws {
    let toy = try reference("tfb.json", as: TFBToy.self)
    let mean = (toy.turnedA + toy.turnedB).flatMap { $0 }
    let draws = try [1.0, 4].map { try tfb(toy, beta: 0.2, samples: 1, scale: $0).draw(group: 0, sample: 0).values }
    for place in mean.indices {
      let (one, four) = (Double(draws[0][place]) - mean[place], Double(draws[1][place]) - mean[place])
      #expect(abs(four - 2 * one) < 1e-5)
    }
  }

  @Test func scaleZeroIsTheAdapterAndDrawsDependOnSeedAndNumber() throws {
    let toy = try reference("tfb.json", as: TFBToy.self)
    #expect(try tfb(toy, beta: 0.2, samples: 2, scale: 0).draw(group: 0, sample: 1).values == toy.values)
    let (few, many) = (try tfb(toy, beta: 0.2, samples: 2), try tfb(toy, beta: 0.2, samples: 9))
    #expect(few.draw(group: 0, sample: 1).values == many.draw(group: 0, sample: 1).values)
    #expect(few.draw(group: 0, sample: 0).values != few.draw(group: 0, sample: 1).values)
    #expect(
      try tfb(toy, beta: 0.2, samples: 2, seed: 1).draw(group: 0, sample: 1).values
        != few.draw(group: 0, sample: 1).values)
    #expect(try tfb(toy, beta: 0.2, samples: 1).warnings == ["one sample: no spread measured"])
  }

  /// A B of lower rank than its adapter: noise on the row that nothing reads must not reach the answers.
  @Test func noiseWhereBIsZeroChangesNothing() throws {
    let toy = try reference("tfb.json", as: TFBToy.self)
    var values = toy.values
    for index in 10..<16 { values[index] = 0 }
    let factors = try TFBFactors(values, toy.parameters, path: "a.h5")
    let noisy = factors.values(beta: 0.01) { $0.map { _ in 1 } }
    #expect(toy.logProbabilities(noisy) == toy.logProbabilities(values))
  }
}
