// The parametrisations by name, with the numbers that only one of them has.
import Faults

/// What is trained in place of the factors A and B.
public enum ParametrisationSettings: Codable, Equatable, Sendable {
  /// Coefficients of `bases` random matrices for each factor, drawn by `seed`.
  case nola(bases: Int, seed: Int)
  /// A, C and B of B C A, all of them.
  case cores
  /// A, c and B of B diag(c) A, all of them.
  case diagonalCores

  /// Refuses what cannot be trained.
  ///
  /// - Throws: `Fault` of kind `.usage` with the flag's name.
  func validate() throws {
    switch self {
    case .nola(let bases, _):
      guard bases >= 1 else { throw Fault(.usage, "--bases", "found \(bases), expected 1 or more") }
    case .cores, .diagonalCores: break
    }
  }
}

extension AdapterSettings {
  /// The rank of the adapters that the network reads.
  var networkRank: Int { rank }

  /// The map from the trained vector to `layout`'s.
  func parametrisation(_ layout: LowRankLayout) -> any Parametrisation {
    let map: any Parametrisation =
      switch parametrisation {
      case nil: IdentityParametrisation(layout: layout)
      case .nola(let bases, let seed): NOLA(layout, bases: bases, seed: seed)
      case .cores: Cores(layout, isDiagonal: false)
      case .diagonalCores: Cores(layout, isDiagonal: true)
      }
    return variational.map { Variational(map, layout, $0) } ?? map
  }
}
