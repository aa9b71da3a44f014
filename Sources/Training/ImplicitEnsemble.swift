// LoRA-Ensemble (arXiv:2405.14438): members that are trained and asked in one batched pass over one frozen base. The
// trained vector is the members' vectors, one after the other. A member has the seed, and so the start and the dropout
// masks, that the member of that number has in an ensemble of separate fits; what differs is that all members see the
// same minibatches.
import Adapters
import Artifacts
import Faults
import Transformers

extension ParameterTable {
  /// The table of `members` vectors one after the other; nil: of one.
  package func repeated(_ members: Int?) -> ParameterTable {
    guard let members else { return self }
    var table = ParameterTable()
    for member in 0..<members {
      for entry in entries { table.append("members.\(member).\(entry.module)", entry.role, shape: entry.shape) }
    }
    return table
  }
}

extension Scorer {
  /// The members whose vectors, one after the other, are `values`.
  func members(in values: [Float]) -> Members {
    let (count, rest) = values.count.quotientAndRemainder(dividingBy: parameters.count)
    precondition(count >= 1 && rest == 0, "\(values.count) values, \(parameters.count) parameters")
    return Members(count: count, stride: layout.networkCount)
  }

  /// Where the vector of `member` lies in that of all.
  package func range(ofMember member: Int) -> Range<Int> {
    member * parameters.count..<(member + 1) * parameters.count
  }

  /// The vector of `settings.members` members at the start of training, member m's under the seed after that of m - 1.
  ///
  /// - Throws: `Fault` of kind `.configuration` where two of them would be one for ever.
  func initialValues(_ settings: AdapterSettings, seed: Int) throws -> [Float] {
    let members = (0..<(settings.members ?? 1)).map {
      parametrisation.initialValues(seed: (settings.initializationSeed ?? seed) &+ $0)
    }
    if settings.dropout == 0 {
      for (number, member) in members.enumerated() {
        guard let twin = members[..<number].firstIndex(of: member) else { continue }
        throw Fault(
          .configuration, setting: "members",
          "members \(twin) and \(number) begin alike, and would stay so: all see the same data",
          hint: "use a parametrisation whose start depends on the seed, or `dropout`")
      }
    }
    return members.count == 1 ? members[0] : Array(members.joined())
  }
}
