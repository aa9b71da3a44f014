// Learning rates as functions of the step alone, so that a resumed run needs no memory of them.
import Foundation

extension AdapterSettings {
  /// The learning rate of step `step` (0 for the first) of `total`: up from zero over the warm-up, then down.
  public func learningRate(step: Int, total: Int) -> Double {
    let warm = max(1, Int((warmup * Double(total)).rounded()))
    if warmup > 0 && step < warm { return learningRate * Double(step + 1) / Double(warm) }
    let begun = warmup > 0 ? warm : 0
    let progress = Double(step - begun) / Double(max(1, total - begun))
    switch decay {
    case .constant: return learningRate
    case .linear: return learningRate * (1 - progress)
    case .cosine: return learningRate * 0.5 * (1 + cos(Double.pi * progress))
    }
  }
}
