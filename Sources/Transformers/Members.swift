// Several members of an ensemble in one pass over one frozen base (LoRA-Ensemble, Mühlematter et al. 2024,
// arXiv:2405.14438). The batch holds the same sequences once for each member, in turn, so that the rows of a member are
// one block of every activation. Products by frozen matrices run over all rows at once; those by trained numbers run
// block by block, each with its member's own.
import Arrays

/// The vectors that a pass works with: those of `count` members, one after the other.
package struct Members: Equatable, Sendable {
  /// How many there are, at least one.
  package let count: Int
  /// From where one member's vector begins to where the next one's does.
  package let stride: Int

  /// A single vector.
  package static let one = Members(count: 1, stride: 0)

  package init(count: Int, stride: Int) {
    precondition(count >= 1 && stride >= 0, "\(count) members, \(stride) numbers apart")
    (self.count, self.stride) = (count, stride)
  }
}

extension Dropout {
  /// What the seed of a member's masks is above that of the member before it: the masks of a member are those that it
  /// would have alone, with the next seed of training.
  package static let memberStride: UInt64 = 0x9E37_79B9_7F4A_7C15
}

extension Pass {
  /// Calls `body` for each member with a pass on its own vector, and with its rows of an activation of `rows` rows.
  func forEachMember(of rows: Int, _ body: (_ own: Pass, _ block: Range<Int>) -> Void) {
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

  /// The seed of the dropout masks of sequence `index`.
  func dropoutSeed(_ dropout: Dropout, sequence index: Int) -> UInt64 {
    let member = index / (batch.count / members.count)
    return dropout.seed &+ UInt64(member) &* Dropout.memberStride
  }
}
