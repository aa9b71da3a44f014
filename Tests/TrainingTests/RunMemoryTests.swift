// The estimate of a run's memory: below what the run takes, not far below it, and refused with a setting that would fit.
import Adapters
import Artifacts
import Faults
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Training
import Transformers

@Suite struct RunMemoryTests {
  private func refusal(of memory: RunMemory, at capacity: Double) -> Fault? {
    #expect(throws: Fault.self) { try memory.check(capacity: Int(capacity)) }
  }

  @Test(arguments: TokenizedSet.Scoring.ofChoices, [1, 2])
  func activationsAreEstimatedFromBelow(scoring: TokenizedSet.Scoring, threads: Int) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, scoring, threads: threads)
      let run = try TrainingRun(scorer, AdapterSettings(), seed: 0)
      let examples = Array(scorer.data.examples(of: .train).prefix(AdapterSettings().batchSize))
      var gradient = [Float](repeating: 0, count: scorer.parameters.count)
      _ = scorer.lossAndGradient(of: examples, parameters: scorer.layout.scattered, gradient: &gradient)
      let estimate = run.memory.activationBytes
      #expect(estimate <= Double(scorer.activationBytes))
      #expect(estimate >= 0.15 * Double(scorer.activationBytes))
    }
  }

  /// No type's networks hold less than the estimate: that would refuse runs that fit.
  @Test func activationsOfEveryModelTypeAreEstimatedFromBelow() throws {
    var settings = AdapterSettings()
    settings.rank = 2
    let models = projectRoot + "/Tests/TransformersTests/Reference/models"
    for name in ModelType.all.map(\.name) {
      let path = "\(models)/\(name)/config.json"
      let architecture = try ModelType.architecture(of: JSON.parse(readBytes(path), subject: path).node(in: path))
      try withTemporaryFolder { folder in
        let scoring: TokenizedSet.Scoring = architecture.isDecoder ? .continuations : .pairs
        let experiment = try TinyExperiment(in: folder, scoring: scoring, architecture: architecture)
        var tokens = experiment.tokens
        if architecture.tokenTypes < 2 && !architecture.isDecoder { tokens.segments = tokens.segments.map { _ in 0 } }
        let scorer = try Scorer(
          architecture, base: experiment.base, data: tokens, settings: settings, threads: 1)
        let run = try TrainingRun(scorer, settings, seed: 0)
        let examples = Array(tokens.examples(of: .train).prefix(settings.batchSize))
        var gradient = [Float](repeating: 0, count: scorer.parameters.count)
        _ = scorer.lossAndGradient(of: examples, parameters: scorer.layout.scattered, gradient: &gradient)
        #expect(run.memory.activationBytes <= Double(scorer.activationBytes), "\(name)")
      }
    }
  }

  @Test func aRunThatFitsIsNotRefused() throws {
    try withTemporaryFolder { folder in
      let memory = try TrainingRun(tinyScorer(folder, .pairs), AdapterSettings(), seed: 0).memory
      try memory.check(capacity: Int(memory.leastBytes))
      let fault = refusal(of: memory, at: memory.leastBytes - 1)
      #expect(fault?.code == .configuration && fault?.subject == "memory")
      #expect(fault?.message.hasPrefix("the run needs at least 1 MiB (packed matrices 1 MiB, activations ") == true)
    }
  }

  /// Each hint is followed: with the settings that it names, a quarter more than the estimate fits.
  @Test func theHintNamesSettingsThatFit() throws {
    try withTemporaryFolder { folder in
      func memory(threads: Int, batchSize: Int) throws -> RunMemory {
        var settings = AdapterSettings()
        settings.batchSize = batchSize
        return try TrainingRun(tinyScorer(folder, .pairs, settings, threads: threads), settings, seed: 0).memory
      }
      let whole = try memory(threads: 2, batchSize: 24)
      let small = try memory(threads: 1, batchSize: 1)
      let capacity = 1.25 * small.leastBytes + 1
      let hint = try #require(refusal(of: whole, at: capacity)).hint
      #expect(hint.hasSuffix("`batch-size 1` would fit"), "\(hint)")
      let slow = try memory(threads: hint.contains("`threads 1`") ? 1 : 2, batchSize: 1)
      #expect(hint.contains("bfloat16") || 1.25 * slow.leastBytes <= capacity, "\(hint)")
      #expect(refusal(of: whole, at: 1)?.hint.hasPrefix("use a smaller base") == true)
    }
  }

  @Test func theLogNamesTheParts() throws {
    try withTemporaryFolder { folder in
      let memory = try TrainingRun(tinyScorer(folder, .pairs), AdapterSettings(), seed: 0).memory
      #expect(memory.description.hasPrefix("memory: about 75 MB"), "\(memory.description)")
    }
  }
}
