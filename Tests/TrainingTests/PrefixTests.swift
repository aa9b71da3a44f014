// A frozen prefix saves work and changes nothing: answers, losses and gradients are those without it, bit for bit.
import Adapters
import Arrays
import Artifacts
import Faults
import TestSupport
import Testing
import Training
import Transformers

@Suite struct PrefixTests {
  /// Adapters on the upper one of two blocks.
  private var upper: AdapterSettings {
    var settings = AdapterSettings()
    (settings.rank, settings.layers) = (2, [1])
    return settings
  }

  private func scorer(
    _ experiment: TinyExperiment, _ settings: AdapterSettings, _ prefix: FrozenPrefix? = nil
  ) throws -> Scorer {
    try Scorer(
      experiment.architecture, base: experiment.base, data: experiment.tokens, settings: settings, threads: 1,
      prefix: prefix)
  }

  /// The logits of two examples in a pass with a sequence for each choice.
  private func choiceLogits(_ scorer: Scorer, _ values: [Float]) throws -> [[Float]] {
    var seen: [[Float]] = []
    try scorer.backward(
      [7, 2], parameters: values, worker: 0,
      directions: { _, logits in
        seen.append(logits)
        return logits.map { _ in [Double](repeating: 0, count: logits.count) }
      }, observer: { _, _ in })
    return seen
  }

  @Test(arguments: TokenizedSet.Scoring.ofChoices, [0, 1])
  func aPrefixChangesNoAnswerLossOrGradient(scoring: TokenizedSet.Scoring, blocks: Int) throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: scoring)
      let plain = try scorer(experiment, upper)
      let short = try scorer(experiment, upper, experiment.prefix(in: folder, blocks: blocks))
      let values = plain.layout.scattered
      let (all, step) = (Array(0..<40), [5, 30, 11, 8])
      for dropout in [nil, Dropout(keepProbability: 0.7, seed: 3)] {
        let expected = try plain.logProbabilities(of: all, parameters: values, dropout: dropout)
        #expect(try short.logProbabilities(of: all, parameters: values, dropout: dropout) == expected)
        var (one, other) = ([Float](repeating: 0, count: values.count), [Float](repeating: 0, count: values.count))
        let loss = plain.lossAndGradient(of: step, parameters: values, gradient: &one, dropout: dropout)
        #expect(short.lossAndGradient(of: step, parameters: values, gradient: &other, dropout: dropout) == loss)
        #expect(one == other && one.contains { $0 != 0 })
      }
      let members = try plain.logProbabilities(of: step, parameters: values + values.map { 1.1 * $0 })
      #expect(try short.logProbabilities(of: step, parameters: values + values.map { 1.1 * $0 }) == members)
    }
  }

  /// Curvature and Jacobians are made of passes in which no sequences share their beginning.
  @Test(arguments: TokenizedSet.Scoring.ofChoices)
  func aPrefixWorksWithASequencePerChoice(scoring: TokenizedSet.Scoring) throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: scoring)
      let plain = try scorer(experiment, upper)
      let short = try scorer(experiment, upper, experiment.prefix(in: folder, blocks: 1))
      let logits = try [plain, short].map { try choiceLogits($0, plain.layout.scattered) }
      #expect(logits[0].map(\.count) == logits[1].map(\.count) && logits[0].count == 2)
      for (one, other) in zip(logits[0].joined(), logits[1].joined()) { #expect(abs(one - other) < 1e-5) }
    }
  }

  @Test func aQuestionThatChoicesShareIsStoredOnceAndFoundForEach() throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .continuations)
      let data = experiment.tokens.sharingQuestions
      let cached = try experiment.prefix(in: folder, of: data)
      #expect(cached.rows < data.tokens.count)
      let scorers = try [nil, cached].map {
        try Scorer(
          experiment.architecture, base: experiment.base, data: data, settings: upper, threads: 1, prefix: $0)
      }
      let values = scorers[0].layout.scattered
      let answers = try scorers.map { try $0.logProbabilities(of: Array(0..<40), parameters: values) }
      #expect(answers[0] == answers[1])
      let logits = try scorers.map { try choiceLogits($0, values) }
      for (one, other) in zip(logits[0].joined(), logits[1].joined()) { #expect(abs(one - other) < 1e-5) }
    }
  }

  @Test(arguments: TokenizedSet.Scoring.ofChoices)
  func aPrefixOfSomeExamplesRejectsTheOthers(scoring: TokenizedSet.Scoring) throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: scoring)
      let held = [0, 3, 4, 17, 18, 39]
      let some = try experiment.prefix(in: folder, examples: held, blocks: 1)
      #expect(some.examples == held)
      let plain = try scorer(experiment, upper)
      let short = try scorer(experiment, upper, some)
      let values = plain.layout.scattered
      let expected = try plain.logProbabilities(of: held, parameters: values)
      #expect(try short.logProbabilities(of: held, parameters: values) == expected)
      let (step, ids) = ([39, 3, 18], experiment.tokens.rowIDs)
      var (one, other) = ([Float](repeating: 0, count: values.count), [Float](repeating: 0, count: values.count))
      let loss = plain.lossAndGradient(of: step, parameters: values, gradient: &one)
      #expect(short.lossAndGradient(of: step, parameters: values, gradient: &other) == loss)
      #expect(one == other && one.contains { $0 != 0 })
      let refusal = #expect(throws: Fault.self) { try short.logProbabilities(of: [3, 5], parameters: values) }
      #expect(refusal?.code == .configuration && refusal?.subject == some.path)
      #expect(refusal?.message.contains("it does not hold row \(ids[5])") == true)
      let curvature = #expect(throws: Fault.self) { try choiceLogits(short, values) }
      #expect(curvature?.message.contains("it does not hold row \(ids[7])") == true)
      // Before the first step, although its examples might be there.
      let training = #expect(throws: Fault.self) { try TrainingRun(short, upper, seed: 0) }
      #expect(training?.message.contains("it does not hold row") == true)
    }
  }

  @Test func aFitUsesItsTrainingExamplesAndAllOthers() throws {
    try withTemporaryFolder { folder in
      let set = try TinyExperiment(in: folder, scoring: .pairs).tokens
      let training = set.examples(of: .train)
      let used = try #require(set.examplesInUse(trainingExamples: 5, subsampleSeed: 3))
      var settings = AdapterSettings()
      (settings.trainingExamples, settings.subsampleSeed) = (5, 3)
      let order = try DataOrder(training: set, settings, seed: 1)
      #expect(used.filter(training.contains) == order.examples)
      #expect(used.filter { !training.contains($0) } == set.splits.indices.filter { set.splits[$0] != .train })
      #expect(set.examplesInUse(trainingExamples: 0, subsampleSeed: 3) == nil)
      #expect(set.examplesInUse(trainingExamples: training.count, subsampleSeed: 3) == nil)
    }
  }

  @Test func examplesOutOfOrderAreRejected() throws {
    try withTemporaryFolder { folder in
      for examples in [[3, 1], [2, 2], [-1, 4]] {
        let path = folder + "/prefix.h5"
        try FrozenPrefix.write(
          to: path, baseDigest: "", tokensDigest: "", examples: examples, blocks: 1, precision: .float32, width: 1,
          states: [1, 2], provenance: TinyExperiment.provenance)
        let refusal = #expect(throws: Fault.self) { try FrozenPrefix(mapping: path) }
        #expect(refusal?.message.contains("examples is not in ascending order") == true)
      }
    }
  }

  @Test func threadsChangeNoBitOfAPrefix() throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .continuations)
      let (one, three) = (
        try experiment.prefix(in: folder, blocks: 1), try experiment.prefix(in: folder, blocks: 1, threads: 3)
      )
      let count = one.rows * one.width
      #expect(one.rows == three.rows && count > 0)
      #expect((0..<count).allSatisfy { one.numbers[$0] == three.numbers[$0] })
    }
  }

  @Test func prefixesThatDoNotFitTheNetworkAreRejected() throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .pairs)
      let made = try experiment.prefix(in: folder, blocks: 1)
      var lower = upper
      lower.layers = [0, 1]
      #expect(
        throws: Fault(
          .configuration, made.path, "it contains 1 blocks, but block 0, counted from 0, is adapted",
          hint: "make it with `blocks 0`, or adapt `layers 1` and above")
      ) { try scorer(experiment, lower, made) }
      var full = AdapterSettings()
      full.parametrisation = .full
      let embeddings = try experiment.prefix(in: folder, blocks: 0)
      let whole = #expect(throws: Fault.self) { try scorer(experiment, full, embeddings) }
      #expect(whole?.code == .configuration && whole?.message.contains("the whole base is trained") == true)
      let few = experiment.tokens.selecting([1, 2])
      let refusal = #expect(throws: Fault.self) {
        try Scorer(
          experiment.architecture, base: experiment.base, data: few, settings: upper, threads: 1, prefix: made)
      }
      #expect(refusal?.code == .configuration && refusal?.message.contains("\(made.rows) rows") == true)
    }
  }

  @Test func statesThatDoNotFitIntoMemoryAreRejected() throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .pairs)
      let refusal = #expect(throws: Fault.self) {
        try PrefixRun(
          experiment.base, path: "base.h5", data: experiment.tokens, blocks: 1, precision: .float32, threads: 1,
          availableMemory: 1000)
      }
      #expect(refusal?.code == .configuration)
    }
  }

  @Test func theLayersSettingSelectsTheAdaptedBlocks() throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .letters)
      let layout = try scorer(experiment, upper).layout
      #expect(layout.modules.map(\.name) == ["q_proj", "v_proj"].map { "model.layers.1.self_attn.\($0)" })
      var beyond = upper
      beyond.layers = [1, 2]
      let fault = Fault(
        .usage, "`layers`", "there is no block 2: the base has the blocks 0 to 1", hint: "the lowest is number 0")
      #expect(throws: fault) { try scorer(experiment, beyond) }
    }
  }
}

extension TokenizedSet {
  /// The set with the question of each example's first sequence before all its choices, of two tokens each.
  fileprivate var sharingQuestions: TokenizedSet {
    var set = self
    (set.tokens, set.segments, set.tokenOffsets) = ([], [], [0])
    for example in 0..<count {
      let question = tokenRange(sequences(of: example).lowerBound).dropLast(2)
      for sequence in sequences(of: example) {
        set.tokens += tokens[question] + tokens[tokenRange(sequence).suffix(2)]
        set.segments += [UInt8](repeating: 0, count: question.count) + [1, 1]
        set.tokenOffsets.append(Int64(set.tokens.count))
      }
    }
    return set
  }
}
