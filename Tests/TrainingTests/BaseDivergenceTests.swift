// The divergence from the base in the loss: its gradient against finite differences, and its two extremes.
import Adapters
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Training

@Suite struct BaseDivergenceTests {
  private func settings(_ coefficient: Double) -> AdapterSettings {
    var settings = AdapterSettings.tiny(batchSize: 8, epochs: 4)
    settings.baseDivergence = coefficient
    return settings
  }

  private func with(
    _ scoring: TokenizedSet.Scoring, _ body: (TinyExperiment, (Double) throws -> Scorer) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: scoring)
      try body(experiment) {
        try Scorer(
          experiment.architecture, base: experiment.base, data: experiment.tokens, settings: settings($0), threads: 2)
      }
    }
  }

  /// Mean of KL(p || p_base) over `examples`, in double precision.
  private func divergence(_ scorer: Scorer, _ examples: [Int], _ values: [Float]) throws -> Double {
    let (p, base) = (
      try scorer.logProbabilities(of: examples, parameters: values),
      try scorer.logProbabilities(of: examples, parameters: values.map { _ in 0 })
    )
    var sum = 0.0
    for index in p.indices where p[index].isFinite {
      sum += exp(Double(p[index])) * (Double(p[index]) - Double(base[index]))
    }
    return sum / Double(examples.count)
  }

  /// Values away from the start of the training, where the adapters add something.
  private func movedValues(of scorer: Scorer) -> [Float] {
    scorer.parametrisation.initialValues(seed: 1).enumerated().map { $1 + 0.05 * Float(($0 * 37) % 11 - 5) / 5 }
  }

  @Test(arguments: [TokenizedSet.Scoring.letters, .continuations]) func theGradientIsThatOfTheDivergence(
    scoring: TokenizedSet.Scoring
  ) throws {
    try with(scoring) { _, make in
      let examples = [0, 3, 7, 11]
      let (plain, regularized) = (try make(0), try make(0.7))
      try regularized.regularize(towardsBase: 0.7, examples: examples)
      let values = movedValues(of: plain)
      var gradients = [[Float](repeating: 0, count: values.count), [Float](repeating: 0, count: values.count)]
      let losses = [
        plain.lossAndGradient(of: examples, parameters: values, gradient: &gradients[0]),
        regularized.lossAndGradient(of: examples, parameters: values, gradient: &gradients[1]),
      ]
      #expect(losses[0] == losses[1])
      // Along a few directions: one number's difference would drown in single precision.
      for direction in 0..<4 {
        let unit = values.indices.map { Float(($0 * (direction + 3)) % 7 - 3) / 3 }
        func slope(_ step: Float) throws -> Double {
          let ahead = try divergence(plain, examples, zip(values, unit).map { $0 + step * $1 })
          let behind = try divergence(plain, examples, zip(values, unit).map { $0 - step * $1 })
          return 0.7 * (ahead - behind) / Double(2 * step)
        }
        // Richardson's extrapolation takes the curvature out.
        let expected = (4 * (try slope(5e-4)) - (try slope(1e-3))) / 3
        let mine = unit.indices.reduce(0.0) { $0 + Double(unit[$1]) * Double(gradients[1][$1] - gradients[0][$1]) }
        #expect(abs(mine - expected) < 0.02 * abs(expected) + 2e-4, "\(mine), numerically \(expected)")
      }
    }
  }

  private func trained(_ make: (Double) throws -> Scorer, _ coefficient: Double) throws -> (TrainingRun, Adapter) {
    var run = try TrainingRun(try make(coefficient), settings(coefficient), seed: 0)
    try run.finish()
    return (run, try run.adapter(method: "point"))
  }

  @Test func aLargeCoefficientKeepsTheAnswersOfTheBaseAndNoneChangesNothing() throws {
    try with(.letters) { experiment, make in
      let examples = experiment.tokens.examples(of: .train)
      let (free, held) = (try trained(make, 0), try trained(make, 30))
      let distances = try [free, held].map { try divergence($0.0.scorer, examples, $0.1.values) }
      #expect(distances[1] < 0.1 * distances[0])
      let scorer = try make(0)
      try scorer.regularize(towardsBase: 0, examples: examples)
      var gradients = [free.1.values, free.1.values]
      let plain = try make(0)
      _ = plain.lossAndGradient(of: [1, 2], parameters: free.1.values, gradient: &gradients[0])
      _ = scorer.lossAndGradient(of: [1, 2], parameters: free.1.values, gradient: &gradients[1])
      #expect(gradients[0] == gradients[1])
    }
  }

  /// At the start every parametrisation is at the base, where the divergence has no slope.
  @Test(
    arguments: [nil, .olora, .nola(bases: 6, seed: 2), .tensorTrain, .frozenCores, .full] as [ParametrisationSettings?])
  func theBaseIsTheSameInEveryParametrisation(form: ParametrisationSettings?) throws {
    try withTemporaryFolder { folder in
      var settings = settings(0)
      settings.parametrisation = form
      let (plain, held) = (try tinyScorer(folder, .letters, settings), try tinyScorer(folder, .letters, settings))
      try held.regularize(towardsBase: 100, examples: [1, 2])
      let values = plain.parametrisation.initialValues(seed: 5)
      var gradients = [values, values]
      _ = plain.lossAndGradient(of: [1, 2], parameters: values, gradient: &gradients[0])
      _ = held.lossAndGradient(of: [1, 2], parameters: values, gradient: &gradients[1])
      let largest = gradients[0].reduce(0) { max($0, abs($1)) }
      #expect(zip(gradients[0], gradients[1]).allSatisfy { abs($0 - $1) < 0.02 * largest })
    }
  }

  /// Of an encoder, the base's answers are those of the head of the moment, without adapters and without a gradient.
  @Test(arguments: [TokenizedSet.Scoring.pairs, .classes]) func anEncodersBaseIsUnderTheHeadOfTheMoment(
    scoring: TokenizedSet.Scoring
  ) throws {
    try with(scoring) { _, make in
      let examples = [0, 3, 7, 11]
      let (plain, regularized) = (try make(0), try make(0.7))
      try regularized.regularize(towardsBase: 0.7, examples: examples)
      let values = movedValues(of: plain)
      try regularized.followHead(of: values, examples: examples)
      var gradients = [values, values]
      _ = plain.lossAndGradient(of: examples, parameters: values, gradient: &gradients[0])
      _ = regularized.lossAndGradient(of: examples, parameters: values, gradient: &gradients[1])
      // B = 0 under this head is the base under it.
      var untouched = values
      for entry in plain.parameters.entries where entry.role == .factor(.b) {
        for place in entry.offset..<entry.offset + entry.count { untouched[place] = 0 }
      }
      let base = try plain.logProbabilities(of: examples, parameters: untouched)
      for direction in 0..<3 {
        let unit = values.indices.map { Float(($0 * (direction + 3)) % 7 - 3) / 3 }
        func divergence(_ step: Float) throws -> Double {
          let p = try plain.logProbabilities(of: examples, parameters: zip(values, unit).map { $0 + step * $1 })
          return p.indices.reduce(0) { sum, index in
            p[index].isFinite ? sum + exp(Double(p[index])) * (Double(p[index]) - Double(base[index])) / 4 : sum
          }
        }
        func slope(_ step: Float) throws -> Double {
          try 0.7 * (divergence(step) - divergence(-step)) / Double(2 * step)
        }
        let expected = (4 * (try slope(5e-4)) - (try slope(1e-3))) / 3
        let mine = unit.indices.reduce(0.0) { $0 + Double(unit[$1]) * Double(gradients[1][$1] - gradients[0][$1]) }
        #expect(abs(mine - expected) < 0.02 * abs(expected) + 2e-4, "\(mine), numerically \(expected)")
      }
    }
  }

  /// The head still learns, and the adapters hardly change what it says.
  @Test func aLargeCoefficientKeepsAnEncodersAdaptersFromTheAnswers() throws {
    try with(.classes) { experiment, make in
      let examples = experiment.tokens.examples(of: .train)
      func shift(_ coefficient: Double) throws -> Double {
        let (run, adapter) = try trained(make, coefficient)
        var untouched = adapter.values
        for entry in adapter.parameters.entries where entry.role == .factor(.b) {
          for place in entry.offset..<entry.offset + entry.count { untouched[place] = 0 }
        }
        let (p, base) = (
          try run.scorer.logProbabilities(of: examples, parameters: adapter.values),
          try run.scorer.logProbabilities(of: examples, parameters: untouched)
        )
        return zip(p, base).reduce(0) { $0 + exp(Double($1.0)) * Double($1.0 - $1.1) } / Double(examples.count)
      }
      let (free, held) = (try shift(0), try shift(30))
      #expect(held < 0.1 * free, "\(held), \(free)")
    }
  }

  @Test func membersOfAnEncoderHaveNoCommonHead() throws {
    try with(.classes) { _, make in
      var members = settings(1)
      members.members = 2
      let fault = #expect(throws: Fault.self) { try TrainingRun(make(1), members, seed: 0) }
      #expect(fault?.code == .configuration && fault?.subject == "`base-divergence`")
    }
  }

  @Test func aNegativeCoefficientIsRejected() {
    #expect { try settings(-1).validate() } throws: { ($0 as? Fault)?.subject == "`base-divergence`" }
  }
}
