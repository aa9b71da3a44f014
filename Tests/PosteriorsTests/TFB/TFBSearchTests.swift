// The search for TFB's scale: on a toy against an independent implementation (Reference/tfb.py), on a network against
// the definition, and as a run that can be stopped.
import Adapters
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct TFBSearchTests {
  @Test(arguments: TFBSettings.Measure.allCases) func theSearchIsThatOfTheReference(
    measure: TFBSettings.Measure
  ) throws {
    let toy = try reference("tfb.json", as: TFBToy.self)
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

  private func with(_ body: (String, TinyExperiment, AdapterSettings, Adapter) throws -> Void) throws {
    try FittedExperiment.open(.letters) { try body($0.folder, $0.experiment, $0.fit, $0.adapter) }
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

  @Test func anEmptyRangeOfScalesIsRefused() {
    var settings = TFBSettings()
    settings.largest = settings.smallest
    #expect { try settings.validate() } throws: { ($0 as? Fault)?.subject == "`largest`" }
  }
}
