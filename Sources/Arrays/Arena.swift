// Memory for one thread's activations: allocation moves a mark, all of it is freed at once, and the memory is reused at
// the next step.
import Glibc

/// A bump allocator of Floats. Only one thread at a time may use it.
///
/// Allocations are uninitialised and aligned to a cache line. Growing the arena never moves earlier allocations.
package final class Arena {
  /// A state of an arena, to return to.
  package struct Mark {
    fileprivate let chunk: Int
    fileprivate let used: Int
  }

  private static let alignment = 64
  /// The size of a large page on x86-64 and most arm64 systems.
  private static let largePage = 2 << 20
  /// Floats in a cache line.
  private static let line = alignment / MemoryLayout<Float>.stride

  private var chunks: [UnsafeMutableBufferPointer<Float>] = []
  /// Index of the chunk that is being filled; those after it are free.
  private var chunk = 0
  /// Floats used in it.
  private var used = 0
  private let chunkCount: Int

  /// An arena that grows by chunks of at least `chunkBytes`; it has no memory before the first allocation.
  package init(chunkBytes: Int = 16 << 20) {
    precondition(chunkBytes > 0, "chunks of \(chunkBytes) bytes")
    chunkCount = max(chunkBytes / MemoryLayout<Float>.stride, Self.line)
  }

  /// A second arena of the same thread, for values that live within one layer: reset after each layer, they stay in
  /// cache.
  package var scratch: Arena {
    if let second { return second }
    let made = Arena(chunkBytes: chunkCount * MemoryLayout<Float>.stride)
    second = made
    return made
  }
  private var second: Arena?

  deinit { for chunk in chunks { UnsafeMutableRawPointer(chunk.baseAddress!).deallocate() } }

  /// The peak of the memory in use, in bytes, including unused ends of chunks.
  package private(set) var peakBytes = 0

  /// Memory for `count` Floats, valid until the arena is reset to an earlier mark.
  package func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    precondition(count >= 0, "\(count) numbers")
    let taken = max(1, (count + Self.line - 1) / Self.line) * Self.line
    while chunk < chunks.count && chunks[chunk].count - used < taken { (chunk, used) = (chunk + 1, 0) }
    if chunk == chunks.count { grow(max(taken, chunkCount)) }
    let start = chunks[chunk].baseAddress! + used
    used += taken
    peakBytes = max(peakBytes, inUse)
    return start
  }

  /// The current position.
  package func mark() -> Mark { Mark(chunk: chunk, used: used) }

  /// Frees everything that was allocated since `mark`.
  package func reset(to mark: Mark) {
    precondition((mark.chunk, mark.used) <= (chunk, used), "a mark that was already freed")
    (chunk, used) = (mark.chunk, mark.used)
  }

  /// Frees everything, the scratch arena's allocations too, and keeps the memory for the next step.
  package func reset() {
    (chunk, used) = (0, 0)
    second?.reset()
  }

  private var inUse: Int {
    (chunks[..<chunk].reduce(0) { $0 + $1.count } + used) * MemoryLayout<Float>.stride
  }

  private func grow(_ count: Int) {
    let bytes = count * MemoryLayout<Float>.stride
    let isLarge = bytes >= Self.largePage
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: isLarge ? Self.largePage : Self.alignment)
    // Large pages: kernels read many rows at once, and with small pages they wait for address translation.
    if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }
    chunks.append(UnsafeMutableBufferPointer(start: raw.bindMemory(to: Float.self, capacity: count), count: count))
  }
}
