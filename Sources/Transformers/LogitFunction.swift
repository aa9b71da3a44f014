// What some decoders do to the logits of their output layer: a factor (Granite, Cohere), and a cap by tanh (Gemma 2).
import Arrays
import Foundation

/// z = cap tanh(factor y / cap), or factor y without a cap.
struct LogitFunction: Sendable {
  let factor: Float
  /// Nil for no cap.
  let cap: Float?

  init(_ architecture: Architecture) {
    (factor, cap) = (Float(architecture.logitScale), architecture.logitCap.map { Float($0) })
  }

  /// Turns y (count) into z.
  func apply(to y: Activations, count: Int) {
    if factor != 1 { multiply(y, by: factor, count: count) }
    guard let cap else { return }
    for index in 0..<count { y[index] = cap * tanh(y[index] / cap) }
  }

  /// z's derivative by y (count), nil where it is the same everywhere: `factor`.
  func slopes(_ z: Activations, count: Int, _ pass: Pass) -> Activations? {
    guard let cap else { return nil }
    let slopes = pass.room(count, kept: true)
    for index in 0..<count {
      let share = z[index] / cap
      slopes[index] = factor * (1 - share * share)
    }
    return slopes
  }

  /// Turns the gradient of z (count) into that of y.
  func backward(_ dz: Activations, slopes: Activations?, count: Int) {
    if let slopes {
      multiply(dz, by: slopes, count: count)
    } else if factor != 1 {
      multiply(dz, by: factor, count: count)
    }
  }
}
