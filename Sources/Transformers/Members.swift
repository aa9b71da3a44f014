// Several members of an ensemble in one pass over one frozen base (LoRA-Ensemble, Mühlematter et al. 2024,
// arXiv:2405.14438). The batch holds the same sequences once for each member, so the rows of a member are one
// block of every activation. Products with frozen matrices run over all rows at once; those with trained matrices run
// block by block, each with the parameters of its member.
import Arrays

/// The parameter vectors of a pass: those of `count` members, one after the other.
package struct Members: Equatable, Sendable {
  /// How many there are, at least one.
  package let count: Int
  /// The distance between the offsets of two members' vectors.
  package let stride: Int

  /// A single vector.
  package static let one = Members(count: 1, stride: 0)

  package init(count: Int, stride: Int) {
    precondition(count >= 1 && stride >= 0, "\(count) members, \(stride) numbers apart")
    (self.count, self.stride) = (count, stride)
  }
}

extension Dropout {
  /// The difference between the seeds of two members' masks. A member has the masks that it would have alone, with the
  /// next seed of training.
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
