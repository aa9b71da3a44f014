// LoRA-Ensemble (arXiv:2405.14438): members that are trained and evaluated in one batched pass over one frozen base. The
// trained vector consists of the members' vectors, one after the other. Member m has the same seed as member m of an
// ensemble of separate fits, so it has the same initial values and dropout masks. The only difference is that all members
// see the same minibatches.
import Adapters
import Artifacts
import Faults
import Transformers

extension ParameterTable {
  /// The table of `members` vectors, one after the other; the table itself for nil.
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
  /// The members whose vectors `values` holds, one after the other.
  func members(in values: [Float]) -> Members {
    let (count, rest) = values.count.quotientAndRemainder(dividingBy: parameters.count)
    precondition(count >= 1 && rest == 0, "\(values.count) values, \(parameters.count) parameters")
    return Members(count: count, stride: layout.networkCount)
  }

  /// The range of the vector of `member` in the vector of all members.
  package func range(ofMember member: Int) -> Range<Int> {
    member * parameters.count..<(member + 1) * parameters.count
  }

  /// The initial values of `settings.members` members, one after the other. Member m is drawn with the seed plus m.
  ///
  /// - Throws: `Fault` of kind `.configuration` if two members would stay equal during the whole training.
  func initialValues(_ settings: AdapterSettings, seed: Int) throws -> [Float] {
    var members = try (0..<(settings.members ?? 1)).map {
      try base.placingHead(
        in: parametrisation.initialValues(seed: (settings.initializationSeed ?? seed) &+ $0), parameters, settings,
        for: data, hiddenSize: architecture.hiddenSize)
    }
    if settings.coupling == .sharedFactors {
      members = parameters.sharing(members, settings, seed: settings.initializationSeed ?? seed)
    }
    if settings.dropout == 0 {
      for (number, member) in members.enumerated() {
        guard let twin = members[..<number].firstIndex(of: member) else { continue }
        throw Fault(
          .configuration, setting: "members",
          "members \(twin) and \(number) start from the same values and see the same data, so they would stay equal",
          hint: "use a parametrisation whose initial values depend on the seed, or `dropout`")
      }
    }
    return members.count == 1 ? members[0] : Array(members.joined())
  }
}
