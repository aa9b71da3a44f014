// What members that are trained together have to do with each other.
//
// BatchEnsemble (Wen, Tran and Ba 2020, arXiv:2002.06715) shares the slow weights and gives each member fast weights of its
// own. Here the slow weights are A, B and the head, and member m has the fast weights t_m on the rank: W + s B diag(t_m) A.
// So nothing of the pretrained function is multiplied by random numbers.
//
// Repulsive ensembles (D'Angelo and Fortuin 2021, arXiv:2106.11642) push members apart, so that they are samples of the
// posterior and do not meet in one mode. Each member has its own gradient and a force from the others. The original of such
// methods, SVGD (Liu and Wang 2016, arXiv:1608.04471), also adds the others' gradients; those of A_j and B_j mean nothing at
// A_i and B_i, because B A determines its factors only up to an invertible matrix.
import Artifacts
import Faults

/// How members are coupled; nil in `AdapterSettings` for not at all.
package enum MemberCoupling: Codable, Equatable, Sendable {
  /// They share all parameters but the cores (BatchEnsemble).
  case sharedFactors
  /// They repel each other with the strength β; 1 is that of the posterior, and 0 leaves an ensemble. N, the number of
  /// training examples, is filled in by a fit.
  case repulsion(strength: Double, examples: Int? = nil)

  /// β / N in a fit; 0 where nothing repels.
  package var force: Double {
    if case .repulsion(let strength, let examples) = self { strength / Double(examples ?? 1) } else { 0 }
  }
}

extension AdapterSettings {
  /// Whether all members have the values of `role` in common.
  package func areShared(_ role: ParameterRole) -> Bool { coupling == .sharedFactors && role != .core }

  /// Rejects a coupling that does not fit the rest.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  func validateCoupling() throws {
    guard let coupling else { return }
    let name = coupling == .sharedFactors ? "batch-ensemble" : "repulsion"
    guard members != nil else {
      throw Fault(.usage, setting: name, "it is about members that are trained together", hint: "set `members`")
    }
    switch coupling {
    case .sharedFactors:
      guard parametrisation == .diagonalCores else {
        throw Fault(
          .usage, setting: name, "BatchEnsemble has its own parametrisation", hint: "leave out `parametrisation`")
      }
    case .repulsion(let strength, _):
      guard strength >= 0, strength.isFinite else {
        throw Fault(.usage, setting: name, "found \(strength), expected 0 or more")
      }
    }
  }
}
