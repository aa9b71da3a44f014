// Laws of members that are trained together: each gets the parameters that it would get alone; they share only the base and
// the minibatches.
import Adapters
import Artifacts
import Calibration
import Faults
import Foundation
import JSON
import TestSupport
import Testing
import Training
import Transformers

/// What members can be made of.
private let forms: [String: ParametrisationSettings?] = [
  "lora": nil, "nola": .nola(bases: 6, seed: 2), "olora": .olora, "tt-lora": .tensorTrain, "b-lora-xs": .frozenCores,
]

@Suite struct ImplicitEnsembleTests {
  private func settings(_ change: (inout AdapterSettings) -> Void = { _ in }) -> AdapterSettings {
    var settings = AdapterSettings.tiny(batchSize: 7, epochs: 2)
    settings.targets = ["all-linear"]
    change(&settings)
    return settings
  }

  /// Vectors of three members, with nothing zero and nothing alike.
  private func members(_ scorer: Scorer) -> [[Float]] {
    (0..<3).map { member in
      scorer.parametrisation.initialValues(seed: member).enumerated().map {
        $0.element + 0.05 * Float(($0.offset * (member + 2)) % 7 - 3)
      }
    }
  }

  private func distance(_ one: some Collection<Float>, _ other: some Collection<Float>) -> Float {
    zip(one, other).reduce(0) { $1.0 == $1.1 ? $0 : max($0, abs($1.0 - $1.1)) }
  }

  /// The gradients of all members in one pass, and of each alone with the seed of its masks.
  private func expectTogetherAsAlone(
    _ scorer: Scorer, keeping keep: Float, productPenalty: Double = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (vectors, examples) = (members(scorer), Array(0..<9))
    func result(_ values: [Float], dropoutSeed: Int) throws -> (loss: Double, gradient: [Float], rows: [Float]) {
      var gradient = [Float](repeating: 9, count: values.count)
      let dropout = keep < 1 ? Dropout(keepProbability: keep, seed: stepSeed(dropoutSeed, step: 5)) : nil
      let loss = scorer.lossAndGradient(
        of: examples, parameters: values, gradient: &gradient, dropout: dropout, productPenalty: productPenalty)
      return (loss, gradient, try scorer.logProbabilities(of: examples, parameters: values, dropout: dropout))
    }
    let together = try result(Array(vectors.joined()), dropoutSeed: 11)
    let alone = try vectors.enumerated().map { try result($0.element, dropoutSeed: 11 + $0.offset) }
    let mean = alone.reduce(0) { $0 + $1.loss } / 3
    #expect(abs(together.loss - mean) < 1e-6, sourceLocation: sourceLocation)
    for (member, own) in alone.enumerated() {
      let gradient = together.gradient[scorer.range(ofMember: member)]
      let scale = own.gradient.reduce(0) { max($0, abs($1)) }
      #expect(distance(gradient, own.gradient) < 2e-6 * max(scale, 1), sourceLocation: sourceLocation)
      #expect(scale > 1e-3 && distance(gradient, alone[(member + 1) % 3].gradient) > 0.1 * scale)
      let rows = examples.flatMap { together.rows[($0 * 3 + member) * 4..<($0 * 3 + member + 1) * 4] }
      #expect(distance(rows, own.rows) < 2e-6, sourceLocation: sourceLocation)
      #expect(distance(rows, alone[(member + 1) % 3].rows) > 1e-3, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: TokenizedSet.Scoring.ofChoices, [1, 0.6 as Float])
  func eachMemberHasTheAnswersAndGradientsItHasAlone(scoring: TokenizedSet.Scoring, keep: Float) throws {
    try withTemporaryFolder { folder in
      try expectTogetherAsAlone(try tinyScorer(folder, scoring, settings()), keeping: keep, productPenalty: 0.3)
    }
  }

  @Test(arguments: forms.keys.sorted()) func everyFormCanBeTrainedTogether(form: String) throws {
    try withTemporaryFolder { folder in
      for stabilized in [false, true] {
        let settings = settings {
          ($0.parametrisation, $0.rankStabilized, $0.targets) = (forms[form]!, stabilized, [])
        }
        try expectTogetherAsAlone(try tinyScorer(folder, .pairs, settings), keeping: 1)
      }
    }
  }

  @Test func eachMemberHasItsOwnDivergenceFromTheBase() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .letters, settings())
      try scorer.regularize(towardsBase: 0.7, examples: Array(0..<9))
      try expectTogetherAsAlone(scorer, keeping: 1)
    }
  }

  /// Nine steps, of batches of which alone as together two parts are made, so that all sums are the same. A clip that
  /// shortens nearly every gradient tells one norm for each from one norm for all.
  @Test(arguments: [TokenizedSet.Scoring.pairs, .letters], [0, 0.05])
  func aMemberIsTrainedAsIfItWereAlone(scoring: TokenizedSet.Scoring, clip: Double) throws {
    try withTemporaryFolder { folder in
      func fit(_ change: (inout AdapterSettings) -> Void) throws -> Adapter {
        let settings = settings {
          ($0.batchSize, $0.steps, $0.gradientClip) = (2, 9, clip)
          change(&$0)
        }
        return try fitted(try tinyScorer(folder, scoring, settings), settings, seed: 4)
      }
      let together = try fit { $0.members = 3 }
      let count = together.values.count / 3
      for member in 0..<3 {
        let alone = try fit { $0.initializationSeed = 4 + member }
        let own = together.values[member * count..<(member + 1) * count]
        #expect(own.count == alone.values.count && distance(own, alone.values) < 1e-5)
        #expect(distance(own, together.values[(member + 1) % 3 * count..<((member + 1) % 3 + 1) * count]) > 0.01)
      }
      // Every number has its member's name: three tables, one after the other.
      for (place, entry) in together.parameters.entries.enumerated() {
        let (member, own) = place.quotientAndRemainder(dividingBy: together.parameters.entries.count / 3)
        let name = together.parameters.entries[own].name.dropFirst("members.0.".count)
        #expect(entry.name == "members.\(member).\(name)" && entry.offset / count == member)
      }
      #expect(together.cost.trainableParameters == 3 * count)
    }
  }

  @Test func theMasksOfAMemberAreThoseOfItsSeed() throws {
    try withTemporaryFolder { folder in
      let wide = settings { ($0.batchSize, $0.steps, $0.dropout) = (24, 3, 0.3) }
      let together = try fitted(
        try tinyScorer(folder, .pairs, wide),
        settings { ($0.batchSize, $0.steps, $0.dropout, $0.members) = (24, 3, 0.3, 2) }, seed: 4)
      // All examples are in every batch, so that the order of the data is only that of a sum; AdamW makes much of its
      // rounding where a gradient is nearly zero, and so the mean distance counts.
      func meanDistance(_ one: ArraySlice<Float>, _ other: [Float]) -> Float {
        zip(one, other).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(other.count)
      }
      let halves = [
        together.values.prefix(together.values.count / 2), together.values.suffix(together.values.count / 2),
      ]
      let alone = try [4, 5].map { try fitted(try tinyScorer(folder, .pairs, wide), wide, seed: $0).values }
      for (half, own) in zip(halves, alone) { #expect(meanDistance(half, own) < 1e-4) }
      // The same start under other masks is another fit.
      let masked = try fitted(
        try tinyScorer(folder, .pairs, wide),
        settings { ($0.batchSize, $0.steps, $0.dropout, $0.initializationSeed) = (24, 3, 0.3, 5) }, seed: 4)
      #expect(meanDistance(halves[1], masked.values) > 1e-3)
    }
  }

  @Test func oneMemberIsThePointEstimateBitForBit() throws {
    try withTemporaryFolder { folder in
      let plain = settings { ($0.dropout, $0.gradientClip, $0.keepBest) = (0.2, 0.5, true) }
      let scorer = try tinyScorer(folder, .pairs, plain)
      let (point, one) = (
        try fitted(scorer, plain, seed: 3),
        try fitted(
          scorer, settings { ($0.dropout, $0.gradientClip, $0.keepBest, $0.members) = (0.2, 0.5, true, 1) }, seed: 3)
      )
      #expect(one.values == point.values && one.history == point.history && one.optimizer == point.optimizer)
    }
  }

  @Test func interruptionsAndThreadsChangeNoBitOfAnEnsemble() throws {
    try withTemporaryFolder { folder in
      let settings = settings { ($0.members, $0.dropout, $0.keepBest) = (3, 0.2, true) }
      let (scorer, other) = (
        try tinyScorer(folder, .pairs, settings), try tinyScorer(folder, .pairs, settings, threads: 3)
      )
      let unbroken = try fitted(scorer, settings, method: "lora-ensemble")
      for stop in 1..<8 {
        var second = try stopped(
          { try TrainingRun(scorer, settings, seed: 0) }, after: stop,
          goingOnWith: { try TrainingRun(other, settings, seed: 0) }, in: folder)
        try second.finish()
        #expect(try second.adapter(method: "lora-ensemble") == unbroken, "stopped after step \(stop)")
      }
      #expect(try fitted(scorer, settings, seed: 3).values != unbroken.values)
    }
  }

  @Test func anEpochIsScoredByTheMeanOfTheProbabilities() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .letters, settings())
      let (vectors, examples) = (members(scorer), Array(24..<32))
      let found = try CalibrationSplit(scorer.data).scores(scorer, parameters: Array(vectors.joined()))
      let rows = try vectors.map { try scorer.logProbabilities(of: examples, parameters: $0) }
      let nll = examples.enumerated().reduce(0.0) { sum, example in
        let place = example.offset * 4 + Int(scorer.data.labels[example.element])
        return sum - log(rows.reduce(0) { $0 + exp(Double($1[place])) } / 3) / 8
      }
      #expect(abs(found.nll - nll) < 1e-6)
    }
  }

  @Test func theGainScalesOnlyTheInitialA() throws {
    try withTemporaryFolder { folder in
      let (plain, wide) = (
        try tinyScorer(folder, .pairs, settings()),
        try tinyScorer(folder, .pairs, settings { $0.initializationGain = 10 })
      )
      let (before, after) = (
        plain.parametrisation.initialValues(seed: 1), wide.parametrisation.initialValues(seed: 1)
      )
      for entry in plain.parameters.entries {
        let factor: Float =
          entry.name.hasSuffix("lora_A.weight")
          ? 10 * (6 / Float(entry.shape[1] + 2)).squareRoot() * Float(entry.shape[1]).squareRoot() : 1
        for place in entry.offset..<entry.offset + entry.count {
          #expect(abs(after[place] - factor * before[place]) <= 1e-5 * abs(after[place]))
        }
      }
    }
  }

  @Test func settingsThatExcludeMembersAreRejected() throws {
    func refuse(
      _ change: (inout AdapterSettings) -> Void, _ subject: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let fault = #expect(throws: Fault.self, sourceLocation: sourceLocation) { try settings(change).validate() }
      #expect(fault?.code == .usage && fault?.subject == subject, sourceLocation: sourceLocation)
    }
    for count in [0, -1, 1025, Int.max] { refuse({ $0.members = count }, "`members`") }
    refuse({ ($0.members, $0.parametrisation) = (2, .full) }, "`members`")
    refuse({ ($0.members, $0.variational) = (2, VariationalSettings(.blob)) }, "`members`")
    for gain in [0, -1, Double.nan, .infinity] { refuse({ $0.initializationGain = gain }, "`initialization-gain`") }
    refuse({ ($0.initializationGain, $0.parametrisation) = (2, .olora) }, "`initialization-gain`")
  }

  @Test func membersWithEqualInitialValuesAreRejectedWithoutDropout() throws {
    try withTemporaryFolder { folder in
      let alike = settings { ($0.members, $0.parametrisation) = (2, .olora) }
      let fault = #expect(throws: Fault.self) {
        try TrainingRun(try tinyScorer(folder, .letters, alike), alike, seed: 0)
      }
      #expect(fault?.code == .configuration)
      #expect(fault?.message.hasPrefix("members 0 and 1 start from the same values") == true)
      var masked = alike
      masked.dropout = 0.2
      let values = try fitted(try tinyScorer(folder, .letters, masked), masked).values
      #expect(values[..<(values.count / 2)] != values[(values.count / 2)...])
    }
  }

  @Test func membersAreRejectedWhereOneAdapterIsExpected() throws {
    var adapter = Adapter()
    adapter.settings = try settings { $0.members = 2 }.canonicalJSON
    let fault = #expect(throws: Fault.self) { try AdapterSettings(ofOneIn: adapter, path: "a.h5") }
    #expect(fault?.code == .configuration && fault?.subject == "a.h5" && fault?.hint.contains("lora-ensemble") == true)
    adapter.settings = try settings().canonicalJSON
    #expect(!adapter.settings.contains("members") && !adapter.settings.contains("initializationGain"))
    #expect(try AdapterSettings(ofOneIn: adapter, path: "a.h5") == settings())
  }
}
