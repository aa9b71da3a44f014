// Runs the passes of a step on threads. The loss of a part needs the logits of all its slices, so a backward pass waits
// for the forward passes of its part. Forward passes of later parts are done in the meantime.
import Arrays
import Dispatch
import Synchronization

/// A forward or backward pass of one slice.
private struct ScheduledPass {
  let part: Int
  let slice: Int
  let isBackward: Bool
}

/// Runs, for every part, the forward passes of its slices, then `loss` once, then the backward passes of its slices.
///
/// Parts and slices are begun in their order, on up to `threads` threads. Each function may run on any of them; what they
/// compute must depend on their arguments alone.
///
/// - Parameter slices: [part] the number of slices, at least one.
package func runCoupledPasses(
  slices: [Int], threads: Int, forward: (_ part: Int, _ slice: Int) -> Void, loss: (_ part: Int) -> Void,
  backward: (_ part: Int, _ slice: Int) -> Void
) {
  let tasks = order(slices, threads: threads)
  let forwardPasses = slices.map { count in
    let group = DispatchGroup()
    for _ in 0..<count { group.enter() }
    return group
  }
  let missing = Mutex(slices)
  parallel(parts: tasks.count, threads: threads) { index, _ in
    let (part, slice) = (tasks[index].part, tasks[index].slice)
    if tasks[index].isBackward {
      // Its forward passes have been handed out before, so each has ended or is running, and none of them waits.
      forwardPasses[part].wait()
      return backward(part, slice)
    }
    forward(part, slice)
    let isLast = missing.withLock { missing in
      missing[part] -= 1
      return missing[part] == 0
    }
    if isLast { loss(part) }
    forwardPasses[part].leave()
    if slices[part] == 1 { backward(part, slice) }
  }
}

/// The order in which the passes are begun. Backward passes come half as many parts later as there are threads, so that
/// no thread has to wait; with more parts in between, more activations would be held. The backward pass of a part of one
/// slice follows its forward pass at once, and is not listed.
private func order(_ slices: [Int], threads: Int) -> [ScheduledPass] {
  let distance = threads / 2
  return (0..<slices.count + distance).flatMap { index in
    passes(of: index, slices, isBackward: false) + passes(of: index - distance, slices, isBackward: true)
  }
}

/// The passes of a part in one direction; none beyond the parts.
private func passes(of part: Int, _ slices: [Int], isBackward: Bool) -> [ScheduledPass] {
  guard slices.indices.contains(part), !isBackward || slices[part] > 1 else { return [] }
  return (0..<slices[part]).map { ScheduledPass(part: part, slice: $0, isBackward: isBackward) }
}
