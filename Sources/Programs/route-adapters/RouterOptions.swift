// The flags of the router's training, one for each setting.
import ArgumentParser
import Posteriors

private let defaults = RouterSettings()

/// How the router is trained.
struct RouterOptions: ParsableArguments {
  @Option(help: "Seed of its initial values, of the order of the rows and of the missing adapters.")
  var seed = defaults.seed
  @Option(help: "Probability that an adapter is missing from the library when a training row is answered.")
  var missing = defaults.missing
  @Option(help: "Largest learning rate.") var learningRate = defaults.learningRate
  @Option(help: "Passes over the training rows.") var epochs = defaults.epochs
  @Option(help: "Training rows in a step.") var batchSize = defaults.batchSize

  /// The settings that the flags give.
  var settings: RouterSettings {
    var settings = RouterSettings()
    (settings.seed, settings.missing, settings.learningRate) = (seed, missing, learningRate)
    (settings.epochs, settings.batchSize) = (epochs, batchSize)
    return settings
  }
}
