// Words recur: what a model made of a word is kept. The cache changes no id, only the time.
import Synchronization

/// The ids of words met before; any number of threads may use it at once.
final class WordCache: Sendable {
  /// Words up to this many bytes are kept: longer ones hardly recur.
  private static let longestWord = 48
  /// A part that holds this many words is emptied.
  private static let wordsPerPart = 1 << 13

  private struct Part {
    var words = ByteTable()
    var ids: [Int32] = []
    /// Where each word's ids end, after a leading 0.
    var ends: [Int] = [0]
  }

  private final class LockedPart: Sendable {
    let part = Mutex(Part())
  }

  /// Threads seldom meet in one of sixteen.
  private let parts = (0..<16).map { _ in LockedPart() }

  /// Appends the ids of `word`, which `compute` finds when the word is new here.
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
      // Another thread may have been faster.
      guard part.words.insert(word).isNew else { return }
      part.ids += ids[start...]
      part.ends.append(part.ids.count)
    }
  }
}
