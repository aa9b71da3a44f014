// Embeds texts by a frozen base: the mean of its hidden states over all tokens of an example, scaled to length 1. Where
// each choice is a sequence, the question's tokens count once for each of them. The texts that an adapter was fitted on,
// and new texts, are compared by the cosine of their embeddings.
import Arrays
import Artifacts
import Faults
import Transformers

/// The lowest blocks of a base, which turn an example into a vector.
package struct TextEmbedder {
  /// The size of a vector.
  package let width: Int
  private let threads: Int
  private let network: Network
  /// The network points into its mapped file.
  private let base: BaseModel

  /// - Parameters:
  ///   - blocks: how many of the base's blocks; 0 for the embeddings of the tokens alone.
  ///   - positions: the length of the longest sequence.
  /// - Throws: `Fault` of kind `.usage` if the base has fewer blocks.
  package init(
    _ base: BaseModel, _ architecture: Architecture, blocks: Int, positions: Int, threads: Int
  ) throws {
    try Fault.check(blocks, of: "embedding-blocks", in: 0...architecture.layers)
    (width, self.threads, self.base) = (architecture.hiddenSize, threads, base)
    network = try Network(architecture, frozen: base.values(of:), positions: positions, layers: 0..<blocks)
  }

  /// How many of a base's blocks embed best: all of an encoder. Of a decoder none, whose upper states say what comes next
  /// more than what the text is about.
  package static func defaultBlocks(_ architecture: Architecture) -> Int {
    architecture.isDecoder ? 0 : architecture.layers
  }

  /// [example] The vectors of length 1 of these examples; a question's choices belong to its text.
  ///
  /// - Throws: what the two functions below throw.
  package func embeddings(of examples: [Int], in data: TokenizedSet) throws -> [[Double]] {
    try embeddings(of: examples, in: texts(of: data))
  }

  /// A data set that was checked and prepared for the embedder.
  package struct Texts {
    fileprivate let packing: ExamplePacking
  }

  /// Prepares a data set from which several lots of examples are embedded.
  ///
  /// - Throws: `Fault` of kind `.configuration` if it does not fit the base.
  package func texts(of data: TokenizedSet) throws -> Texts {
    try data.check(on: network.architecture)
    return Texts(packing: ExamplePacking(data, namesOrigins: false))
  }

  /// [example] The vectors of length 1 of these examples; a question's choices belong to its text.
  ///
  /// - Throws: `Fault` of kind `.internalError` naming the first example whose vector has no direction.
  package func embeddings(of examples: [Int], in texts: Texts) throws -> [[Double]] {
    let (packing, data) = (texts.packing, texts.packing.data)
    let (network, width, arenas) = (network, width, (0..<threads).map { _ in Arena() })
    let parts = packing.parts(of: examples)
    var sums = [[Double]](repeating: [], count: examples.count)
    sums.withUnsafeMutableBufferPointer { sums in
      // Safe, because each part has its own places.
      nonisolated(unsafe) let sums = sums
      parallel(parts: parts.count, threads: threads) { part, worker in
        arenas[worker].reset()
        let batch = packing.batch(parts[part].map { examples[$0] })
        var states = UnsafePointer(network.hidden(batch, parameters: [], arena: arenas[worker]))
        for place in parts[part] {
          let example = examples[place]
          let rows = packing.rows[example + 1] - packing.rows[example]
          let (shared, sequences) = (data.sharedTokens(example), Double(data.sequences(of: example).count))
          sums[place] = (0..<width).map { column in
            (0..<rows).reduce(0) { $0 + ($1 < shared ? sequences : 1) * Double(states[$1 * width + column]) }
          }
          states += rows * width
        }
      }
    }
    return try zip(examples, sums).map { example, sum in
      guard let vector = ofLengthOne(sum) else {
        throw Fault(
          .internalError, data.dataset, "the embedding of row \(data.rowIDs[example]) has no direction",
          hint: "check the tensors of the base")
      }
      return vector
    }
  }
}

extension Scorer {
  /// The embedder of this base for the scorer's data set.
  ///
  /// - Throws: as `TextEmbedder.init`.
  package func embedder(blocks: Int) throws -> TextEmbedder {
    try TextEmbedder(base, architecture, blocks: blocks, positions: data.longestSequence, threads: threads)
  }
}

/// The vector scaled to length 1; nil where its length is zero or not finite.
package func ofLengthOne(_ vector: [Double]) -> [Double]? {
  let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  return length > 0 && length.isFinite ? vector.map { $0 / length } : nil
}
