// Successive random choices from a counter-based stream.
import Arrays

/// A cursor over a stream of random numbers.
struct Draws {
  private let stream: RandomStream
  private var next = 0

  /// The questions' stream at `place`.
  init(seed: UInt64, place: (UInt32, UInt32)) {
    stream = RandomStream(seed: seed, purpose: .questions, place: place)
  }

  /// A random integer below `bound`.
  mutating func integer(below bound: Int) -> Int {
    defer { next += 1 }
    return stream.integer(next, below: bound)
  }

  /// The elements in a random order (Fisher and Yates).
  mutating func shuffled<Element>(_ list: [Element]) -> [Element] {
    var list = list
    for last in stride(from: list.count - 1, to: 0, by: -1) { list.swapAt(last, integer(below: last + 1)) }
    return list
  }
}
