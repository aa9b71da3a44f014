// The gradient of a step as a sum over its parts, which are added in a fixed order. The sum therefore has the same bits
// whichever thread computes a part.
import Arrays

/// Sums the loss and the gradient of a step's parts. The memory is reused from step to step.
struct OrderedGradientSum {
  /// [part][parameter] The gradient of each part of the last step.
  private var partials: [[Float]] = []
  /// [parameter] Their sum.
  var total: [Float] = []

  /// Computes the parts on several threads, sets `total` to the sum of their gradients and returns that of their losses.
  ///
  /// - Parameter addGradient: returns the loss of a part and adds its gradient to `gradient`, which holds zeros. `worker`
  ///   is the index of the calling thread.
  mutating func sum(
    parts: Int, parameters: Int, threads: Int,
    _ addGradient: (_ part: Int, _ worker: Int, _ gradient: UnsafeMutablePointer<Float>) -> Double
  ) -> Double {
    if partials.first?.count != parameters { partials = [] }
    while partials.count < parts { partials.append([Float](repeating: 0, count: parameters)) }
    var losses = [Double](repeating: 0, count: parts)
    losses.withUnsafeMutableBufferPointer { losses in
      partials.withUnsafeMutableBufferPointer { partials in
        withoutActuallyEscaping(addGradient) { addGradient in
          // Safe, because each part writes only its own loss and gradient.
          nonisolated(unsafe) let (losses, partials, addGradient) = (losses, partials, addGradient)
          parallel(parts: parts, threads: threads) { part, worker in
            partials[part].withUnsafeMutableBufferPointer { gradient in
              gradient.update(repeating: 0)
              losses[part] = addGradient(part, worker, gradient.baseAddress!)
            }
          }
        }
      }
    }
    total.removeAll(keepingCapacity: true)
    total.append(contentsOf: repeatElement(0, count: parameters))
    for part in 0..<parts { add(partials[part], to: &total, count: parameters) }
    return losses.reduce(0, +)
  }
}
