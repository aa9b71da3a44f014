// Which part of the new texts a stage predicts.
import ArgumentParser

/// The `index`-th of `count` parts, written from 1 as `3/16`.
struct Shard: ExpressibleByArgument, CustomStringConvertible {
  /// From 0.
  let index: Int
  let count: Int

  /// All texts.
  init() { (index, count) = (0, 1) }

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1], (1...100_000).contains(count),
      (1...count).contains(number)
    else { return nil }
    (index, self.count) = (number - 1, count)
  }

  var description: String { "\(index + 1)/\(count)" }
  var defaultValueDescription: String { description }
}
