// Heterogeneous batches: each example has adapters of its own. The frozen products run over all rows of a batch at once;
// the examples are sorted by their adapters, so that the low-rank products run over blocks of rows.
import Artifacts
import Transformers

extension Scorer {
  /// Log-probabilities (example, answer) of examples that have adapters of their own. Where all have the same adapter,
  /// the values are those of `logProbabilities(of:parameters:)` with that adapter, bit for bit.
  ///
  /// - Parameters:
  ///   - blends: the adapters of each example, as indices into `vectors`.
  ///   - vectors: the vectors of all adapters, one after the other.
  /// - Precondition: LoRA, whose trained vector is the network's.
  /// - Throws: as `logProbabilities(of:parameters:)`.
  package func logProbabilities(of examples: [Int], blends: [Blend], vectors: [Float]) throws -> [Float] {
    let stride = parameters.count
    precondition(blends.count == examples.count && vectors.count % stride == 0 && layout.networkCount == stride)
    try checkPrefix(holds: examples)
    let order = blends.indices.sorted { one, other in
      blends[one].precedes(blends[other]) || !blends[other].precedes(blends[one]) && one < other
    }
    let sorted = order.map { examples[$0] }
    let blendOfExample = Dictionary(zip(examples, blends), uniquingKeysWith: { first, _ in first })
    let packing = self.packing
    let answers = try logProbabilities(
      of: sorted, parts: parts(of: sorted), copies: 1, networkParameters: vectors
    ) { slice in
      var blocks: [Members.Block] = []
      for piece in slice.sequences {
        let (blend, count) = (blendOfExample[piece.example]!, packing.batchSequences(piece))
        if blocks.last?.blend == blend {
          blocks[blocks.count - 1].sequences += count
        } else {
          blocks.append(Members.Block(sequences: count, blend: blend))
        }
      }
      return Members(blocks: blocks, stride: stride)
    }
    let width = data.maximumAnswers
    var result = [Float](repeating: 0, count: answers.count)
    for (place, index) in order.enumerated() {
      result.replaceSubrange(index * width..<(index + 1) * width, with: answers[place * width..<(place + 1) * width])
    }
    return result
  }
}

extension Blend {
  /// An order in which equal blends stand side by side: that of their adapters.
  fileprivate func precedes(_ other: Blend) -> Bool {
    terms.lexicographicallyPrecedes(other.terms) { $0.adapter < $1.adapter }
  }
}
