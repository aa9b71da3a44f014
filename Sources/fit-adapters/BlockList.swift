// Numbers of blocks, as users write them.
import ArgumentParser

/// Numbers and ranges of numbers in ascending order, separated by commas: 0,2-5.
struct BlockList: ExpressibleByArgument {
  /// All of them.
  let numbers: [Int]

  /// Nil where the text is no such list.
  init?(argument: String) {
    var numbers: [Int] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
        numbers.last.map({ $0 < first }) ?? true, last < 1 << 16
      else { return nil }
      numbers += first...last
    }
    self.numbers = numbers
  }
}
