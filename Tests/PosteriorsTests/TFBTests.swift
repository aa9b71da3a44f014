// TFB: the turned factors, the noise and the search against an independent implementation (Reference/tfb.py), and the
// shared laws.
import Adapters
import Artifacts
import Faults
import Foundation
import JSON
import Posteriors
import TestSupport
import Testing
import Training

private struct Toy: Decodable {
  struct Search: Decodable {
    let tolerance: Double
    let low: Double
    let betas: [Double]
    let changes: [Double]
    let accepted: [Bool]
    let beta: Double
  }
  let x: [[Double]]
  let w0: [[Double]]
  let a: [[Float]]
  let b: [[Float]]
  let noise: [[Float]]
  let turnedA: [[Double]]
  let turnedB: [[Double]]
  let high: Double
  let nll: Search
  let flips: Search

  var values: [Float] { (a + b).flatMap { $0 } }
  var parameters: ParameterTable {
    var table = ParameterTable()
    table.append("base_model.model.x.lora_A.weight", shape: [2, 5])
    table.append("base_model.model.x.lora_B.weight", shape: [3, 2])
    return table
  }

  /// [anchor][class] Log-probabilities with the weights W0 + B A.
  func logProbabilities(_ values: [Float]) -> [[Double]] {
    func dot(_ left: [Double], _ right: [Double]) -> Double { zip(left, right).reduce(0.0) { $0 + $1.0 * $1.1 } }
    let numbers = values.map { Double($0) }
    return x.map { x -> [Double] in
      let inner = [dot(Array(numbers[0..<5]), x), dot(Array(numbers[5..<10]), x)]
      let logits = (0..<3).map { row -> Double in
        dot(w0[row], x) + dot(Array(numbers[10 + row * 2..<12 + row * 2]), inner)
      }
      let normalizer = log(logits.map { exp($0) }.reduce(0, +))
      return logits.map { $0 - normalizer }
    }
  }

  /// The mean probabilities over the noise of the file.
  func probabilities(_ factors: TFBFactors, beta: Double) -> [[Double]] {
    let draws = noise.map { noise -> [[Double]] in
      let values = factors.values(beta: beta) { Array(noise[$0]) }
      return logProbabilities(values).map { row in row.map { exp($0) } }
    }
    return x.indices.map { anchor -> [Double] in
      (0..<3).map { choice -> Double in
        let sum = draws.reduce(0.0) { $0 + $1[anchor][choice] }
        return sum / Double(draws.count)
      }
    }
  }
}

@Suite struct TFBTests {
  @Test func theFactorsAreTurnedAsInTheReference() throws {
    let toy = try reference("tfb.json", as: Toy.self)
    let turned = try TFBFactors(toy.values, toy.parameters, path: "a.h5").values(beta: 0) { $0.map { _ in 1 } }
    for (mine, theirs) in zip(turned, (toy.turnedA + toy.turnedB).flatMap { $0 }) {
      #expect(abs(Double(mine) - theirs) < 1e-6)
    }
  }

  @Test(arguments: TFBSettings.Measure.allCases) func theSearchIsThatOfTheReference(
    measure: TFBSettings.Measure
  ) throws {
    let toy = try reference("tfb.json", as: Toy.self)
    let expected = measure == .nll ? toy.nll : toy.flips
    #expect(expected.accepted.contains(true) && expected.accepted.contains(false))
    let factors = try TFBFactors(toy.values, toy.parameters, path: "a.h5")
    let anchors = Anchors(toy.logProbabilities(toy.values))
    var bisection = Bisection(low: expected.low, high: toy.high)
    for (iteration, beta) in expected.betas.enumerated() {
      #expect(abs(bisection.middle - beta) < 1e-12)
      let change = anchors.change(to: toy.probabilities(factors, beta: bisection.middle), measure)
      #expect(abs(change - expected.changes[iteration]) < 1e-5)
      bisection.judge(accepted: change <= expected.tolerance)
    }
    #expect(abs(bisection.low - expected.beta) < 1e-12)
    #expect(bisection.accepted == expected.accepted.count { $0 })
  }

  @Test func aCertainAdapterAllowsNoChange() {
    let anchors = Anchors([[0, -.infinity]])
    #expect(anchors.change(to: [[1, 0]], .nll) == 0 && anchors.change(to: [[0.9, 0.1]], .nll) == .infinity)
    #expect(anchors.change(to: [[0.4, 0.6]], .flips) == 1)
  }

  @Test func anAnswerThatGetsLikelierIsAChangeToo() {
    let anchors = Anchors([[log(0.6), log(0.4)]])
    #expect(abs(anchors.change(to: [[0.9, 0.1]], .nll) - log(1.5) / log(1 / 0.6)) < 1e-12)
  }

  /// An adapter with this scale, drawn `samples` times.
  private func tfb(_ toy: Toy, beta: Double, samples: Int, scale: Double? = nil, seed: Int = 0) throws -> TFB {
    var adapter = Adapter()
    (adapter.parameters, adapter.values) = (toy.parameters, toy.values)
    let outcome = TFBOutcome(search: TFBSettings(), beta: beta, accepted: 2)
    adapter.settings = #"{"tfb":\#(try outcome.canonicalJSON)}"#
    return try TFB(request([adapter], samples: samples, seed: seed, scale: scale))
  }

  @Test func drawsAreTheGaussianOfThePaper() throws {
    let toy = try reference("tfb.json", as: Toy.self)
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
    let toy = try reference("tfb.json", as: Toy.self)
    let mean = (toy.turnedA + toy.turnedB).flatMap { $0 }
    let draws = try [1.0, 4].map { try tfb(toy, beta: 0.2, samples: 1, scale: $0).draw(group: 0, sample: 0).values }
    for place in mean.indices {
      let (one, four) = (Double(draws[0][place]) - mean[place], Double(draws[1][place]) - mean[place])
      #expect(abs(four - 2 * one) < 1e-5)
    }
  }

  @Test func scaleZeroIsTheAdapterAndSeedAndNumberDecide() throws {
    let toy = try reference("tfb.json", as: Toy.self)
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
    let toy = try reference("tfb.json", as: Toy.self)
    var values = toy.values
    for index in 10..<16 { values[index] = 0 }
    let factors = try TFBFactors(values, toy.parameters, path: "a.h5")
    let noisy = factors.values(beta: 0.01) { $0.map { _ in 1 } }
    #expect(toy.logProbabilities(noisy) == toy.logProbabilities(values))
  }

  private func with(_ body: (String, TinyExperiment, AdapterSettings, Adapter) throws -> Void) throws {
    let fit = AdapterSettings.tiny(batchSize: 8, epochs: 3)
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .letters)
      let scorer = try Scorer(
        experiment.architecture, base: experiment.base, data: experiment.tokens, settings: fit, threads: 2)
      var training = try TrainingRun(scorer, fit, seed: 4)
      try training.finish()
      try body(folder, experiment, fit, try training.adapter(method: "point"))
    }
  }

  @Test func aSearchStoppedAnywhereAndOnAnyThreadsEndsWithTheSameFile() throws {
    try with { folder, experiment, fit, adapter in
      var settings = TFBSettings()
      (settings.samples, settings.iterations, settings.anchors, settings.largest) = (2, 3, 20, 0.5)
      func search(threads: Int, stoppingAfter stop: Int?) throws -> Adapter {
        let scorer = try Scorer(
          experiment.architecture, base: experiment.base, data: experiment.tokens, settings: fit, threads: threads)
        let begin = { try TFBSearch(scorer, adapter, fit: fit, settings, path: "a.h5") }
        var run = try begin()
        while run.completed < run.total {
          try run.advance()
          guard run.completed == stop else { continue }
          try run.checkpoint(identity: "it").write(to: folder + "/c", provenance: TinyExperiment.provenance)
          run = try begin()
          try run.restore(try Checkpoint.read(folder + "/c"))
        }
        return try run.bayesianized()
      }
      let whole = try search(threads: 1, stoppingAfter: nil)
      for stop in 1...6 { #expect(try search(threads: 3, stoppingAfter: stop) == whole) }
      #expect(whole.values == adapter.values && whole.method == "tfb")
      try whole.write(to: folder + "/tfb.h5", provenance: TinyExperiment.provenance)
      let loaded = try Adapter.read(folder + "/tfb.h5")
      #expect(try AdapterSettings(canonicalJSON: loaded.settings, subject: "tfb.h5") == fit)
      func draws(_ adapter: Adapter) throws -> [Float] {
        try TFB(request([adapter])).draw(group: 0, sample: 2).values
      }
      #expect(try draws(loaded) == draws(whole))
      let tfb = try TFB(request([whole], draws: .antithetic))
      let drawn = (0..<4).map { tfb.draw(group: 0, sample: $0).values }
      for place in drawn[0].indices {
        #expect(abs(drawn[0][place] + drawn[1][place] - drawn[2][place] - drawn[3][place]) < 1e-5)
      }
      #expect(drawn[0] != drawn[1])
    }
  }

  /// Every scale is judged by its own draws alone, over all training questions.
  @Test func theSearchOnANetworkHalvesItsRangeByTheMeanOfTheDraws() throws {
    try with { _, experiment, fit, adapter in
      let scorer = try Scorer(
        experiment.architecture, base: experiment.base, data: experiment.tokens, settings: fit, threads: 1)
      let examples = experiment.tokens.examples(of: .train)
      let plain = try scorer.logProbabilities(of: examples, parameters: adapter.values)
      let answers = examples.indices.map { row in (0..<4).max { plain[4 * row + $0] < plain[4 * row + $1] }! }
      let factors = try TFBFactors(adapter.values, adapter.parameters, path: "a.h5")
      let noise = GaussianNoise(.independent, seed: 0, samples: 2)
      func change(_ beta: Double) throws -> Double {
        var mean = [Double](repeating: 0, count: plain.count)
        for sample in 0..<2 {
          let values = factors.values(beta: beta) { range in
            var normals = [Float](repeating: 0, count: range.count)
            noise.normals(
              .diagonalNoise, member: adapter.seed, sample: sample, into: &normals, count: range.count,
              from: range.lowerBound)
            return normals
          }
          let rows = try scorer.logProbabilities(of: examples, parameters: values)
          for place in rows.indices { mean[place] += exp(Double(rows[place])) / 2 }
        }
        let before = answers.enumerated().reduce(0.0) { $0 - Double(plain[4 * $1.offset + $1.element]) }
        return abs(answers.enumerated().reduce(0.0) { $0 - log(mean[4 * $1.offset + $1.element]) } - before) / before
      }
      var found: Set<Double> = []
      for tolerance in [0.003, 0.03, 0.3, 3] {
        var settings = TFBSettings()
        (settings.samples, settings.iterations, settings.anchors, settings.largest) = (2, 3, 0, 2)
        settings.tolerance = tolerance
        var run = try TFBSearch(scorer, adapter, fit: fit, settings, path: "a.h5")
        try run.finish()
        var (low, high) = (settings.smallest, settings.largest)
        for _ in 0..<3 {
          let middle = (low + high) / 2
          if try change(middle) <= tolerance { low = middle } else { high = middle }
        }
        #expect(abs(run.outcome.beta - low) < 1e-12)
        found.insert(low)
      }
      #expect(found.count > 1)
    }
  }

  @Test func anAdapterWithoutAScaleIsRefused() throws {
    try with { _, _, _, adapter in
      let fault = #expect(throws: Fault.self) { try TFB(request([adapter])) }
      #expect(fault?.code == .usage && fault?.subject == "file-0.h5")
    }
  }

  @Test func aRangeThatIsNoneIsRefused() {
    var settings = TFBSettings()
    settings.largest = settings.smallest
    #expect { try settings.validate() } throws: { ($0 as? Fault)?.subject == "`largest`" }
  }
}
