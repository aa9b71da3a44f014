// The artifact of `collect-chain`: draws from the posterior over an adapter's parameters.

/// The draws of one chain of Hamiltonian Monte Carlo.
package struct Chain: Equatable, Sendable {
  /// The seed of the adapter that the chain started from.
  package var seed = 0
  /// The content digest of the base.
  package var baseDigest = ""
  /// The content digest of the tokens that the posterior is conditioned on.
  package var tokensDigest = ""
  /// All settings of the fit and of the chain, as canonical JSON.
  package var settings = "{}"
  /// Names and shapes.
  package var parameters = ParameterTable()
  /// [draw, parameter] The draws, in the order of the chain.
  package var draws: [Float] = []
  /// [draw] Minus the log of likelihood times prior, in nats, up to a constant.
  package var potentials: [Double] = []
  /// The leapfrog step after the warm-up.
  package var stepSize = 0.0
  /// The mean chance of acceptance after the warm-up.
  package var acceptance = 0.0
  /// Transitions after the warm-up whose energy error was not bounded.
  package var divergences = 0
  /// Gradients over the whole training set.
  package var gradients = 0
  /// What it cost, including the adapter.
  package var cost = Cost()

  /// No draws, to be filled in.
  package init() {}

  /// The number of draws.
  package var count: Int { potentials.count }

  /// One draw: [parameter].
  package func draw(_ index: Int) -> [Float] {
    Array(draws[index * parameters.count..<(index + 1) * parameters.count])
  }
}
