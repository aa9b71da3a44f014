// Makes a library: the embedding of each adapter from the texts that it was fitted on, and the temperature of the
// weights from the calibration split of the questions that it will answer.
import Adapters
import Artifacts
import Calibration
import Faults
import Foundation
import Training
import Transformers

/// An adapter, and the texts that it was fitted on.
package struct LibraryEntry {
  let path: String
  let adapter: Adapter
  let texts: TokenizedSet

  /// - Throws: `Fault` of kind `.configuration` if it was fitted on other tokens, or there are no texts to embed.
  package init(_ path: String, _ adapter: Adapter, texts: TokenizedSet, digest: String, textsPath: String) throws {
    guard adapter.tokensDigest == digest else {
      throw Fault(
        .configuration, path, "it was not fitted on \(textsPath)",
        hint: "give `examples` in the order of `adapters`: the tokens that each was fitted on")
    }
    guard !texts.examples(of: .train).isEmpty else {
      throw Fault(.configuration, textsPath, "it has no training rows to embed")
    }
    (self.path, self.adapter, self.texts) = (path, adapter, texts)
  }

  /// The mean embedding of the training rows, scaled to length 1.
  fileprivate func embedding(by embedder: TextEmbedder) throws -> [Double] {
    let vectors = try embedder.embeddings(of: texts.examples(of: .train), in: texts)
    let sum = vectors[0].indices.map { column in vectors.reduce(0) { $0 + $1[column] } }
    guard let mean = ofLengthOne(sum) else {
      throw Fault(.internalError, path, "the mean embedding of its texts has no direction")
    }
    return mean
  }
}

extension AdapterLibrary {
  /// A library of adapters of the same shape, in the order of their names. Its temperature is not chosen yet.
  ///
  /// - Parameters:
  ///   - blocks: how many blocks of the base embed; nil for `TextEmbedder.defaultBlocks`.
  ///   - top: how many of the nearest adapters answer a text.
  /// - Throws: `Fault` of kind `.configuration` for adapters that a batch cannot mix; of kind `.usage` for more blocks
  ///   than the base has.
  package init(
    _ entries: [LibraryEntry], base: BaseModel, _ architecture: Architecture, blocks: Int?, top: Int, threads: Int
  ) throws {
    self.init()
    if case .disentangled = architecture.positionBias {
      throw Fault(
        .configuration, entries[0].path,
        "its base has a table of distances, which several adapters in one batch cannot share",
        hint: "use a base of another type than DeBERTa")
    }
    try Self.check(entries)
    let blocks = blocks ?? TextEmbedder.defaultBlocks(architecture)
    let positions = entries.map(\.texts.longestSequence).max()!
    let embedder = try TextEmbedder(base, architecture, blocks: blocks, positions: positions, threads: threads)
    (baseDigest, self.blocks, self.top) = (base.digest, blocks, top)
    parameters = entries[0].adapter.parameters
    for (name, entry) in zip(distinctNames(entries.map(\.path)), entries).sorted(by: { $0.0 < $1.0 }) {
      names.append(name)
      fits.append(entry.adapter.settings)
      seeds.append(entry.adapter.seed)
      fitDigests.append(entry.adapter.tokensDigest)
      values += entry.adapter.values
      embeddings += try entry.embedding(by: embedder)
    }
  }

  /// Refuses adapters that cannot stand in one network side by side.
  private static func check(_ entries: [LibraryEntry]) throws {
    let fits = try entries.map { try AdapterSettings(ofOneIn: $0.adapter, path: $0.path) }
    for (index, (entry, fit)) in zip(entries, fits).enumerated() {
      guard fit.parametrisation == nil, fit.variational == nil else {
        throw Fault(.configuration, entry.path, "it does not hold the factors A and B of LoRA, which a library needs")
      }
      if let difference = fits[0].difference(inMeaningFrom: fit) {
        throw Fault(
          .configuration, entry.path, "\(difference) as in \(entries[0].path)",
          hint: "the adapters of a library need one rank, scale and head: fit them with the same settings")
      }
      if let twin = entries.prefix(index).first(where: { $0.adapter == entry.adapter }) {
        throw Fault(.configuration, entry.path, "it is the adapter \(twin.path) once more")
      }
    }
  }

  /// Chooses the temperature that gives the labelled calibration rows of `scorer`'s data set the lowest negative
  /// log-likelihood: one of 41 from 0.001 to 10. Returns that likelihood, or nil and keeps the default where there are
  /// no such rows, or only one adapter answers.
  ///
  /// - Throws: what the prediction throws.
  package mutating func chooseTemperature(on scorer: Scorer, path: String) throws -> Double? {
    let rows = scorer.data.examples(of: .calibration).filter { scorer.data.labels[$0] >= 0 }
    guard answering > 1, !rows.isEmpty else { return nil }
    let posterior = LibraryPosterior(.libraryMixture, self, path: path)
    var run = LibraryRun(scorer, posterior, rows, try posterior.cosines(of: rows, on: scorer))
    while run.completed < run.total { try run.advance() }
    let leaves = run.predictions()
    let scored = (-30...10).map { tenth -> (nll: Double, temperature: Double) in
      let temperature = pow(10, Double(tenth) / 10)
      let samples = PosteriorSamples(
        logits: leaves.logProbabilities, groups: leaves.groups, choices: leaves.choices,
        choiceCounts: leaves.choiceCounts, weights: run.weights(temperature: temperature))
      let outcomes = Outcomes(Mixture(samples), labels: leaves.labels)
      return (outcomes.negativeLogLikelihood.score.value ?? .infinity, temperature)
    }
    let best = scored.min { $0.nll < $1.nll }!
    temperature = best.temperature
    return best.nll
  }
}

/// A name for each path: its parts without those at the beginning and the end that all paths share, or the file's name
/// where there is one path.
package func distinctNames(_ paths: [String]) -> [String] {
  let parts = paths.map { path -> [Substring] in
    let file = path.hasSuffix(".h5") ? path.dropLast(3) : path[...]
    return file.split(separator: "/")
  }
  guard parts.count > 1, Set(parts).count == parts.count else { return parts.map { $0.last.map(String.init) ?? "" } }
  func shared(_ lists: [[Substring]]) -> Int {
    (0..<lists.map(\.count).min()!).first { place in lists.contains { $0[place] != lists[0][place] } }
      ?? lists.map(\.count).min()!
  }
  let own = parts.map { Array($0.dropFirst(shared(parts))) }
  let end = own.contains { $0.isEmpty } ? 0 : min(shared(own.map { $0.reversed() }), own.map(\.count).min()! - 1)
  return zip(own, parts).map { own, whole in
    own.isEmpty ? whole.joined(separator: "/") : own.dropLast(end).joined(separator: "/")
  }
}
