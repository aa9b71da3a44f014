// Trained vectors without randomness: a single one, such as a point estimate or an average, or the members of an
// ensemble, whose probabilities are averaged. Each method's file says what its vectors are.

/// M vectors of equal weight, each with itself as its only sample.
package struct FixedMembers: Posterior {
  /// [group] The vectors.
  let members: [[Float]]
  /// By default the number of parameters of all members.
  package let storedParameters: Int
  /// Remarks, such as what an average lost, or that no spread is measured.
  package let warnings: [String]

  /// One vector.
  init(_ values: [Float], storedParameters: Int? = nil, warnings: [String] = []) {
    (members, self.storedParameters, self.warnings) = ([values], storedParameters ?? values.count, warnings)
  }

  /// The members of an ensemble.
  init(ensemble members: [[Float]]) {
    self.members = members
    storedParameters = members.reduce(0) { $0 + $1.count }
    warnings = memberRemarks(members.count)
  }

  package var groups: Int { members.count }
  /// Each member's only sample is itself.
  package var samples: Int { 1 }
  package func draw(group: Int, sample: Int) -> Draw { Draw(values: members[group]) }
}

/// A remark if an ensemble has only one member.
func memberRemarks(_ count: Int) -> [String] { count == 1 ? ["one member: no spread measured"] : [] }
