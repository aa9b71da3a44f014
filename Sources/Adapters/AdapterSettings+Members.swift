// Members that are trained together: which settings allow them, and the check of the stages that need a single adapter.
import Artifacts
import Faults
import JSON

extension AdapterSettings {
  /// Rejects members that cannot be trained together.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  func validateMembers() throws {
    guard let members else { return }
    try Fault.check(members, of: "members", in: 1...1024)
    guard parametrisation != .full else {
      throw Fault(
        .usage, setting: "members", "members share a frozen base, but full fine-tuning trains the base",
        hint: "fit each with a `seed` of its own, for method full-ensemble")
    }
    if case .rankMasks = parametrisation {
      throw Fault(
        .usage, setting: "members", "rank masks are of a single adapter", hint: "fit each with a `seed` of its own")
    }
    guard loss.draws == 1 else {
      throw Fault(
        .usage, setting: "members", "several draws of the dropout are of a single adapter",
        hint: "leave out `members` or `diversity`")
    }
    guard variational == nil else {
      throw Fault(
        .usage, setting: "members", "a variational method fits a single adapter, whose spread it learns",
        hint: "leave out `members` or `variational`")
    }
  }

  /// The settings of a file that holds one adapter.
  ///
  /// - Throws: `Fault` of kind `.configuration` if it holds members that were trained together.
  package init(ofOneIn adapter: Adapter, path: String) throws {
    self = try AdapterSettings(canonicalJSON: adapter.settings, subject: path)
    if let cycles {
      throw Fault(
        .configuration, path, "found \(cycles.vectors) snapshots of a fit with cycles, expected one adapter",
        hint: "fit one without `cycles`; these are for `method \(sparsity == nil ? "snapshots" : "tickets")`")
    }
    if let members {
      throw Fault(
        .configuration, path, "found \(members) members that were trained together, expected one adapter",
        hint: "fit one without `members`; the members are for `method lora-ensemble`")
    }
  }
}
