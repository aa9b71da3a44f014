// What a search has learned about its text. Whether the rest of a pattern matches depends only on the instruction and
// the position (there are no back-references), so that no state needs to be tried twice.

/// States, each an instruction and a position, with their results.
struct PatternMemo {
  private struct State: Hashable {
    let instruction: Int
    let position: Int
  }

  /// For a state that failed, a lower position to continue at, which may have failed too.
  private var failures: [State: Int] = [:]
  private var successes: Set<State> = []
  /// The last run that each instruction measured.
  private var runs: [Int: Range<Int>] = [:]

  mutating func noteFailure(_ instruction: Int, _ position: Int) {
    failures[State(instruction: instruction, position: position)] = position - 1
  }

  /// Notes a state in a look-ahead that matched.
  mutating func noteSuccess(_ instruction: Int, _ position: Int) {
    successes.insert(State(instruction: instruction, position: position))
  }

  func succeeded(_ instruction: Int, _ position: Int) -> Bool {
    successes.contains(State(instruction: instruction, position: position))
  }

  /// The last position from `least` to `position` at which `instruction` has not failed, or nil. Like union-find, it
  /// compresses paths: each failed position on the way then points to the position that was found.
  mutating func lastOpen(_ instruction: Int, _ position: Int, least: Int) -> Int? {
    var open = position
    while open >= least, let next = failures[State(instruction: instruction, position: open)] { open = next }
    var passed = position
    while passed > open, let next = failures[State(instruction: instruction, position: passed)], next > open {
      failures[State(instruction: instruction, position: passed)] = open
      passed = next
    }
    return open >= least ? open : nil
  }

  /// The last run that `instruction` measured; empty if there is none.
  func run(of instruction: Int) -> Range<Int> { runs[instruction] ?? 0..<0 }

  mutating func noteRun(_ instruction: Int, _ run: Range<Int>) { runs[instruction] = run }
}
