// The method `hmc`: the draws of several chains of Hamiltonian Monte Carlo. With chains that are long enough it is the
// posterior itself, to which approximations can be compared; `compare-predictions` tells whether they are.
import Artifacts
import Faults

/// The draws of M chains, each a member.
package struct HamiltonianDraws: Posterior {
  private let chains: [Chain]

  /// From one or more files of `collect-chain` with the same settings and different seeds.
  ///
  /// - Throws: `Fault` of kind `.usage` without files; `.configuration` for chains that differ in more than their seed.
  package init(_ request: PosteriorRequest) throws { chains = try request.members(Chain.self).map(\.file) }

  package var groups: Int { chains.count }
  package var samples: Int { chains[0].count }
  package func draw(group: Int, sample: Int) -> Draw { Draw(values: chains[group].draw(sample)) }
  /// The numbers of all draws.
  package var storedParameters: Int { chains.reduce(0) { $0 + $1.draws.count } }

  /// Remarks if nobody can tell whether the chains have converged, or some transitions have diverged.
  package var warnings: [String] {
    let diverged = chains.reduce(0) { $0 + $1.divergences }
    return (groups == 1 ? ["one chain: its convergence cannot be judged"] : [])
      + (diverged > 0 ? ["\(diverged) transitions diverged: the chains may have left out a part of the posterior"] : [])
  }
}
