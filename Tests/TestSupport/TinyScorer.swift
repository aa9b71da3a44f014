// A scorer on a tiny experiment, and parameters where no gradient vanishes.
import Adapters
import Artifacts
import Training

/// A scorer on a tiny experiment.
package func tinyScorer(
  _ folder: String, _ scoring: TokenizedSet.Scoring, _ settings: AdapterSettings = AdapterSettings(), threads: Int = 1,
  data: ((TokenizedSet) -> TokenizedSet)? = nil
) throws -> Scorer {
  let experiment = try TinyExperiment(in: folder, scoring: scoring)
  let tokens = data?(experiment.tokens) ?? experiment.tokens
  return try Scorer(
    experiment.architecture, base: experiment.base, data: tokens, settings: settings, threads: threads)
}

extension LowRankLayout {
  /// Values with B away from zero.
  package var scattered: [Float] {
    initialValues(seed: 3).enumerated().map { $0.element + 0.05 * Float($0.offset % 7 - 3) }
  }
}
