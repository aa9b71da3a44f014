// What a search has learned about its text. Whether the rest of a pattern matches depends on the instruction and the
// position alone (there are no back-references), so that no such place needs a second try.

/// Places, each an instruction and a position, that were tried and what came of it.
struct PatternMemo {
  private struct Place: Hashable {
    let instruction: Int
    let position: Int
  }

  /// For a place that failed, a position below it; there may be more failed ones between that and the next open one.
  private var failures: [Place: Int] = [:]
  private var successes: Set<Place> = []
  /// The last run that each instruction has measured.
  private var runs: [Int: Range<Int>] = [:]

  mutating func noteFailure(_ instruction: Int, _ position: Int) {
    failures[Place(instruction: instruction, position: position)] = position - 1
  }

  /// Notes a place in a look-ahead that has matched.
  mutating func noteSuccess(_ instruction: Int, _ position: Int) {
    successes.insert(Place(instruction: instruction, position: position))
  }

  func succeeded(_ instruction: Int, _ position: Int) -> Bool {
    successes.contains(Place(instruction: instruction, position: position))
  }

  /// The last position from `least` to `position` at which `instruction` has not failed, or nil. Failed positions are
  /// stepped over together: each one on the way is made to point to the position that was found.
  mutating func lastOpen(_ instruction: Int, _ position: Int, least: Int) -> Int? {
    var open = position
    while open >= least, let next = failures[Place(instruction: instruction, position: open)] { open = next }
    var passed = position
    while passed > open, let next = failures[Place(instruction: instruction, position: passed)], next > open {
      failures[Place(instruction: instruction, position: passed)] = open
      passed = next
    }
    return open >= least ? open : nil
  }

  /// The last run that `instruction` has measured; empty where there is none.
  func run(of instruction: Int) -> Range<Int> { runs[instruction] ?? 0..<0 }

  mutating func noteRun(_ instruction: Int, _ run: Range<Int>) { runs[instruction] = run }
}
