// The gradient of a step as a sum over its passes, which are added in a fixed order. The sum therefore has the same bits
// whichever thread computes a pass, and whenever it ends.
import Arrays
import Synchronization

/// Sums the gradients of a step's passes. The memory is reused from step to step, and there are only as many gradients in
/// it as there are passes under way, or waiting for an earlier one.
///
/// Sendable is unchecked, because `total` is only written under the lock while a step is under way.
final class OrderedGradientSum: @unchecked Sendable {
  /// [parameter] The sum of the passes that have ended, as far as all earlier ones have.
  var total: [Float] = []

  private typealias Gradient = UnsafeMutablePointer<Float>
  private struct State {
    /// Gradients that wait for an earlier one, by the index of the pass.
    var waiting: [Int: Gradient] = [:]
    /// The index of the pass whose gradient is added next.
    var next = 0
    /// Memory for other gradients.
    var free: [Gradient] = []
  }
  // Safe, because every access to the memory behind these pointers is either under the lock or by its only holder.
  private nonisolated(unsafe) var state = State()
  private let lock = Mutex(())

  deinit { for gradient in state.free { gradient.deallocate() } }

  /// Computes passes that do not need each other on several threads, sets `total` to the sum of their gradients and returns
  /// that of their losses.
  ///
  /// - Parameter addGradient: returns the loss of a pass and adds its gradient to `gradient`, which holds zeros. `worker`
  ///   is the index of the calling thread.
  func sum(
    passes: Int, parameters: Int, threads: Int,
    _ addGradient: (_ pass: Int, _ worker: Int, _ gradient: UnsafeMutablePointer<Float>) -> Double
  ) -> Double {
    start(parameters: parameters)
    var losses = [Double](repeating: 0, count: passes)
    losses.withUnsafeMutableBufferPointer { losses in
      // Safe, because each pass writes only its own loss.
      nonisolated(unsafe) let losses = losses
      parallel(parts: passes, threads: threads) { pass, worker in
        let gradient = self.gradient()
        losses[pass] = addGradient(pass, worker, gradient)
        add(gradient, ofPass: pass)
      }
    }
    return losses.reduce(0, +)
  }

  /// Starts a step with `parameters` parameters.
  func start(parameters: Int) {
    precondition(state.waiting.isEmpty, "a pass of the last step has not been added")
    if parameters != total.count {
      for gradient in state.free { gradient.deallocate() }
      state.free = []
    }
    state.next = 0
    total.removeAll(keepingCapacity: true)
    total.append(contentsOf: repeatElement(0, count: parameters))
  }

  /// Memory for the gradient of a pass: zeros.
  func gradient() -> UnsafeMutablePointer<Float> {
    let memory = lock.withLock { _ in state.free.popLast() } ?? .allocate(capacity: max(1, total.count))
    memory.update(repeating: 0, count: total.count)
    return memory
  }

  /// Adds the gradient of the pass with this index. Its memory is used again.
  func add(_ gradient: UnsafeMutablePointer<Float>, ofPass index: Int) {
    lock.withLock { _ in
      state.waiting[index] = gradient
      while let gradient = state.waiting.removeValue(forKey: state.next) {
        Arrays.add(gradient, to: &total, count: total.count)
        state.free.append(gradient)
        state.next += 1
      }
    }
  }
}
