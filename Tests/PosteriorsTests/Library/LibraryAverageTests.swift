// Averages of adapters, of which only a few are in memory at a time.
import Artifacts
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct LibraryAverageTests {
  /// Sixteen averages are made at a time, and the rows of these texts have more.
  @Test func everyRowHasTheAverageOfItsOwnAdapters() throws {
    try TinyRun.open { tiny in
      var tokens = tiny.tokens
      for example in tokens.examples(of: .train) { tokens.splits[example] = .test }
      let run = TinyRun(
        folder: tiny.folder, experiment: tiny.experiment, tokens: tokens, batchSize: tiny.batchSize, threads: 2)
      var library = try tiny.library(of: 8, top: 3)
      let scorer = try run.scorer(library.fit("library"))
      let texts = try scorer.embedder(blocks: library.blocks).embeddings(of: Array(0..<tokens.count), in: tokens)
      // Each adapter is near to one text, as seen from the mean of all.
      let means = texts[0].indices.map { column in texts.reduce(0) { $0 + $1[column] } / Double(texts.count) }
      library.embeddings = (0..<8).flatMap { adapter in
        ofLengthOne(zip(texts[5 * adapter], means).map { $0 - $1 })!
      }
      let found = try run.predict("adapter-fusion", [library])
      #expect(found.count == 40)
      let sets = texts.map { library.route(library.cosines(to: $0)).adapters.sorted() }
      #expect(Set(sets).count > 16)
      for (row, set) in sets.enumerated() {
        let vectors = set.map(library.vector)
        let mean = vectors[0].indices.map { place in
          Float(vectors.reduce(0.0) { $0 + Double($1[place]) } / 3)
        }
        let expected = try scorer.logProbabilities(of: [row], parameters: mean)
        #expect(Array(found.logProbabilities[row * found.choices..<(row + 1) * found.choices]) == expected)
      }
    }
  }
}
