// Running a pattern: backtracking with a stack of its own, so that no text can exhaust the thread's.

extension Pattern {
  /// Text with its categories, and the stack of one search, reused from match to match.
  struct Matcher {
    /// A place to go back to: `instruction` with any position from `least` to `position`, the last one first.
    private struct Choice {
      let instruction: Int
      let least: Int
      var position: Int
    }

    private let instructions: [Instruction]
    private let sets: [ScalarSet]
    private let text: [Unicode.Scalar]
    private let categories: [ScalarCategory]
    private let start: Int
    private let end: Int
    private var choices: [Choice] = []

    /// A search in `text[range]`; what lies outside does not exist for it.
    init(_ pattern: Pattern, text: [Unicode.Scalar], range: Range<Int>) {
      (instructions, sets) = (pattern.instructions, pattern.sets)
      self.text = text
      (start, end) = (range.lowerBound, range.upperBound)
      categories = text[range].map { ScalarCategory($0) }
    }

    /// The end of the match that begins at `position`, or nil.
    mutating func match(at position: Int) -> Int? { match(at: position, from: 0) }

    private mutating func match(at position: Int, from first: Int) -> Int? {
      let bottom = choices.count
      defer { choices.removeSubrange(bottom...) }
      var position = position
      var instruction = first
      while true {
        switch instructions[instruction] {
        case .accept: return position
        case .jump(let target):
          instruction = target
          continue
        case .fork(let other):
          choices.append(Choice(instruction: other, least: position, position: position))
          instruction += 1
          continue
        case .run(let set, let least, let most, let isPossessive):
          let count = run(of: set, at: position, most: most)
          if count >= least {
            if count > least, !isPossessive {
              choices.append(
                Choice(instruction: instruction + 1, least: position + least, position: position + count - 1))
            }
            position += count
            instruction += 1
            continue
          }
        case .look(let isNegated, let next):
          if (match(at: position, from: instruction + 1) != nil) != isNegated {
            instruction = next
            continue
          }
        }
        // Failed: back to the last choice.
        guard choices.count > bottom else { return nil }
        let choice = choices[choices.count - 1]
        (instruction, position) = (choice.instruction, choice.position)
        if choice.position > choice.least {
          choices[choices.count - 1].position -= 1
        } else {
          choices.removeLast()
        }
      }
    }

    @inline(__always) private func run(of set: Int, at position: Int, most: Int) -> Int {
      let limit = most < end - position ? position + most : end
      var index = position
      while index < limit, sets[set].contains(text[index], categories[index - start]) { index += 1 }
      return index - position
    }
  }
}
