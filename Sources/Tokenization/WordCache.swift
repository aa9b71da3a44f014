// A cache of encoded words, since words recur. It changes only the time, never an id.
import Synchronization

/// The ids of words seen before; any number of threads may use it at once.
final class WordCache: Sendable {
  /// Maximum length in bytes of a cached word: longer ones rarely recur.
  private static let longestWord = 48
  /// A part with this many words is emptied.
  private static let wordsPerPart = 1 << 13

  private struct Part {
    var words = ByteTable()
    var ids: [Int32] = []
    /// The end of each word's ids, after a leading 0.
    var ends: [Int] = [0]
  }

  private final class LockedPart: Sendable {
    let part = Mutex(Part())
  }

  /// With sixteen locks, threads rarely wait for each other.
  private let parts = (0..<16).map { _ in LockedPart() }

  /// Appends the ids of `word`; `compute` appends them if the word is not in the cache.
  func append(_ word: UnsafeRawBufferPointer, to ids: inout [Int32], _ compute: (inout [Int32]) -> Void) {
    guard word.count <= Self.longestWord, let first = word.first, let last = word.last else { return compute(&ids) }
    let part = parts[(Int(first) &* 31 &+ Int(last) &+ word.count) & 15]
    let isFound = part.part.withLock { part in
      guard let number = part.words.find(word) else { return false }
      ids += part.ids[part.ends[number]..<part.ends[number + 1]]
      return true
    }
    if isFound { return }
    let start = ids.count
    compute(&ids)
    part.part.withLock { part in
      if part.words.count == Self.wordsPerPart { part = Part() }
      // Another thread may have inserted it meanwhile.
      guard part.words.insert(word).isNew else { return }
      part.ids += ids[start...]
      part.ends.append(part.ids.count)
    }
  }
}
