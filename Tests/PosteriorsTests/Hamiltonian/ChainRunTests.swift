// The chain over an adapter's parameters: its density, its draws under a prior that decides alone, and resuming.
import Adapters
import Artifacts
import Faults
import Posteriors
import TestSupport
import Testing
import Training

/// Settings of a chain of a few gradients.
private func chain(_ change: (inout ChainSettings) -> Void = { _ in }) -> ChainSettings {
  var settings = ChainSettings()
  (settings.warmup, settings.draws, settings.steps, settings.spread) = (2, 3, 3, 0)
  change(&settings)
  return settings
}

@Suite struct ChainRunTests {
  private func with(_ body: (TinyRun, Scorer, Adapter, AdapterSettings) throws -> Void) throws {
    try TinyRun.open { run in
      let adapter = try run.fit { $0.parametrisation = .frozenCores }
      let fit = try adapter.fit("point")
      try body(run, try run.scorer(fit), adapter, fit)
    }
  }

  /// The sum over all training examples, not their mean, and the prior's squares: from the network's log-probabilities.
  @Test func thePotentialIsThatOfLikelihoodAndPrior() throws {
    try with { _, scorer, adapter, fit in
      var run = try ChainRun(scorer, from: adapter, fit: fit, chain { $0.priorDeviation = 0.3 })
      try run.finish()
      let file = try run.file()
      let examples = scorer.data.examples(of: .train)
      #expect(file.count == 3 && examples.count > 5)
      for index in 0..<file.count {
        let values = file.draw(index)
        let rows = try scorer.logProbabilities(of: examples, parameters: values)
        let likelihood = examples.enumerated().reduce(0.0) { sum, item in
          sum + Double(rows[item.offset * scorer.data.maximumAnswers + Int(scorer.data.labels[item.element])])
        }
        let squares = values.reduce(0.0) { $0 + Double($1) * Double($1) }
        #expect(abs(file.potentials[index] - (squares / 0.18 - likelihood)) < 1e-3)
      }
      #expect(file.gradients == run.total && file.seed == adapter.seed && file.parameters == adapter.parameters)
    }
  }

  /// A chain starts at a distance that is the product of two settings: the larger one is too large.
  @Test(arguments: [("prior-deviation", 1e25, 1.0), ("spread", 0.1, 1e30)])
  func aStartThatIsTooFarIsBlamedOnTheRightSetting(setting: String, priorDeviation: Double, spread: Double) throws {
    try with { _, scorer, adapter, fit in
      var run = try ChainRun(
        scorer, from: adapter, fit: fit, chain { ($0.priorDeviation, $0.spread) = (priorDeviation, spread) })
      let fault = #expect(throws: Fault.self) { try run.advance() }
      #expect(fault?.subject == "`\(setting)`" && fault?.hint.contains("smaller `\(setting)`") == true)
    }
  }

  /// Near zero the likelihood is flat beside a prior this narrow, so that the draws are the prior's.
  @Test func underANarrowPriorTheDrawsAreThePriors() throws {
    try with { _, scorer, adapter, fit in
      var zeros = adapter
      for index in zeros.values.indices { zeros.values[index] = 0 }
      var run = try ChainRun(
        scorer, from: zeros, fit: fit,
        chain { ($0.priorDeviation, $0.warmup, $0.draws, $0.steps, $0.spread) = (1e-4, 40, 60, 6, 1) })
      try run.finish()
      let draws = try run.file().draws.map(Double.init)
      let variance = draws.reduce(0) { $0 + $1 * $1 } / Double(draws.count)
      // Of draws that are independent, the standard error is sqrt(2 / n); neighbours are not quite.
      #expect(abs(variance / 1e-8 - 1) < 8 * (2 / Double(draws.count)).squareRoot())
    }
  }

  @Test func whereverItIsStoppedTheRestHasTheSameBits() throws {
    try with { run, scorer, adapter, fit in
      let begin = { try ChainRun(scorer, from: adapter, fit: fit, chain { $0.spread = 1 }) }
      var unbroken = try begin()
      try unbroken.finish()
      for stop in 0..<unbroken.total {
        var second = try stopped(begin, after: stop, in: run.folder)
        #expect(second.completed == stop)
        try second.finish()
        #expect(try second.file() == unbroken.file(), "stopped after gradient \(stop)")
      }
    }
  }

  @Test func aCheckpointWithTooFewNumbersIsRefused() throws {
    try with { _, scorer, adapter, fit in
      var run = try ChainRun(scorer, from: adapter, fit: fit, chain())
      while run.completed < run.total - 1 { try run.advance() }
      let whole = run.checkpoint(identity: "")
      try run.restore(whole)
      for name in [
        "stepSize", "inverseMasses", "visitedMean", "visitedSquares", "potentials", "startPosition", "pointMomentum",
        "pointGradient",
      ] {
        var damaged = whole
        damaged.reals[name]!.removeLast()
        let fault = #expect(throws: Fault.self) { try run.restore(damaged) }
        // Without its potential, the numbers of a draw are too many.
        let found =
          name == "potentials"
          ? "draws has \(whole.vectors["draws"]!.count)" : "\(name) has \(whole.reals[name]!.count - 1)"
        #expect(fault?.code == .data && fault?.message.hasPrefix("its \(found) numbers, expected ") == true)
      }
    }
  }

  @Test func fitsThatAreNoLikelihoodAreRefused() throws {
    try with { _, scorer, adapter, fit in
      for change: (inout AdapterSettings) -> Void in [
        { $0.productPenalty = 1 }, { $0.baseDivergence = 1 }, { $0.classWeights = ["a": 2] }, { $0.members = 2 },
        { $0.variational = VariationalSettings(.blob) }, { $0.loss = .focal(focus: 2) },
        { $0.loss = .smoothed(share: 0.1) },
      ] {
        var other = fit
        change(&other)
        let fault = #expect(throws: Fault.self) { try ChainRun(scorer, from: adapter, fit: other, chain()) }
        #expect(fault?.code == .configuration)
      }
      for change: (inout ChainSettings) -> Void in [
        { $0.priorDeviation = 0 }, { $0.priorDeviation = 1e300 }, { $0.priorDeviation = 1e-300 }, { $0.warmup = 0 },
        { $0.draws = 0 }, { $0.thinning = 0 }, { $0.steps = 0 },
        { $0.stepSize = -1 }, { $0.targetAcceptance = 1 }, { $0.spread = .nan },
      ] {
        let fault = #expect(throws: Fault.self) { try ChainRun(scorer, from: adapter, fit: fit, chain(change)) }
        #expect(fault?.code == .usage)
      }
    }
  }

  @Test func theMethodIsItsDraws() throws {
    try with { run, scorer, adapter, fit in
      let files = try [4, 5].map { seed -> Chain in
        var adapter = adapter
        adapter.seed = seed
        var run = try ChainRun(scorer, from: adapter, fit: fit, chain { $0.spread = 1 })
        try run.finish()
        var file = try run.file()
        file.divergences = 0
        return file
      }
      let posterior = try HamiltonianDraws(request(files, method: "hmc", fit: fit))
      #expect((posterior.groups, posterior.samples, posterior.storedParameters) == (2, 3, 6 * adapter.values.count))
      #expect(posterior.draw(group: 1, sample: 2).values == Array(files[1].draws.suffix(adapter.values.count)))
      #expect(posterior.warnings == [])
      #expect(
        try HamiltonianDraws(request([files[0]], fit: fit)).warnings == ["one chain: its convergence cannot be judged"])
      var diverged = files
      diverged[1].divergences = 2
      #expect(
        try HamiltonianDraws(request(diverged, fit: fit)).warnings == [
          "2 transitions diverged: the chains may have left out a part of the posterior"
        ])
      #expect(throws: Fault.self) { try HamiltonianDraws(request([files[0], files[0]], fit: fit)) }
      #expect(throws: Fault.self) { try HamiltonianDraws(request([], fit: fit)) }
    }
  }
}
