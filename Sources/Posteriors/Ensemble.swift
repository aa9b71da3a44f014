// LoRA ensembles (Wang et al. 2023, arXiv:2310.00035; Lakshminarayanan et al. 2017, arXiv:1612.01474): members that
// differ in the initialisation of A and in the order of the data, on one frozen base. Their probabilities are averaged,
// never their logits.
import Artifacts
import Faults

extension FixedMembers {
  /// M trained vectors, from M adapter files with the same settings and different seeds.
  ///
  /// - Parameter method: its name.
  /// - Throws: `Fault` of kind `.usage` without adapters or with other files; `.configuration` for members that differ
  ///   in more than their seed, or not even in that.
  package static func ensemble(_ request: PosteriorRequest, method: String = "ensemble") throws -> FixedMembers {
    let members = try request.membersAdapters(method)
    try checkMembers(request.adapters.map { ($0.path, $0.adapter.seed, $0.adapter.settings, $0.adapter.tokensDigest) })
    return FixedMembers(ensemble: members.map(\.values))
  }
}

/// Refuses members that are not draws of one experiment.
///
/// - Throws: `Fault` of kind `.configuration` naming the file.
func checkMembers(_ members: [(path: String, seed: Int, settings: String, tokens: String)]) throws {
  var seen: [Int: String] = [:]
  for member in members {
    if let other = seen[member.seed] {
      throw Fault(
        .configuration, member.path, "it has the seed \(member.seed) of \(other)",
        hint: "give every member a seed of its own")
    }
    seen[member.seed] = member.path
    guard member.settings == members[0].settings, member.tokens == members[0].tokens else {
      throw Fault(
        .configuration, member.path, "its settings or tokens differ from those of \(members[0].path)",
        hint: "members of one ensemble differ in their seed alone")
    }
  }
}
