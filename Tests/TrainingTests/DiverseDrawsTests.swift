// DNA's loss: values beside those of the formula, slopes by differences, and the gradient of a whole step under several
// draws of the dropout.
import Adapters
import Arrays
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Training
import Transformers

@Suite struct DiverseDrawsTests {
  private func settings(weight: Double, draws: Int, dropout: Double = 0) -> AdapterSettings {
    var settings = AdapterSettings.tiny(batchSize: 8, epochs: 2)
    (settings.loss, settings.dropout) = (.dna(weight: weight, draws: draws), dropout)
    return settings
  }

  /// As in the authors' code: the variance is the mean square minus the squared mean.
  private func formula(_ probabilities: [Double], _ weight: Double) -> Double {
    let values = probabilities.map { log(2 / (1 + $0)) + $0 * log(2 * $0 / (1 + $0)) }
    let roots = values.map { ($0 + 1e-6).squareRoot() }
    func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }
    let variance = mean(roots.map { $0 * $0 }) - mean(roots) * mean(roots)
    #expect(variance >= 0)
    return mean(values) - weight * variance
  }

  @Test(arguments: [0, 0.1, 1.0]) func lossesAreThoseOfTheFormula(weight: Double) {
    // Three draws of two examples.
    let probabilities = [0.5, 0.9, 0.25, 0.7, 0.99, 0.8]
    let found = DiverseDraws(logarithms: probabilities.map { log($0) }, examples: 2, weight: weight)
    for example in 0..<2 {
      let own = (0..<3).map { probabilities[2 * $0 + example] }
      #expect(abs(found.losses[example] - formula(own, weight)) < 1e-12)
      #expect(found.losses[example] <= formula(own, 0) + 1e-15)
      for draw in 0..<3 {
        func moved(_ step: Double) -> Double {
          var moved = own
          moved[draw] *= exp(step)
          return formula(moved, weight)
        }
        let measured = 3 * (moved(1e-5) - moved(-1e-5)) / 2e-5
        #expect(abs(found.slopes[2 * draw + example] - measured) < 1e-8)
      }
    }
  }

  @Test(arguments: [TokenizedSet.Scoring.letters, .pairs]) func aStepsGradientIsThatOfItsLoss(
    scoring: TokenizedSet.Scoring
  ) throws {
    try withTemporaryFolder { folder in
      let dropout = Dropout(keepProbability: 0.7, seed: 5)
      let scorer = try tinyScorer(folder, scoring, settings(weight: 1, draws: 4))
      let values = scorer.layout.scattered
      var gradient = values
      let loss = scorer.lossAndGradient(of: [0, 1, 2], parameters: values, gradient: &gradient, dropout: dropout)
      let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      func moved(_ step: Double) -> Double {
        var unused = values
        let moved = values.indices.map { values[$0] + Float(step * Double(gradient[$0]) / norm) }
        return scorer.lossAndGradient(of: [0, 1, 2], parameters: moved, gradient: &unused, dropout: dropout)
      }
      #expect(abs((moved(0.01) - moved(-0.01)) / 0.02 - norm) < 0.02 * norm)
      // The draws differ, so their variance lowers the loss.
      let mean = try tinyScorer(folder, scoring, settings(weight: 0, draws: 4))
      var unused = values
      let without = mean.lossAndGradient(
        of: [0, 1, 2], parameters: values, gradient: &unused, dropout: dropout)
      #expect(without > loss + 1e-6)
    }
  }

  /// A draw is what a member would have alone, with the masks of its own seed.
  @Test func theDrawsOfAStepAreThoseOfTheirSeeds() throws {
    try withTemporaryFolder { folder in
      let several = try tinyScorer(folder, .letters, settings(weight: 0, draws: 3))
      let one = try tinyScorer(folder, .letters, settings(weight: 0, draws: 1))
      let values = several.layout.scattered
      var (gradient, sum) = (values, [Double](repeating: 0, count: values.count))
      let loss = several.lossAndGradient(
        of: [0, 1], parameters: values, gradient: &gradient, dropout: Dropout(keepProbability: 0.7, seed: 5))
      var losses: [Double] = []
      for draw in 0..<3 {
        var own = values
        let seed = 5 &+ UInt64(draw) &* 0x9E37_79B9_7F4A_7C15
        losses.append(
          one.lossAndGradient(
            of: [0, 1], parameters: values, gradient: &own, dropout: Dropout(keepProbability: 0.7, seed: seed)))
        for place in sum.indices { sum[place] += Double(own[place]) / 3 }
      }
      #expect(Set(losses).count == 3 && abs(losses.reduce(0, +) / 3 - loss) < 1e-6)
      #expect(sum.indices.allSatisfy { abs(sum[$0] - Double(gradient[$0])) < 1e-5 })
    }
  }

  @Test func theMemoryOfAllDrawsIsCounted() throws {
    try withTemporaryFolder { folder in
      func bytes(_ draws: Int) throws -> (estimate: Double, taken: Double) {
        let settings = settings(weight: 0.1, draws: draws, dropout: 0.2)
        let scorer = try tinyScorer(folder, .letters, settings)
        let estimate = try TrainingRun(scorer, settings, seed: 0).memory.activationBytes
        var gradient = scorer.layout.scattered
        let examples = Array(scorer.data.examples(of: .train).prefix(settings.batchSize))
        _ = scorer.lossAndGradient(
          of: examples, parameters: scorer.layout.scattered, gradient: &gradient,
          dropout: Dropout(keepProbability: 0.8, seed: 1))
        return (estimate, Double(scorer.activationBytes))
      }
      let (one, four) = (try bytes(1), try bytes(4))
      #expect(four.estimate > 2 * one.estimate && four.estimate <= four.taken)
    }
  }

  @Test func withoutDropoutSeveralDrawsAreOne() throws {
    try withTemporaryFolder { folder in
      func adapter(_ weight: Double, _ draws: Int) throws -> Adapter {
        let settings = settings(weight: weight, draws: draws)
        return try fitted(tinyScorer(folder, .letters, settings), settings)
      }
      let one = try adapter(0, 1)
      for other in [try adapter(0, 5), try adapter(1, 5)] {
        #expect(zip(one.values, other.values).allSatisfy { abs($0 - $1) < 1e-4 })
        #expect(other.cost.trainingTokens == 5 * one.cost.trainingTokens)
      }
    }
  }

  @Test func aResumedFitEndsWithTheSameBits() throws {
    try withTemporaryFolder { folder in
      let settings = settings(weight: 0.1, draws: 3, dropout: 0.3)
      let scorer = try tinyScorer(folder, .pairs, settings)
      let unbroken = try fitted(scorer, settings)
      for stop in 1..<6 {
        #expect(try resumed(scorer, settings, after: stop, in: folder) == unbroken, "stopped after step \(stop)")
      }
    }
  }

  @Test func whatItIsNotDefinedOnIsRefusedByName() throws {
    for (changed, setting) in [
      (settings(weight: -1, draws: 2), "diversity"), (settings(weight: .nan, draws: 2), "diversity"),
      (settings(weight: 1, draws: 0), "dropout-draws"),
    ] {
      let fault = #expect(throws: Fault.self) { try changed.validate() }
      #expect(fault?.code == .usage && fault?.subject == "`\(setting)`")
    }
    var members = settings(weight: 1, draws: 2)
    members.members = 2
    #expect(throws: Fault.self) { try members.validate() }
    try withTemporaryFolder { folder in
      let settings = settings(weight: 1, draws: 2)
      let fault = #expect(throws: Fault.self) {
        try TrainingRun(tinyScorer(folder, .labels, settings), settings, seed: 0)
      }
      #expect(fault?.code == .configuration && fault?.message.contains("several labels") == true)
      #expect(fault?.hint == "leave out `diversity`")
    }
  }
}
