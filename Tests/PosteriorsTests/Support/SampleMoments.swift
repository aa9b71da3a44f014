// SWAG's moments of a few vectors that are written down here, for tests that need no network.
import Artifacts
import Foundation
import Posteriors

/// Moments of seven snapshots of four numbers in two tensors, with `rank` deviations held.
func sampleMoments(rank: Int = 3, seed: Int = 0, snapshots: Int = 7) -> SwagMoments {
  var collector = SwagCollector(parameters: 4, maximumRank: rank)
  for snapshot in 0..<snapshots {
    let t = Float(snapshot + 3 * seed)
    collector.collect([1 + 0.3 * sin(2 * t), -2 + 0.2 * cos(3 * t) + 0.3 * sin(2 * t), 0.5 * sin(t), 4 + 0.01 * t])
  }
  var moments = SwagMoments()
  moments.parameters.append("base_model.model.x.lora_A.weight", shape: [1, 2])
  moments.parameters.append("base_model.model.x.lora_B.weight", shape: [2, 1])
  (moments.seed, moments.settings) = (seed, "{}")
  collector.store(into: &moments)
  return moments
}
