// Makes a library in steps: the embedding of each adapter from the texts that it was fitted on, and the temperature of the
// weights from the calibration split of the questions that it will answer.
import Adapters
import Artifacts
import Calibration
import Faults
import Foundation
import Training
import Transformers

/// The embedding of a library's texts, and the predictions by which its temperature is chosen.
package struct LibraryIndex: Resumable {
  /// The library; it is complete after the last step.
  package private(set) var library = AdapterLibrary()
  /// The negative log-likelihood (nats) of the calibration rows by the temperature that was chosen; nil where there was
  /// nothing to choose it by.
  package private(set) var likelihood: Double?

  private let entries: LibraryEntries
  private let scorer: Scorer
  private let embedder: TextEmbedder
  private let posteriorPath: String
  /// The rows that a step embeds.
  private let lots: [(adapter: Int, rows: [Int])]
  /// The labelled calibration rows of the scorer's data set.
  private let calibration: [Int]
  /// [adapter, hidden] The sums of the embeddings so far.
  private var sums: [Double]
  private var embeddedLots = 0
  /// The texts of the adapter whose rows are embedded.
  private var texts: (adapter: Int, prepared: TextEmbedder.Texts)?
  private var prediction: LibraryRun?

  /// How many rows a step embeds: so few that it takes seconds with a large base.
  private static let rowsAtATime = 256

  /// - Parameters:
  ///   - blocks: how many blocks of the base embed; nil for `TextEmbedder.defaultBlocks`.
  ///   - top: how many of the nearest adapters answer a text.
  ///   - scorer: the network of the adapters' shape on the questions that the library will answer.
  ///   - path: the library's file, for messages.
  /// - Throws: `Fault` of kind `.usage` for more blocks than the base has.
  package init(
    _ entries: LibraryEntries, base: BaseModel, blocks: Int?, top: Int, scorer: Scorer, path: String
  ) throws {
    (self.entries, self.scorer, posteriorPath) = (entries, scorer, path)
    let blocks = blocks ?? TextEmbedder.defaultBlocks(entries.architecture)
    let texts = entries.all.map(\.entry.texts)
    embedder = try TextEmbedder(
      base, entries.architecture, blocks: blocks, positions: texts.map(\.longestSequence).max()!,
      threads: scorer.threads)
    (library.baseDigest, library.blocks, library.top) = (base.digest, blocks, top)
    library.parameters = entries.all[0].entry.adapter.parameters
    for (name, entry) in entries.all {
      library.names.append(name)
      library.fits.append(entry.adapter.settings)
      library.seeds.append(entry.adapter.seed)
      library.fitDigests.append(entry.adapter.tokensDigest)
      library.values += entry.adapter.values
    }
    lots = texts.enumerated().flatMap { adapter, set -> [(adapter: Int, rows: [Int])] in
      let rows = set.examples(of: .train)
      return stride(from: 0, to: rows.count, by: Self.rowsAtATime).map {
        (adapter, Array(rows[$0..<min($0 + Self.rowsAtATime, rows.count)]))
      }
    }
    calibration = scorer.data.examples(of: .calibration).filter { scorer.data.labels[$0] >= 0 }
    sums = [Double](repeating: 0, count: texts.count * embedder.width)
  }

  /// The predictions of the calibration rows come after the embeddings; with one adapter there is nothing to weight.
  private var predictions: Int { calibration.isEmpty || library.answering < 2 ? 0 : library.answering }
  package var completed: Int { embeddedLots + (prediction?.completed ?? 0) }
  package var total: Int { lots.count + predictions }
  package var note: String { embeddedLots < lots.count ? "embedding" : "calibration rows" }

  package mutating func advance() throws {
    if embeddedLots < lots.count {
      try embed(lots[embeddedLots])
      embeddedLots += 1
      if embeddedLots == lots.count { try finishEmbeddings() }
    } else {
      try prediction?.advance()
    }
    if completed == total { chooseTemperature() }
  }

  private mutating func embed(_ lot: (adapter: Int, rows: [Int])) throws {
    if texts?.adapter != lot.adapter {
      texts = (lot.adapter, try embedder.texts(of: entries.all[lot.adapter].entry.texts))
    }
    for vector in try embedder.embeddings(of: lot.rows, in: texts!.prepared) {
      for (column, value) in vector.enumerated() { sums[lot.adapter * embedder.width + column] += value }
    }
  }

  /// Scales the sums to length 1 and begins the predictions.
  private mutating func finishEmbeddings() throws {
    texts = nil
    library.embeddings = try entries.all.enumerated().flatMap { adapter, item in
      let start = adapter * embedder.width
      guard let mean = ofLengthOne(Array(sums[start..<start + embedder.width])) else {
        throw Fault(.internalError, item.entry.path, "the mean embedding of its texts has no direction")
      }
      return mean
    }
    guard predictions > 0 else { return }
    let posterior = LibraryPosterior(.libraryMixture, library, path: posteriorPath)
    prediction = LibraryRun(scorer, posterior, calibration, try posterior.cosines(of: calibration, on: scorer))
  }

  /// Chooses the temperature that gives the calibration rows the lowest negative log-likelihood: one of 41 from 0.001 to
  /// 10.
  private mutating func chooseTemperature() {
    guard let prediction else { return }
    let leaves = prediction.predictions()
    let scored = (-30...10).map { tenth -> (nll: Double, temperature: Double) in
      let temperature = pow(10, Double(tenth) / 10)
      let samples = PosteriorSamples(
        logits: leaves.logProbabilities, groups: leaves.groups, choices: leaves.choices,
        choiceCounts: leaves.choiceCounts, weights: prediction.weights(temperature: temperature))
      let outcomes = Outcomes(Mixture(samples), labels: leaves.labels)
      return (outcomes.negativeLogLikelihood.score.value ?? .infinity, temperature)
    }
    let best = scored.min { $0.nll < $1.nll }!
    (library.temperature, likelihood) = (best.temperature, best.nll)
  }

  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = prediction?.checkpoint(identity: identity) ?? Checkpoint(settings: identity)
    checkpoint.integers["lots"] = embeddedLots
    checkpoint.integers["step"] = completed
    checkpoint.reals["sums"] = sums
    return checkpoint
  }

  package mutating func restore(_ checkpoint: Checkpoint) throws {
    (embeddedLots, sums) = (try checkpoint.integer("lots"), try checkpoint.reals("sums"))
    guard embeddedLots == lots.count else { return }
    try finishEmbeddings()
    try prediction?.restore(checkpoint)
  }
}
