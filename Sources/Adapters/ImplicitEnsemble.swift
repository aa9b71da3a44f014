// LoRA-Ensemble (arXiv:2405.14438): members that are trained and asked in one batched pass over one frozen base. The
// trained vector is the members' vectors, one after the other. A member has the seed, and so the start and the dropout
// masks, that the member of that number has in an ensemble of separate fits; what differs is that all members see the
// same minibatches.
import Artifacts
import Faults
import Transformers

extension AdapterSettings {
  /// Refuses members that cannot be trained together.
  ///
  /// - Throws: `Fault` of kind `.usage` with the flag's name.
  func validateMembers() throws {
    guard let members else { return }
    guard (1...1024).contains(members) else {
      throw Fault(.usage, "--members", "found \(members), expected 1 to 1024")
    }
    guard parametrisation != .full else {
      throw Fault(
        .usage, "--members", "members share a frozen base, and fine-tuning in full leaves none",
        hint: "fit each with a --seed of its own, for method full-ensemble")
    }
    guard variational == nil else {
      throw Fault(
        .usage, "--members", "a variational method has a spread of its own, and is fitted alone",
        hint: "leave out --members, or --variational")
    }
  }

  /// The settings of a file that holds one adapter.
  ///
  /// - Throws: `Fault` of kind `.configuration` where it holds members that were trained together.
  public init(ofOneIn adapter: Adapter, path: String) throws {
    self = try AdapterSettings(canonicalJSON: adapter.settings, subject: path)
    if let members {
      throw Fault(
        .configuration, path, "it holds \(members) members that were trained together, and not one adapter",
        hint: "fit one without --members; these are for sample-posterior --method lora-ensemble")
    }
  }
}

extension ParameterTable {
  /// The table of `members` vectors one after the other; nil: of one.
  public func repeated(_ members: Int?) -> ParameterTable {
    guard let members else { return self }
    var table = ParameterTable()
    for member in 0..<members {
      for entry in entries { table.append("members.\(member).\(entry.name)", shape: entry.shape) }
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
  public func range(ofMember member: Int) -> Range<Int> {
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
          .configuration, "--members",
          "members \(twin) and \(number) begin alike, and would stay so: all see the same data",
          hint: "take a parametrisation whose start depends on the seed, or --dropout")
      }
    }
    return members.count == 1 ? members[0] : Array(members.joined())
  }
}
