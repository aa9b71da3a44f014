// Trained vectors without anything random about them: one, such as a point estimate or an average, or the members of an
// ensemble, whose probabilities are averaged. What the vectors are stands in the file of each method.

/// M vectors of equal weight, each its own only sample.
package struct FixedMembers: Posterior {
  /// [group] The vectors.
  let members: [[Float]]
  /// Those of all members, unless the method says otherwise.
  package let storedParameters: Int
  /// What was lost in making them, or that they measure no spread.
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

  /// The members.
  package var groups: Int { members.count }
  /// One sample of each: itself.
  package var samples: Int { 1 }
  /// The member.
  package func draw(group: Int, sample: Int) -> Draw { Draw(values: members[group]) }
}

/// A remark where an ensemble has one member alone.
func memberRemarks(_ count: Int) -> [String] { count == 1 ? ["one member: no spread measured"] : [] }
