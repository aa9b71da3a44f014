// The arenas of a scorer. A pass that is computed in one go uses the arena of its thread. One whose backward pass comes
// later, perhaps on another thread, borrows an arena until then.
import Arrays
import Synchronization

/// Arenas that are reused from call to call.
///
/// Sendable is unchecked, because every access to the lists is under the lock, and an arena has one holder at a time.
final class ArenaPool: @unchecked Sendable {
  private var all: [Arena]
  private var free: [Arena]
  private let lock = Mutex(())

  /// A pool with an arena for each thread.
  init(threads: Int) {
    all = (0..<threads).map { _ in Arena() }
    free = all
  }

  /// The arena of a thread, for a pass that is computed in one go. Do not use it while passes borrow arenas.
  subscript(thread: Int) -> Arena { lock.withLock { _ in all[thread] } }

  /// An empty arena, until it is given back. More are made as needed.
  func borrow() -> Arena {
    let arena = lock.withLock { _ -> Arena in
      if let free = free.popLast() { return free }
      all.append(Arena())
      return all.last!
    }
    arena.reset()
    return arena
  }

  /// Returns a borrowed arena.
  func giveBack(_ arena: Arena) { lock.withLock { _ in free.append(arena) } }

  /// [byte] The most that each has taken so far, summed.
  var peakBytes: Int {
    lock.withLock { _ in all.reduce(0) { $0 + $1.peakBytes + $1.scratch.peakBytes } }
  }
}
