// Written answers: their log-probabilities against a naive twin, loss and gradient against transformers and PEFT, and the
// laws of a fit on them.
import Adapters
import Artifacts
import Checkpoints
import Faults
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Training

@Suite struct AnswerScoringTests {
  private func settings(_ change: (inout AdapterSettings) -> Void = { _ in }) -> AdapterSettings {
    var settings = AdapterSettings.tiny(batchSize: 7, epochs: 3)
    settings.dropout = 0.2
    change(&settings)
    return settings
  }

  /// The twin asks for every token alone, as a choice of one letter among all tokens behind what precedes it.
  @Test func anAnswersLogProbabilityIsTheSumOverItsTokensAlone() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .answers)
      let (set, values) = (scorer.data, scorer.layout.scattered)
      let found = try scorer.logProbabilities(of: Array(0..<10), parameters: values)
      for example in 0..<10 {
        let (prompt, answer) = (Array(set.prompt(of: example)), Array(set.answer(of: example)))
        let twin = try tinyScorer(folder, .letters, data: { _ in letters(prompt, answer) })
        let rows = try twin.logProbabilities(of: answer.indices.map { $0 }, parameters: values)
        let sum = answer.enumerated().reduce(0.0) { $0 + Double(rows[$1.offset * 40 + Int($1.element)]) }
        #expect(abs(Double(found[example]) - sum) < 1e-5)
      }
    }
  }

  /// An example for each token of `answer`: what precedes the token, with all forty tokens as letters.
  private func letters(_ prompt: [Int32], _ answer: [Int32]) -> TokenizedSet {
    var set = TokenizedSet()
    (set.dataset, set.vocabularySize, set.maximumLength, set.labelTokens) = ("twin", 40, 32, Array(0..<40))
    for (index, token) in answer.enumerated() {
      set.rowIDs.append("token-\(index)")
      set.splits.append(.test)
      set.labels.append(token)
      set.choiceTexts += (0..<40).map { "\($0)" }
      set.choiceOffsets.append(Int32(set.choiceTexts.count))
      set.tokens += prompt + answer.prefix(index)
      set.tokenOffsets.append(Int64(set.tokens.count))
      set.sequenceOffsets.append(Int32(index + 1))
    }
    set.segments = set.tokens.map { _ in 0 }
    return set
  }

  @Test func theLossIsTheMeanOverTheTokensOfAllAnswers() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .answers) { longer($0) }
      let (values, examples) = (scorer.layout.scattered, Array(0..<9))
      var gradient = [Float](repeating: 0, count: values.count)
      let loss = scorer.lossAndGradient(of: examples, parameters: values, gradient: &gradient)
      func mean(_ values: [Float]) throws -> Double {
        let tokens = examples.reduce(0) { $0 + scorer.data.answer(of: $1).count }
        return try scorer.logProbabilities(of: examples, parameters: values).reduce(0) { $0 - Double($1) }
          / Double(tokens)
      }
      #expect(abs(loss - (try mean(values))) < 1e-6)
      let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      func moved(_ step: Double) throws -> Double {
        try mean(values.indices.map { values[$0] + Float(step * Double(gradient[$0]) / norm) })
      }
      let slope = (try moved(1e-2) - moved(-1e-2)) / 2e-2
      #expect(abs(slope - norm) < 0.01 * norm, "\(slope) measured, \(norm) computed")
    }
  }

  /// `set` with answers of one to four tokens more, before the end.
  private func longer(_ set: TokenizedSet) -> TokenizedSet {
    var copy = set
    (copy.tokens, copy.segments, copy.tokenOffsets) = ([], [], [0])
    for example in 0..<set.count {
      let (prompt, answer) = (set.prompt(of: example), set.answer(of: example))
      let own = answer.dropLast() + (0...example % 4).map { Int32((5 + $0 + example) % 40) } + [2]
      copy.tokens += prompt + own
      copy.segments += prompt.map { _ in 0 } + own.map { _ in 1 }
      copy.tokenOffsets.append(Int64(copy.tokens.count))
    }
    return copy
  }

  @Test func lossAndGradientAreThoseOfTransformers() throws {
    let own = projectRoot + "/Tests/TrainingTests/Reference/answers.json"
    let expected = try JSON.parse(try readBytes(own), subject: own).node(in: own)
    let folder = projectRoot + "/Tests/TransformersTests/Reference/llama"
    try withTemporaryFolder { temporary in
      let model = try ModelFolder(folder)
      let path = temporary + "/base.h5"
      try BaseModel.write(
        to: path, architecture: model.architecture.canonicalJSON, tokenizerDigest: "", names: model.tensorNames,
        tensor: { try model.baseTensor($0) }, provenance: TinyExperiment.provenance)
      var fit = AdapterSettings()
      (fit.rank, fit.alpha, fit.targets) = (4, 8, ["q_proj", "v_proj", "down_proj"])
      let scorer = try Scorer(
        model.architecture, base: BaseModel(mapping: path),
        data: try referenceSet(folder, answers: expected.array("answers").map { try $0.int() }), settings: fit,
        threads: 2)
      let adapter = try PEFTAdapter.read(folder + "/adapter")
      let values = try adapter.values(for: scorer.layout.parameters, subject: folder)
      var gradient = [Float](repeating: 0, count: values.count)
      let loss = scorer.lossAndGradient(of: [0, 1, 2], parameters: values, gradient: &gradient)
      #expect(try abs(loss - expected.double("loss")) < 1e-5)
      for entry in scorer.layout.parameters.entries {
        let numbers = try expected.object("gradients").array(entry.name).map { try $0.double() }
        let own = gradient[entry.offset..<entry.offset + entry.count].map(Double.init)
        let norm = own.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let sum = own.enumerated().reduce(0) { $0 + $1.element * cos(Double($1.offset)) }
        #expect(
          abs(norm - numbers[0]) < 1e-4 * numbers[0] && abs(sum - numbers[1]) < 1e-4 * numbers[0], "\(entry.name)")
      }
    }
  }

  /// The sequences of the reference, whose last tokens are answers of these lengths.
  private func referenceSet(_ folder: String, answers: [Int]) throws -> TokenizedSet {
    let about = try JSON.parse(try readBytes(folder + "/reference.json"), subject: folder).node(in: folder)
    var set = TokenizedSet()
    (set.dataset, set.scoring, set.vocabularySize, set.maximumLength) = ("reference", .answers, 320, 64)
    for (index, row) in try about.array("sequences").enumerated() {
      let sequence = try row.array().map { Int32(try $0.int()) }
      set.rowIDs.append("row-\(index)")
      set.splits.append(.train)
      set.labels.append(0)
      set.tokens += sequence
      set.segments += sequence.indices.map { $0 < sequence.count - answers[index] ? 0 : 1 }
      set.tokenOffsets.append(Int64(set.tokens.count))
      set.sequenceOffsets.append(Int32(index + 1))
    }
    return set
  }

  @Test func aStepHasTheSameBytesOnAnyNumberOfThreads() throws {
    try withTemporaryFolder { folder in
      let results = try [1, 2, 5].flatMap { threads in
        let scorer = try tinyScorer(folder, .answers, threads: threads) { longer($0).repeated(8) }
        let (values, examples) = (scorer.layout.scattered, Array(0..<scorer.data.count))
        return try (0..<5).map { _ -> ([Float], [Float], Double) in
          var gradient = [Float](repeating: 0, count: values.count)
          let loss = scorer.lossAndGradient(of: examples, parameters: values, gradient: &gradient)
          return (try scorer.logProbabilities(of: examples, parameters: values), gradient, loss)
        }
      }
      #expect(results.filter { $0 != results[0] }.count == 0)
    }
  }

  @Test func aResumedFitEndsWithTheSameBits() throws {
    try withTemporaryFolder { folder in
      let settings = settings { $0.keepBest = true }
      let scorer = try tinyScorer(folder, .answers, settings)
      let unbroken = try fitted(scorer, settings)
      for stop in 1..<12 {
        #expect(try resumed(scorer, settings, after: stop, in: folder) == unbroken, "stopped after step \(stop)")
      }
    }
  }

  @Test func theHistoryHasNatsPerTokenAndPerByte() throws {
    try withTemporaryFolder { folder in
      let settings = settings { ($0.epochs, $0.dropout, $0.keepBest) = (40, 0, true) }
      let scorer = try tinyScorer(folder, .answers, settings)
      let adapter = try fitted(scorer, settings)
      let (first, last) = (adapter.history[0], adapter.history.last!)
      #expect(last.trainingLoss < 0.5 * first.trainingLoss)
      #expect(last.calibrationAccuracy == nil && last.calibrationECE == nil)
      // Every answer has two tokens and eight bytes.
      #expect(abs(last.trainingLossPerByte! - last.trainingLoss / 4) < 1e-12)
      #expect(abs(last.calibrationNLLPerByte! - last.calibrationNLL / 4) < 1e-12)
      let best = adapter.history.min { $0.calibrationNLL < $1.calibrationNLL }!
      #expect(adapter.optimizer.step == best.step)
      let split = Array(24..<32)
      let rows = try scorer.logProbabilities(of: split, parameters: adapter.values)
      #expect(abs(best.calibrationNLL + rows.reduce(0) { $0 + Double($1) } / 16) < 1e-6)
      #expect(
        first.line(on: scorer.data)
          == "epoch 1: loss \(first.trainingLoss.formatted(4)) per token (\(first.trainingLossPerByte!.formatted(4)) per "
          + "byte), calibration NLL \(first.calibrationNLL.formatted(4)) (\(first.calibrationNLLPerByte!.formatted(4)))"
      )
      try adapter.write(to: folder + "/a.h5", provenance: TinyExperiment.provenance)
      #expect(try Adapter.read(folder + "/a.h5") == adapter)
    }
  }

  @Test func theProgressLineHasNatsPerTokenAndPerByte() throws {
    try withTemporaryFolder { folder in
      let settings = settings()
      var run = try TrainingRun(try tinyScorer(folder, .answers, settings), settings, seed: 0)
      try run.advance()
      #expect(run.note.wholeMatch(of: /loss [0-9.]+ per token, [0-9.]+ per byte/) != nil, "\(run.note)")
    }
  }

  /// Where each member is scored alone, the mean probability is that of whole answers.
  @Test func membersAreScoredByTheMeanOfTheirProbabilities() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .answers)
      let vectors = (0..<3).map { scorer.layout.initialValues(seed: $0).map { $0 + 0.1 } }
      let found = try CalibrationSplit(scorer.data).scores(scorer, parameters: Array(vectors.joined()))
      let rows = try vectors.map { try scorer.logProbabilities(of: Array(24..<32), parameters: $0) }
      let nll = (0..<8).reduce(0.0) { sum, row in sum - log(rows.reduce(0) { $0 + exp(Double($1[row])) } / 3) }
      #expect(abs(found.nll - nll / 16) < 1e-6 && abs(found.nllPerByte! - nll / 64) < 1e-6)
    }
  }

  @Test func aDivergenceFromTheBaseNeedsChoices() throws {
    try withTemporaryFolder { folder in
      let settings = settings { $0.baseDivergence = 0.1 }
      let scorer = try tinyScorer(folder, .answers, settings)
      let fault = #expect(throws: Fault.self) { try TrainingRun(scorer, settings, seed: 0) }
      #expect(fault?.message == "`base-divergence` needs choices, but here the answers are written")
    }
  }
}
