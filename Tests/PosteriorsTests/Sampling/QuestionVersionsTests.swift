// Contextual calibration, prompt consistency and the untouched base: closed forms, what they refuse, and their degenerate
// cases.
import Adapters
import Artifacts
import Calibration
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training
import Transformers

@Suite struct QuestionVersionsTests {
  private func logs(_ numbers: [Double]) -> [Double] { numbers.map { log($0) } }

  @Test func probabilitiesAreDividedByTheMeanWithoutContent() {
    // p_cf = (0.6, 0.4): q ∝ (0.5 / 0.6, 0.5 / 0.4) = (2, 3) / 5.
    let q = contextuallyCalibrated(logs([0.5, 0.5]), contentFree: [logs([0.9, 0.1]), logs([0.3, 0.7])])
    #expect(abs(exp(q[0]) - 0.4) < 1e-12 && abs(exp(q[1]) - 0.6) < 1e-12)
  }

  @Test func aModelWithoutABiasStaysAsItIsAndOneWithNothingElseIsUniform() {
    let p = logs([0.7, 0.2, 0.1])
    for (mine, theirs) in zip(contextuallyCalibrated(p, contentFree: [logs([1, 1, 1].map { $0 / 3 })]), p) {
      #expect(abs(mine - theirs) < 1e-12)
    }
    for value in contextuallyCalibrated(p, contentFree: [p, p]) { #expect(abs(exp(value) - 1.0 / 3) < 1e-12) }
  }

  @Test func probabilitiesTooSmallForADoubleAreNoTrouble() {
    let q = contextuallyCalibrated([0, -2000], contentFree: [[0, -2000], [0, -1999]])
    #expect(q.allSatisfy(\.isFinite) && abs(q.reduce(0) { $0 + exp($1) } - 1) < 1e-12)
  }

  private let fit = {
    var fit = AdapterSettings()
    (fit.rank, fit.alpha) = (1, 1)
    return fit
  }()

  /// A scorer of letters, its experiment, and a vector of zeros.
  private func with(_ body: (TinyExperiment, Scorer, [Float]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .letters)
      let scorer = try Scorer(
        experiment.architecture, base: experiment.base, data: experiment.tokens, settings: fit, threads: 2)
      try body(experiment, scorer, [Float](repeating: 0, count: scorer.parameters.count))
    }
  }

  /// The predicted examples twice under the ids of versions, in another order.
  private func versions(of set: TokenizedSet) -> TokenizedSet {
    let kept = set.splits.indices.filter { set.splits[$0] != .train }
    var versions = set.selecting(kept.reversed() + kept.reversed())
    versions.corruption.name = TokenizedSet.Versions.contentFree.rawValue
    for (place, example) in (kept.reversed() + kept.reversed()).enumerated() {
      versions.rowIDs[place] = TokenizedSet.Versions.contentFree.rowID(set.rowIDs[example], version: place / kept.count)
    }
    return versions
  }

  /// Versions that are the questions themselves: everything that a question says it says without content too.
  @Test func everyExampleIsDividedByItsOwnVersions() throws {
    try with { experiment, scorer, _ in
      let theirs = try Scorer(
        experiment.architecture, base: experiment.base, data: versions(of: experiment.tokens), settings: fit, threads: 1
      )
      let contextual = try QuestionVersions(.contextual, theirs, of: experiment.tokens, path: "cf.h5")
      let request = try request([], parameterCount: scorer.parameters.count)
      var run = PredictionRun(scorer, try FixedMembers.untouchedBase(request), versions: contextual)
      try run.finish()
      let predictions = run.predictions()
      for example in 0..<predictions.count {
        let choices = Int(predictions.choiceCounts[example])
        for choice in 0..<choices {
          #expect(abs(exp(predictions.logProbabilities[example * 4 + choice]) - 1 / Float(choices)) < 1e-5)
        }
      }
      #expect(predictions.cost.forwardPasses == 3 && predictions.storedParameters == 0)
    }
  }

  /// Two versions that differ, weights that are not the base's, and dropout: p_cf is the mean over both versions of what
  /// the same draw answers.
  @Test func versionsWithoutContentUseTheSameDraw() throws {
    try with { experiment, scorer, _ in
      let kept = experiment.tokens.splits.indices.filter { experiment.tokens.splits[$0] != .train }
      // Four on, an example has as many choices.
      let other = kept.indices.map { kept[($0 + 4) % kept.count] }
      var set = experiment.tokens.selecting(kept + other)
      set.corruption.name = TokenizedSet.Versions.contentFree.rawValue
      for place in 0..<2 * kept.count {
        set.rowIDs[place] = TokenizedSet.Versions.contentFree.rowID(
          experiment.tokens.rowIDs[kept[place % kept.count]], version: place / kept.count)
      }
      let theirs = try Scorer(
        experiment.architecture, base: experiment.base, data: set, settings: fit, threads: 1)
      let contextual = try QuestionVersions(.contextual, theirs, of: experiment.tokens, path: "cf.h5")
      let draw = Draw(
        values: scorer.parametrisation.initialValues(seed: 1).enumerated().map { $1 + 0.1 * Float($0 % 7 - 3) },
        dropout: Dropout(keepProbability: 0.6, seed: 3))
      let rows = try scorer.logProbabilities(of: kept, parameters: draw.values, dropout: draw.dropout)
      let free = try theirs.logProbabilities(
        of: Array(0..<2 * kept.count), parameters: draw.values, dropout: draw.dropout)
      let mine = try contextual.combined(rows, width: 4, examples: kept, draw)
      for place in kept.indices {
        let choices = scorer.data.choiceCount(kept[place])
        let quotients = (0..<choices).map { choice -> Double in
          let (first, second) = (free[4 * place + choice], free[4 * (place + kept.count) + choice])
          return exp(Double(rows[4 * place + choice])) / ((exp(Double(first)) + exp(Double(second))) / 2)
        }
        for choice in 0..<choices {
          #expect(abs(exp(Double(mine[4 * place + choice])) - quotients[choice] / quotients.reduce(0, +)) < 1e-5)
        }
      }
    }
  }

  /// A model that prefers some choices (u) and some positions (b): the mean of log p over all shifts is softmax(u).
  @Test(arguments: [[0.3, -1.2, 2, 0.1], [0, 0, 0, 0]])
  func aPreferenceForPositionsCancelsOverAllShifts(u: [Double]) {
    let b = [1.5, 0, -0.7, 0.2]
    let answers =
      [logSoftmax(zip(u, b).map { $0 + $1 })]
      + (0..<3).map { version in
        func position(_ choice: Int) -> Int {
          TokenizedSet.Versions.shifts.position(of: choice, version: version, count: 4)
        }
        var logits = b
        for choice in 0..<4 { logits[position(choice)] += u[choice] }
        let row = logSoftmax(logits)
        return (0..<4).map { row[position($0)] }
      }
    for (mine, theirs) in zip(logGeometricMean(answers), logSoftmax(u)) { #expect(abs(mine - theirs) < 1e-12) }
  }

  /// The predicted examples in all orders of their choices. The tokens stay: a network that reads no choice.
  private func shifts(of set: TokenizedSet) -> TokenizedSet {
    let kept = set.splits.indices.filter { set.splits[$0] != .train }
    let places = kept.flatMap { Array(repeating: $0, count: set.choiceCount($0) - 1) }
    var shifted = set.selecting(places)
    shifted.corruption.name = TokenizedSet.Versions.shifts.rawValue
    var version = 0
    for (place, example) in places.enumerated() {
      version = place > 0 && places[place - 1] == example ? version + 1 : 0
      shifted.rowIDs[place] = TokenizedSet.Versions.shifts.rowID(set.rowIDs[example], version: version)
      let texts = Array(set.choiceTexts(of: example))
      for choice in texts.indices {
        let position = TokenizedSet.Versions.shifts.position(of: choice, version: version, count: texts.count)
        shifted.choiceTexts[Int(shifted.choiceOffsets[place]) + position] = texts[choice]
      }
    }
    return shifted
  }

  @Test func aNetworkThatOnlyPrefersPositionsIsUniformOverAllShifts() throws {
    try with { experiment, scorer, _ in
      let data = shifts(of: experiment.tokens)
      let theirs = try Scorer(experiment.architecture, base: experiment.base, data: data, settings: fit, threads: 1)
      let shifted = try QuestionVersions(.consistent, theirs, of: experiment.tokens, path: "v.h5")
      let base = try FixedMembers.untouchedBase(request([], parameterCount: scorer.parameters.count))
      var (plain, run) = (PredictionRun(scorer, base), PredictionRun(scorer, base, versions: shifted))
      try plain.finish()
      try run.finish()
      let (before, after) = (plain.predictions(), run.predictions())
      for example in 0..<after.count {
        let choices = Int(after.choiceCounts[example])
        let rows = [before, after].map { $0.logProbabilities[example * 4..<example * 4 + choices].map(exp) }
        #expect(rows[0].contains { abs($0 - 1 / Float(choices)) > 1e-3 })
        #expect(rows[1].allSatisfy { abs($0 - 1 / Float(choices)) < 1e-5 })
      }
      #expect(after.cost.forwardPasses == 4)
    }
  }

  @Test func shiftsThatAreNotAllThereDoNotCancelAndAreRefused() throws {
    try with { experiment, _, _ in
      var missing = shifts(of: experiment.tokens)
      missing.rowIDs = missing.rowIDs.map { $0 == "row-30/shifts-2" ? "x" : $0 }
      let plain = versions(of: experiment.tokens)
      for (set, says) in [(missing, "row-30"), (plain, "no shifts or corruptions or templates version")] {
        let scorer = try Scorer(experiment.architecture, base: experiment.base, data: set, settings: fit, threads: 1)
        let fault = #expect(throws: Fault.self) {
          try QuestionVersions(.consistent, scorer, of: experiment.tokens, path: "v.h5")
        }
        #expect(fault?.code == .configuration && fault?.message.contains(says) == true)
      }
    }
  }

  @Test func aVersionThatIsMissingOrHasOtherChoicesIsRefusedByRow() throws {
    try with { experiment, _, _ in
      var missing = versions(of: experiment.tokens)
      missing.rowIDs = missing.rowIDs.map { $0.hasPrefix("row-30/") ? $0 + "x" : $0 }
      var other = versions(of: experiment.tokens)
      other.choiceTexts[0] = "another"
      for (set, row) in [(missing, "row-30"), (other, "row-39")] {
        let scorer = try Scorer(
          experiment.architecture, base: experiment.base, data: set, settings: fit, threads: 1)
        let fault = #expect(throws: Fault.self) {
          try QuestionVersions(.contextual, scorer, of: experiment.tokens, path: "cf.h5")
        }
        #expect(fault?.code == .configuration && fault?.subject == "cf.h5" && fault?.message.contains(row) == true)
      }
    }
  }

  /// Whatever A is, with B = 0 the base answers.
  @Test func theUntouchedBaseIsAnUntrainedAdapter() throws {
    try with { _, scorer, zeros in
      let begun = scorer.parametrisation.initialValues(seed: 3)
      #expect(begun != zeros)
      let answers = try [begun, zeros].map { try scorer.logProbabilities(of: [30, 33], parameters: $0) }
      #expect(answers[0] == answers[1])
      let base = try FixedMembers.untouchedBase(request([], parameterCount: zeros.count))
      #expect(base.draw(group: 0, sample: 0).values == zeros)
      #expect(throws: Fault.self) { try FixedMembers.untouchedBase(request([Adapter()])) }
    }
  }

  @Test func aBaseWithoutAHeadForTheQuestionsIsRefused() throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .pairs)
      let scorer = try Scorer(
        experiment.architecture, base: experiment.base, data: experiment.tokens, settings: fit, threads: 1)
      let files = try PosteriorFiles(reading: [], base: experiment.base)
      #expect { try files.check(scorer.parameters, dataset: "tiny") } throws: { ($0 as? Fault)?.code == .configuration }
    }
  }
}
