// Fits of a tiny experiment.
import Adapters
import Artifacts
import Training

extension AdapterSettings {
  /// Settings that fit a tiny experiment in milliseconds: rank 2, at a rate of 0.01.
  package static func tiny(batchSize: Int, epochs: Int) -> AdapterSettings {
    var settings = AdapterSettings()
    (settings.rank, settings.batchSize, settings.epochs, settings.learningRate) = (2, batchSize, epochs, 1e-2)
    return settings
  }
}

/// The adapter at the end of a fit.
package func fitted(
  _ scorer: Scorer, _ settings: AdapterSettings, seed: Int = 0, method: String = "point"
) throws -> Adapter {
  var run = try TrainingRun(scorer, settings, seed: seed)
  try run.finish()
  return try run.adapter(method: method)
}

/// The adapter at the end of a fit that was stopped after `stop` steps, and resumed from its checkpoint in `folder`.
package func resumed(
  _ scorer: Scorer, _ settings: AdapterSettings, method: String = "point", after stop: Int, in folder: String
) throws -> Adapter {
  var run = try stopped({ try TrainingRun(scorer, settings, seed: 0) }, after: stop, in: folder)
  try run.finish()
  return try run.adapter(method: method)
}
