// Several members of an ensemble in one pass over one frozen base (LoRA-Ensemble, Mühlematter et al. 2024,
// arXiv:2405.14438). The batch holds the same sequences once for each member, so the rows of a member are one
// block of every activation. Products with frozen matrices run over all rows at once; those with trained matrices run
// block by block, each with the parameters of its member. The same holds for a batch whose sequences have adapters of
// their own, one or a blend of several: the sequences of equal adapters lie side by side and are one block.
import Arrays

/// The parameter vectors of a pass: those of `count` members, one after the other.
package struct Members: Equatable, Sendable {
  /// How many there are, at least one.
  package let count: Int
  /// The distance between the offsets of two members' vectors.
  package let stride: Int

  /// A single vector.
  package static let one = Members(count: 1, stride: 0)

  /// Blocks of consecutive sequences with adapters of their own; empty where every member computes all sequences.
  let blocks: [Block]
  /// The offset of the router that weighs the adapters of a block for each token; nil where their weights are fixed.
  let router: Int?

  package init(count: Int, stride: Int) {
    precondition(count >= 1 && stride >= 0, "\(count) members, \(stride) numbers apart")
    (self.count, self.stride, blocks, router) = (count, stride, [], nil)
  }

  /// A batch that holds each sequence once, block by block. The vectors of all adapters follow each other, `stride`
  /// apart.
  ///
  /// - Parameter router: the offset of a router among these vectors. Its factors have the places of an adapter's. Only the
  ///   router can then be trained, and gradients are with respect to its vector.
  package init(blocks: [Block], stride: Int, router: Int? = nil) {
    precondition(blocks.allSatisfy { $0.sequences > 0 && !$0.blend.terms.isEmpty }, "an empty block")
    (count, self.stride, self.blocks, self.router) = (1, stride, blocks, router)
  }

  /// Consecutive sequences of a batch, and the adapters that they are computed with.
  package struct Block: Equatable, Sendable {
    package var sequences: Int
    package let blend: Blend
    package init(sequences: Int, blend: Blend) { (self.sequences, self.blend) = (sequences, blend) }
  }
}

/// A weighted sum of adapters: y = W x + Σ weight s B A x. One adapter with the weight 1 is that adapter, bit for bit.
package struct Blend: Hashable, Sendable {
  /// One adapter of the sum.
  package struct Term: Hashable, Sendable {
    /// Its index among the vectors.
    package let adapter: Int
    package let weight: Float
  }
  package let terms: [Term]

  /// One adapter.
  package init(_ adapter: Int) { terms = [Term(adapter: adapter, weight: 1)] }

  /// The mean of several adapters.
  package init(meanOf adapters: [Int]) {
    terms = adapters.map { Term(adapter: $0, weight: 1 / Float(adapters.count)) }
  }
}

extension Dropout {
  /// The difference between the seeds of two members' masks. A member has the masks that it would have alone, with the
  /// next seed of training.
  package static let memberStride: UInt64 = 0x9E37_79B9_7F4A_7C15
}

extension Pass {
  /// Calls `body` for each member with a pass on its own vector, and with its rows of an activation of `rows` rows. Where
  /// blocks have several adapters, it is called for each of them: `weight` and `isFurtherTerm` then say what to add.
  func forEachMember(of rows: Int, _ body: (_ own: Pass, _ block: Range<Int>) -> Void) {
    guard members.blocks.isEmpty else { return forEachTerm(of: rows, body) }
    guard members.count > 1 else { return body(self, 0..<rows) }
    let (size, rest) = rows.quotientAndRemainder(dividingBy: members.count)
    precondition(rest == 0, "\(rows) rows for \(members.count) members")
    for member in 0..<members.count {
      var own = self
      own.parameters = parameters + member * members.stride
      own.gradients = gradients.map { $0 + member * members.stride }
      body(own, member * size..<(member + 1) * size)
    }
  }

  /// Calls `body` for each adapter of each block, with a pass on its vector and weight, and with the block's rows. The
  /// adapters are frozen, so these passes have no gradients.
  private func forEachTerm(of rows: Int, _ body: (_ own: Pass, _ block: Range<Int>) -> Void) {
    forEachBlock(of: rows) { blend, block in
      for (index, term) in blend.terms.enumerated() {
        var own = self
        (own.parameters, own.gradients) = (parameters(ofAdapter: term.adapter), nil)
        (own.weight, own.isFurtherTerm) = (term.weight, index > 0)
        body(own, block)
      }
    }
  }

  /// Calls `body` for each block, with its adapters and its rows of an activation of `rows` rows.
  func forEachBlock(of rows: Int, _ body: (_ blend: Blend, _ block: Range<Int>) -> Void) {
    var (start, sequence) = (0, 0)
    for block in members.blocks {
      sequence += block.sequences
      let end = firstRow(ofSequence: sequence, among: rows)
      body(block.blend, start..<end)
      start = end
    }
    precondition(start == rows, "the blocks have \(start) of \(rows) rows")
  }

  /// The vector of one of the adapters that blocks name.
  func parameters(ofAdapter index: Int) -> UnsafePointer<Float> { parameters + index * members.stride }

  /// Where the rows of `sequence` begin in an activation of `rows` rows, which are those of the pass, one for each
  /// sequence, or one for each text. Where two of these have the same number of rows, they are the same rows.
  private func firstRow(ofSequence sequence: Int, among rows: Int) -> Int {
    if rows == self.rows { return selection.starts[sequence] }
    if rows == batch.count { return sequence }
    precondition(rows == batch.textWindows.count, "\(rows) rows for \(batch.count) sequences")
    return batch.textWindows.count { $0.lowerBound < sequence }
  }

  /// The seed of the dropout masks of sequence `index`.
  func dropoutSeed(_ dropout: Dropout, sequence index: Int) -> UInt64 {
    let member = index / (batch.count / members.count)
    return dropout.seed &+ UInt64(member) &* Dropout.memberStride
  }
}
