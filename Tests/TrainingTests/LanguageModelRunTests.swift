// Pretraining: it learns, and neither threads nor an interruption change a bit.
import Artifacts
import TestSupport
import Testing
import Training
import Transformers

@Suite struct LanguageModelRunTests {
  private let architecture = Architecture.llama(
    hiddenSize: 16, layers: 1, heads: 2, keyValueHeads: 1, headSize: 8, intermediateSize: 24,
    vocabularySize: 12, maximumPositions: 16, tiedHead: true)
  /// Counting in circles, from every start: the next token is certain.
  private let documents = (0..<24).map { start in (0..<8).map { Int32((start + $0) % 12) } }

  private func run(epochs: Int = 2, threads: Int = 1) throws -> LanguageModelRun {
    var settings = PretrainingSettings()
    (settings.epochs, settings.documentsPerStep) = (epochs, 8)
    return try LanguageModelRun(architecture, documents: documents, settings, threads: threads)
  }

  private func loss(_ run: LanguageModelRun) throws -> Double {
    try #require(Double(run.note.split(separator: " ")[1]))
  }

  @Test func theLossStartsAtThatOfAGuessAndFalls() throws {
    var run = try run(epochs: 100)
    try run.advance()
    #expect(abs(try loss(run) - 2.485) < 0.1)  // ln 12
    try run.finish()
    #expect(try loss(run) < 0.2)
  }

  @Test func threadsAndInterruptionsChangeNoBit() throws {
    var whole = try run()
    try whole.finish()
    var stopped = try run(threads: 3)
    for _ in 0..<3 { try stopped.advance() }
    var resumed = try run(threads: 2)
    try resumed.restore(stopped.checkpoint(identity: "it"))
    #expect(resumed.completed == 3 && resumed.total == 6)
    try resumed.finish()
    #expect(resumed.values == whole.values)
  }
}
