// Heterogeneous batches: each example has adapters of its own. The frozen products run over all rows of a batch at once;
// the examples are sorted by their adapters, so that the low-rank products run over blocks of rows.
import Adapters
import Artifacts
import Transformers

extension Scorer {
  /// Log-probabilities (example, answer) of examples that have adapters of their own. Where all have the same adapter,
  /// the values are those of `logProbabilities(of:parameters:)` with that adapter, bit for bit.
  ///
  /// - Parameters:
  ///   - blends: the adapters of each example, as indices into `vectors`.
  ///   - vectors: the vectors of all adapters, one after the other, and of the router where there is one.
  ///   - isRouted: whether a router weighs the adapters in the network's modules. A trained head has none: it is blended
  ///     by the weights of the blends.
  /// - Precondition: LoRA, whose trained vector is the network's.
  /// - Throws: as `logProbabilities(of:parameters:)`.
  package func logProbabilities(
    of examples: [Int], blends: [Blend], vectors: [Float], isRouted: Bool = false
  ) throws -> [Float] {
    try checkPrefix(holds: examples)
    let sorted = BlendedExamples(self, examples, blends, vectors, isRouted: isRouted)
    let answers = try answers(
      of: sorted.examples, parts: parts(of: sorted.examples), copies: 1, networkParameters: vectors,
      members: sorted.members
    ).logProbabilities
    let width = data.maximumAnswers
    var result = [Float](repeating: 0, count: answers.count)
    for (place, index) in sorted.order.enumerated() {
      result.replaceSubrange(index * width..<(index + 1) * width, with: answers[place * width..<(place + 1) * width])
    }
    return result
  }

  /// The mean cross-entropy of a step's examples, weighted by class, whose adapters a router weighs. Sets `gradient` to
  /// its gradient with respect to the router, as `lossAndGradient(of:parameters:...)` does.
  ///
  /// - Parameters: as for `logProbabilities(of:blends:vectors:isRouted:)`.
  package func routedLossAndGradient(
    of examples: [Int], blends: [Blend], vectors: [Float], gradient: inout [Float]
  ) -> Double {
    let sorted = BlendedExamples(self, examples, blends, vectors, isRouted: true)
    let units = data.lossUnits(of: examples)
    let step = Step(
      weight: 1 / Float(units), parameters: vectors, gradientCount: parameters.factors.count, copies: 1,
      members: sorted.members)
    let loss = addGradient(
      of: Division(self, sorted.examples, parts: parts(of: sorted.examples), members: 1), in: step)
    swap(&networkGradient.total, &gradient)
    return loss / Double(units)
  }
}

/// Examples sorted by their adapters.
private struct BlendedExamples: Sendable {
  /// Where they were.
  let order: [Int]
  let examples: [Int]
  private let blendOfExample: [Int: Blend]
  private let packing: ExamplePacking
  private let stride: Int
  private let router: Int?

  init(_ scorer: Scorer, _ examples: [Int], _ blends: [Blend], _ vectors: [Float], isRouted: Bool) {
    let stride = scorer.parameters.count
    let ofAdapters = vectors.count - (isRouted ? scorer.parameters.factors.count : 0)
    precondition(
      blends.count == examples.count && ofAdapters % stride == 0 && scorer.layout.networkCount == stride)
    order = blends.indices.sorted { one, other in
      blends[one].precedes(blends[other]) || !blends[other].precedes(blends[one]) && one < other
    }
    self.examples = order.map { examples[$0] }
    blendOfExample = Dictionary(zip(examples, blends), uniquingKeysWith: { first, _ in first })
    (packing, self.stride, router) = (scorer.packing, stride, isRouted ? ofAdapters : nil)
  }

  /// The blocks of a slice's pass.
  @Sendable func members(_ slice: Division.Slice) -> Members {
    var blocks: [Members.Block] = []
    for piece in slice.sequences {
      let (blend, count) = (blendOfExample[piece.example]!, packing.batchSequences(piece))
      if blocks.last?.blend == blend {
        blocks[blocks.count - 1].sequences += count
      } else {
        blocks.append(Members.Block(sequences: count, blend: blend))
      }
    }
    return Members(blocks: blocks, stride: stride, router: router)
  }
}

extension Blend {
  /// An order in which equal blends stand side by side: that of their adapters.
  fileprivate func precedes(_ other: Blend) -> Bool {
    terms.lexicographicallyPrecedes(other.terms) { $0.adapter < $1.adapter }
  }
}
