// Memory for one thread's activations: taken by moving a mark, given back all at once, kept from step to step.
import Glibc

/// A bump allocator for numbers. It belongs to one thread at a time.
///
/// Numbers are not set to anything, and aligned to a cache line. Nothing that was allocated before moves when it grows.
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
  /// The chunk that is being filled; those behind it are free.
  private var chunk = 0
  /// Numbers taken from it.
  private var used = 0
  private let chunkCount: Int

  /// An arena that grows by chunks of at least `chunkBytes`; it holds nothing before the first allocation.
  package init(chunkBytes: Int = 16 << 20) {
    precondition(chunkBytes > 0, "chunks of \(chunkBytes) bytes")
    chunkCount = max(chunkBytes / MemoryLayout<Float>.stride, Self.line)
  }

  /// A second arena of the same thread, for numbers that do not outlive a layer: given back after each, they stay near the
  /// processor.
  package var scratch: Arena {
    if let second { return second }
    let made = Arena(chunkBytes: chunkCount * MemoryLayout<Float>.stride)
    second = made
    return made
  }
  private var second: Arena?

  deinit { for chunk in chunks { UnsafeMutableRawPointer(chunk.baseAddress!).deallocate() } }

  /// The most that was in use at one time, in bytes, ends of chunks that stayed empty included.
  package private(set) var peakBytes = 0

  /// Room for `count` numbers, until the arena is reset to a mark that was made before.
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

  /// Where the arena is now.
  package func mark() -> Mark { Mark(chunk: chunk, used: used) }

  /// Gives back all that was allocated since `mark`.
  package func reset(to mark: Mark) {
    precondition((mark.chunk, mark.used) <= (chunk, used), "a mark that was already given back")
    (chunk, used) = (mark.chunk, mark.used)
  }

  /// Gives back everything, the scratch arena's too, and keeps the memory for the next step.
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
    // Kernels walk through many rows at once: with small pages they wait for the addresses of pages.
    if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }
    chunks.append(UnsafeMutableBufferPointer(start: raw.bindMemory(to: Float.self, capacity: count), count: count))
  }
}
