// Learning rates as functions of the step alone, so that a checkpoint does not have to store them.
import Adapters
import Foundation

/// A linear warm-up from zero to the largest rate, followed by a decay.
package struct LearningRateSchedule {
  /// The largest rate.
  package var largest: Double
  /// The share of the steps in which the rate rises.
  package var warmup: Double
  /// How the rate falls after the warm-up.
  package var decay: AdapterSettings.Decay

  package init(largest: Double, warmup: Double, decay: AdapterSettings.Decay) {
    (self.largest, self.warmup, self.decay) = (largest, warmup, decay)
  }

  /// The rate of step `step` (0 for the first) of `total`.
  package func rate(step: Int, total: Int) -> Double {
    let warm = max(1, Int((warmup * Double(total)).rounded()))
    if warmup > 0 && step < warm { return largest * Double(step + 1) / Double(warm) }
    let begun = warmup > 0 ? warm : 0
    let progress = Double(step - begun) / Double(max(1, total - begun))
    switch decay {
    case .constant: return largest
    case .linear: return largest * (1 - progress)
    case .cosine: return largest * 0.5 * (1 + cos(Double.pi * progress))
    }
  }
}

extension AdapterSettings {
  /// The learning rate of step `step` (0 for the first) of `total`.
  package func learningRate(step: Int, total: Int) -> Double {
    if let cycles { return learningRate * cycles.rate(step: step, total: total) }
    return LearningRateSchedule(largest: learningRate, warmup: warmup, decay: decay).rate(step: step, total: total)
  }
}
