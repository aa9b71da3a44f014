// The weights of attention, block by block: products of queries and keys, what is added to them, and the softmax over
// what each query sees. Then the same backwards.
import Arrays

extension Attention {
  /// The weights of one block at a time, with the memory that they need.
  struct Weights {
    /// (heads, rows of the pass)
    typealias Normalizations = UnsafeMutablePointer<SoftmaxNormalization>

    let attention: Attention
    let pass: Pass
    /// The stride of the longest sequence's weights.
    let width: Int
    /// Tokens of the longest sequence.
    let longest: Int
    /// The weights (queries, keys) of the block.
    let p: Activations
    /// The head's keys, transposed.
    var keys: Activations
    /// (heads, 2 longest - 1); nil without a bias.
    let biases: Activations?
    /// The cap's slopes (queries, keys) of the block; nil without a cap, or where no backward pass follows.
    let slopes: Activations?
    /// Nil unless the scores are disentangled.
    let distances: DisentangledScores.Head?
    /// What the softmax of each query has found; nil where no backward pass follows.
    private let normalizations: Normalizations?

    init(
      _ attention: Attention, _ projections: DistanceProjections?, _ normalizations: Normalizations?, _ pass: Pass
    ) {
      let longest = pass.batch.longest
      (self.attention, self.pass, self.longest, self.normalizations) = (attention, pass, longest, normalizations)
      width = AttentionBlock.stride(longest)
      (p, keys) = (pass.room(AttentionBlock.size * width), pass.room(attention.headSize * width))
      biases = attention.bias?.values(heads: attention.heads, longest: longest, pass)
      slopes = attention.cap != nil && pass.isTraining ? pass.room(AttentionBlock.size * width) : nil
      distances = projections.flatMap { attention.disentangled?.head(attention, $0, longest: longest, pass) }
    }

    /// Memory for what the softmax finds, until the end of the pass.
    static func normalizations(heads: Int, _ pass: Pass) -> Normalizations {
      let (count, stride) = (heads * pass.rows, MemoryLayout<SoftmaxNormalization>.stride)
      let room = pass.room(count * stride / MemoryLayout<Float>.stride, kept: true)
      return UnsafeMutableRawPointer(room).bindMemory(to: SoftmaxNormalization.self, capacity: count)
    }

    /// Prepares the blocks of a head, of which this is the first.
    func begin(_ block: AttentionBlock, _ k: Activations) {
      attention.transpose(k, block, into: keys)
      distances?.begin(block, keys: keys)
    }

    /// Sets `p` to the weights of a block.
    ///
    /// - Parameter again: whether they have been set before, in the forward pass.
    func set(_ block: AttentionBlock, _ q: Activations, again: Bool) {
      let stride = block.stride
      let normalizations = normalizations.map { $0 + block.head * pass.rows + block.row }
      multiplySmall(
        rows: block.queries, columns: stride, inner: attention.headSize, q + block.query, aRow: attention.queryWidth,
        aInner: 1, keys + block.keys.lowerBound, bRow: block.wholeStride, into: p, cRow: stride)
      distances?.add(to: p, block, q)
      for row in 0..<block.queries {
        finish(p + row * stride, of: row, block, normalizations.map { $0 + row }, again: again)
      }
    }

    /// Turns the products of a block's query with its keys into weights.
    ///
    /// - Parameter normalization: where what the softmax finds is kept, or known if `again`.
    func finish(
      _ weights: Activations, of query: Int, _ block: AttentionBlock, _ normalization: Normalizations?, again: Bool
    ) {
      let visible = block.visible(query, causal: attention.causal, window: attention.window)
      // Where nothing but the scale is applied, the softmax does it.
      let isPlain = isPlain
      if !isPlain { finishScores(weights, of: query, visible, block) }
      for hidden in visible.hidden { weights[hidden] = -.infinity }
      for hidden in 0..<visible.columns.lowerBound { weights[hidden] = 0 }
      let (scores, scale) = (weights + visible.columns.lowerBound, isPlain ? attention.scale : 1)
      if again, let known = normalization?.pointee {
        repeatSoftmax(scores, count: visible.columns.count, scale: scale, known)
      } else {
        let found = softmax(scores, count: visible.columns.count, scale: scale)
        normalization?.pointee = found
      }
      for hidden in visible.columns.upperBound..<block.keys.count { weights[hidden] = 0 }
    }

    /// Whether scores are products times the scale, and nothing else.
    var isPlain: Bool { biases == nil && attention.cap == nil }

    /// Turns a query's products with keys into scores.
    private func finishScores(
      _ weights: Activations, of query: Int, _ visible: AttentionBlock.Visible, _ block: AttentionBlock
    ) {
      let (start, count) = (visible.columns.lowerBound, visible.columns.count)
      multiply(weights + start, by: attention.scale, count: count)
      if let biases {
        forEachRun(of: query, visible, block) { columns, biasStart in
          add(biases + biasStart, to: weights + columns.lowerBound, count: columns.count)
        }
      }
      guard let cap = attention.cap else { return }
      softCap(weights + start, cap: cap, slopes: slopes.map { $0 + query * block.stride + start }, count: count)
    }

    /// Calls `body` for what a query sees: columns with neighbouring positions, and the index of the first one's bias.
    /// - Precondition: there is a bias.
    func forEachRun(
      of row: Int, _ visible: AttentionBlock.Visible, _ block: AttentionBlock,
      _ body: (_ columns: Range<Int>, _ biasStart: Int) -> Void
    ) {
      let distanceZero = block.head * (2 * longest - 1) + longest - 1
      // The index of the bias of column 0 in the query's own branch.
      let own = distanceZero + block.keys.lowerBound - (block.position + row)
      if visible.hidden.isEmpty {
        body(visible.columns, own + visible.columns.lowerBound)
      } else {
        let shared = visible.columns.lowerBound..<visible.hidden.lowerBound
        body(shared, own + visible.skipped + shared.lowerBound)
        body(visible.hidden.upperBound..<visible.columns.upperBound, own + visible.hidden.upperBound)
      }
    }
  }

  /// The backward pass from the weights of one block at a time to the products of queries and keys.
  struct ScoreGradients {
    private let weights: Weights
    /// Where the gradients of `weights.biases` are summed; nil where they are not trained.
    private let biases: Activations?
    /// Nil unless the scores are disentangled.
    let distances: DisentangledScores.HeadGradients?

    /// - Parameter projections: to which the gradients of the distances' projections are added.
    init(_ weights: Weights, _ projections: DistanceProjections?) {
      self.weights = weights
      biases = weights.attention.bias?.gradients(
        heads: weights.attention.heads, longest: weights.longest, weights.pass)
      distances = weights.distances.map { DisentangledScores.HeadGradients($0, projections) }
    }

    /// Turns the gradients dp (queries, keys) of a block's weights into those of the products of queries and keys.
    /// `weights` holds the block's weights.
    func finish(_ dp: Activations, _ block: AttentionBlock) {
      let (attention, count) = (weights.attention, block.keys.count)
      let isPlain = weights.isPlain
      for row in 0..<block.queries {
        let start = row * block.stride
        softmaxBackward(
          dp + start, weights: weights.p + start, count: count, scale: isPlain ? attention.scale : 1)
        if isPlain { continue }
        let visible = block.visible(row, causal: attention.causal, window: attention.window)
        if let slopes = weights.slopes {
          let first = start + visible.columns.lowerBound
          multiply(dp + first, by: slopes + first, count: visible.columns.count)
        }
        if let biases {
          weights.forEachRun(of: row, visible, block) { columns, biasStart in
            add(dp + start + columns.lowerBound, to: biases + biasStart, count: columns.count)
          }
        }
        multiply(dp + start, by: attention.scale, count: count)
      }
    }

    /// Adds the gradient of the bias's table, after all blocks.
    func finishBias() {
      guard let biases, let bias = weights.attention.bias else { return }
      bias.backward(biases, heads: weights.attention.heads, longest: weights.longest, weights.pass)
    }
  }
}
