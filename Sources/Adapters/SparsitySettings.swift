// Dynamic sparse training: masks keep a share of an adapter's entries, and change while it is trained. As tickets of one
// fit, each with a mask of its own, the vectors are the EDST ensemble of FreeTickets (Liu et al. 2022, "Deep ensembling
// with no overhead for either training or testing", arXiv:2106.14568).
//
// As in their code, the masks go on changing within a cycle. Where this differs: every tensor has the same density (they
// give small layers more, by ERK); the share that a change drops falls with the learning rate (their cosine has no effect);
// the first ticket begins with a large drop too; and a dropped entry cannot come back at once, so that nothing changes at a
// density of 1.
import Artifacts
import Faults

/// How dense the masks are, and when they change.
package struct SparsitySettings: Codable, Equatable, Sendable {
  /// The share of the entries of each tensor that are trained; all others are 0.
  package var density: Double
  /// Steps from one change to the next.
  package var interval = 10
  /// The share of the trained entries that a change drops at the largest learning rate; it falls with the rate.
  package var dropShare = 0.5
  /// The share that is dropped before each cycle.
  package var ticketDropShare = 0.8

  package init(density: Double) { self.density = density }

  /// Whether the masks are of tensors with this role: those of adapters. A head stays dense.
  package static func masks(_ role: ParameterRole) -> Bool { role.isAdapter }

  func validate() throws {
    guard density > 0, density <= 1 else {
      throw Fault(.usage, setting: "density", "found \(density), expected a share above 0 and up to 1")
    }
    try Fault.check(count: interval, of: "drop-interval")
    for (setting, share) in [("drop-share", dropShare), ("ticket-drop-share", ticketDropShare)] {
      guard (0..<1).contains(share) else {
        throw Fault(.usage, setting: setting, "found \(share), expected a share from 0 to below 1")
      }
    }
  }
}

extension AdapterSettings {
  /// The share of the trained entries that are dropped after `step` (0 for the first) of `total`; nil for no change.
  package func dropShare(after step: Int, total: Int) -> Double? {
    guard let sparsity, let cycles, step + 1 < total else { return nil }
    if cycles.begins(step: step + 1, total: total) { return sparsity.ticketDropShare }
    guard (step + 1) % sparsity.interval == 0 else { return nil }
    return sparsity.dropShare * cycles.rate(step: step + 1, total: total)
  }

  /// Rejects masks that do not fit the rest.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  func validateSparsity() throws {
    guard let sparsity else { return }
    try sparsity.validate()
    guard cycles != nil else {
      throw Fault(
        .usage, setting: "density", "masks are for the tickets of a fit with cycles", hint: "set `cycles`")
    }
    guard optimizer == nil else {
      throw Fault(
        .usage, setting: "optimizer", "AdamW alone can train under masks", hint: "leave out `optimizer` or `density`")
    }
    let reason: String? =
      switch parametrisation {
      case .olora: "OLoRA begins at full factors, of which a mask would take most away"
      case .rankMasks: "rank masks have masks of their own"
      default: nil
      }
    if let reason {
      throw Fault(.usage, setting: "density", reason, hint: "leave out `density` or `parametrisation`")
    }
  }
}
