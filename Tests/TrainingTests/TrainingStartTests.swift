// Fits that go on from an adapter: two of them are one long fit where the learning rate is constant, and what decides an
// adapter's shape cannot change on the way.
import Adapters
import Artifacts
import Faults
import JSON
import TestSupport
import Testing
import Training

@Suite struct TrainingStartTests {
  private func settings(_ change: (inout AdapterSettings) -> Void = { _ in }) -> AdapterSettings {
    var settings = AdapterSettings.tiny(batchSize: 7, epochs: 2)
    (settings.dropout, settings.decay, settings.warmup, settings.steps) = (0.2, .constant, 0, 0)
    change(&settings)
    return settings
  }

  /// The start at `adapter`, as a stage makes it.
  private func start(_ adapter: Adapter, _ scorer: Scorer, in folder: String, sameTokens: Bool = true) throws
    -> TrainingStart
  {
    let base = try TinyExperiment(in: folder, scoring: scorer.data.scoring).base
    var adapter = adapter
    (adapter.baseDigest, adapter.tokensDigest) = (base.digest, "tokens")
    return try TrainingStart(adapter, path: "start.h5", base: base, tokensDigest: sameTokens ? "tokens" : "others")
  }

  private func goOn(
    _ start: TrainingStart, _ scorer: Scorer, _ settings: AdapterSettings, seed: Int = 0
  ) throws -> Adapter {
    var run = try TrainingRun(scorer, settings, seed: seed, from: start)
    try run.finish()
    return try run.adapter(method: "point")
  }

  /// 24 examples in batches of 7 are four steps an epoch.
  @Test(arguments: [(4, 8), (3, 9), (1, 1), (6, 5)]) func twoFitsAreOne(first: Int, second: Int) throws {
    try withTemporaryFolder { folder in
      let whole = settings { $0.steps = first + second }
      let scorer = try tinyScorer(folder, .classes, whole)
      let unbroken = try fitted(scorer, whole)
      let half = try fitted(scorer, settings { $0.steps = first })
      let both = try goOn(start(half, scorer, in: folder), scorer, settings { $0.steps = second })
      #expect(both.values == unbroken.values)
      #expect(both.optimizer == unbroken.optimizer)
      #expect(both.history.last == unbroken.history.last || first % 4 != 0)
      if first % 4 == 0 { #expect(both.history == unbroken.history) }
    }
  }

  @Test func membersGoOnTogether() throws {
    try withTemporaryFolder { folder in
      let long = settings { ($0.members, $0.epochs) = (3, 4) }
      let scorer = try tinyScorer(folder, .classes, long)
      let half = try fitted(scorer, settings { $0.members = 3 })
      let both = try goOn(start(half, scorer, in: folder), scorer, settings { $0.members = 3 })
      #expect(try both.values == fitted(scorer, long).values)
    }
  }

  /// The weights of its divergence go on in their cycle.
  @Test func aVariationalFitGoesOn() throws {
    try withTemporaryFolder { folder in
      var variational = VariationalSettings(.blob)
      // A cycle is an epoch of four steps.
      variational.cycleExponent = 0
      let long = settings { ($0.variational, $0.steps) = (variational, 7) }
      let scorer = try tinyScorer(folder, .classes, long)
      let first = try fitted(scorer, settings { ($0.variational, $0.steps) = (variational, 3) })
      let rest = settings { ($0.variational, $0.steps) = (variational, 4) }
      let both = try goOn(start(first, scorer, in: folder), scorer, rest)
      #expect(try both.values == fitted(scorer, long).values)
    }
  }

  @Test func momentsAreKeptOrReset() throws {
    try withTemporaryFolder { folder in
      let one = settings { $0.steps = 1 }
      let scorer = try tinyScorer(folder, .classes, one)
      let start = try start(fitted(scorer, settings()), scorer, in: folder)
      let kept = try goOn(start, scorer, settings { ($0.steps, $0.moments) = (1, .keep) })
      let reset = try goOn(start, scorer, settings { ($0.steps, $0.moments) = (1, .reset) })
      #expect(kept.optimizer.step == 9 && reset.optimizer.step == 1)
      #expect(kept.values != reset.values)
      // Both took the same step of the same order, so that AdamW saw the same gradient g: its first moment is 0.1 g.
      #expect(kept.history.last?.step == 9 && reset.history.last?.step == 9)
      #expect(kept.history.last?.trainingLoss == reset.history.last?.trainingLoss)
      #expect(try reset.settings == settings { ($0.steps, $0.moments) = (1, .reset) }.canonicalJSON)
      #expect(reset.settings.contains(#""moments":"reset""#))
    }
  }

  @Test func onOtherDataTheOrderBeginsAnew() throws {
    try withTemporaryFolder { folder in
      let one = settings { $0.steps = 1 }
      let scorer = try tinyScorer(folder, .classes, one)
      let begin = try fitted(scorer, settings { $0.epochs = 1 })
      let same = try goOn(start(begin, scorer, in: folder), scorer, one)
      let other = try goOn(start(begin, scorer, in: folder, sameTokens: false), scorer, one)
      #expect(same.values != other.values)
    }
  }

  /// Where the order is not that of the earlier fit, it does not matter whether the tokens are the same.
  @Test func inAnotherOrderItBeginsAtTheFirstExample() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .classes, settings())
      let begin = try fitted(scorer, settings { $0.epochs = 1 })
      let one = settings { $0.steps = 1 }
      let others: [(String, Int, AdapterSettings)] = [
        ("seed", 1, one), ("batch size", 0, settings { ($0.steps, $0.batchSize) = (1, 6) }),
        ("training examples", 0, settings { ($0.steps, $0.trainingExamples) = (1, 20) }),
        ("seed of their choice", 0, settings { ($0.steps, $0.subsampleSeed) = (1, 1) }),
      ]
      for (name, seed, settings) in others {
        let same = try goOn(start(begin, scorer, in: folder), scorer, settings, seed: seed)
        let other = try goOn(start(begin, scorer, in: folder, sameTokens: false), scorer, settings, seed: seed)
        #expect(same.values == other.values, "\(name)")
      }
    }
  }

  @Test func stepsBeforeAResetCount() throws {
    try withTemporaryFolder { folder in
      let one = settings { $0.steps = 1 }
      let scorer = try tinyScorer(folder, .classes, one)
      let first = try fitted(scorer, settings { $0.epochs = 1 })
      let reset = try goOn(start(first, scorer, in: folder), scorer, settings { ($0.steps, $0.moments) = (1, .reset) })
      let third = try goOn(start(reset, scorer, in: folder), scorer, one)
      #expect(third.history.last?.step == 6 && third.optimizer.step == 2)
    }
  }

  @Test func aResumedFitFromAnAdapterEndsWithTheSameBits() throws {
    try withTemporaryFolder { folder in
      let settings = settings { ($0.keepBest, $0.moments) = (true, .reset) }
      let scorer = try tinyScorer(folder, .classes, settings)
      let start = try start(fitted(scorer, settings), scorer, in: folder)
      let unbroken = try goOn(start, scorer, settings)
      for stop in 1..<8 {
        var second = try stopped(
          { try TrainingRun(scorer, settings, seed: 0, from: start) }, after: stop, in: folder)
        try second.finish()
        #expect(try second.adapter(method: "point") == unbroken, "stopped after step \(stop)")
      }
    }
  }

  @Test func aFitFromAnImportedAdapterKnowsWhereItBegan() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .classes, settings())
      let own = try fitted(scorer, settings())
      var imported = own
      imported.settings = try settings { $0.isImported = true }.canonicalJSON
      let first = try start(imported, scorer, in: folder).settings(settings())
      #expect(first.isImported == true && first.importedStart == own.valuesDigest)
      var other = own
      (other.settings, other.values[0]) = (try first.canonicalJSON, 7)
      #expect(try start(other, scorer, in: folder).settings(settings()).importedStart == own.valuesDigest)
      #expect(other.valuesDigest != own.valuesDigest)
      #expect(try start(own, scorer, in: folder).settings(settings()).importedStart == nil)
    }
  }

  @Test func theShapeIsThatOfTheAdapter() throws {
    let start = settings { ($0.rank, $0.alpha, $0.targets) = (4, 8, ["query"]) }
    var flags = AdapterSettings()
    (flags.epochs, flags.learningRate) = (7, 0.5)
    let settings = try flags.goingOn(from: start, seed: 3, path: "start.h5")
    #expect((settings.rank, settings.alpha, settings.targets) == (4, 8, ["query"]))
    #expect((settings.epochs, settings.learningRate, settings.initializationSeed) == (7, 0.5, 3))
    flags.rank = 16
    let fault = #expect(throws: Fault.self) { try flags.goingOn(from: start, seed: 3, path: "start.h5") }
    #expect(fault?.code == .usage && fault?.subject == "`rank`")
    #expect(fault?.message == "found 16, but start.h5 has 4")
  }

  @Test func anAdapterOfAnotherBaseOrHeadIsRejected() throws {
    try withTemporaryFolder { folder in
      let settings = settings()
      let scorer = try tinyScorer(folder, .classes, settings)
      var adapter = try fitted(scorer, settings)
      let base = try TinyExperiment(in: folder, scoring: .classes).base
      adapter.baseDigest = "another"
      let fault = #expect(throws: Fault.self) {
        try TrainingStart(adapter, path: "start.h5", base: base, tokensDigest: "")
      }
      #expect(fault?.code == .configuration && fault?.message == "it was fitted on another base")
      let pairs = try tinyScorer(folder, .pairs, settings)
      let other = try start(fitted(pairs, settings), pairs, in: folder)
      let mismatch = #expect(throws: Fault.self) { try goOn(other, scorer, settings) }
      #expect(mismatch?.code == .configuration && mismatch?.subject == "start.h5")
    }
  }
}
