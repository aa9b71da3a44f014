// collect-chain: draws from the posterior over an adapter's parameters by Hamiltonian Monte Carlo.
import ArgumentParser
import NetworkStages
import Posteriors
import StageKit

private let defaults = ChainSettings()

@main struct CollectChain: Stage {
  static let configuration = CommandConfiguration(
    commandName: "collect-chain", abstract: "Draw from the posterior by Hamiltonian Monte Carlo.",
    discussion: """
      The posterior is that of all training examples of the adapter's fit and a normal prior.
      Every gradient is over all of them, so this is for few parameters and examples.
      Example:
        .build/release/collect-chain \\
          --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --adapter runs/almanac/adapters/point-0.h5 --output chain.h5
      """)

  @OptionGroup var inputs: ContinuationOptions
  @Option(help: "Standard deviation of the prior.") var priorDeviation = defaults.priorDeviation
  @Option(help: "Transitions before the first draw.") var warmupTransitions = defaults.warmup
  @Option(help: "Draws.") var draws = defaults.draws
  @Option(help: "Transitions from one draw to the next.") var thinning = defaults.thinning
  @Option(help: "Most leapfrog steps, that is gradients, of a transition.") var steps = defaults.steps
  @Option(help: "The first step, in standard deviations of the prior.") var stepSize = defaults.stepSize
  @Option(help: "The chance of acceptance that the step is tuned for.") var targetAcceptance = defaults.targetAcceptance
  @Option(help: "How far from the adapter the chain starts, in standard deviations of the prior.")
  var spread = defaults.spread
  @Option(help: "Seed of the chain, together with that of the adapter.") var seed = defaults.seed
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try settings.validate()
    let start = try inputs.open(context)
    var run = try ChainRun(start.scorer, from: start.adapter, fit: start.fit, settings)
    try start.announce(run.memory)
    let chain = try start.finish(&run, settings: settings, checkpoints) { try $0.file() }
    context.say(
      "\(chain.count) draws from \(chain.gradients) gradients, accepted \(chain.acceptance.formatted(2)), step "
        + "\(chain.stepSize.formatted(4)), \(chain.divergences) diverged")
  }

  private var settings: ChainSettings {
    var settings = ChainSettings()
    (settings.priorDeviation, settings.warmup, settings.draws) = (priorDeviation, warmupTransitions, draws)
    (settings.thinning, settings.steps, settings.stepSize) = (thinning, steps, stepSize)
    (settings.targetAcceptance, settings.spread, settings.seed) = (targetAcceptance, spread, seed)
    return settings
  }
}
