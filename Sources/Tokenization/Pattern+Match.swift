// Runs a pattern: backtracking with an explicit stack, so that no text can exhaust the thread's stack. Patterns such as
// `(?:a+)+b` would try exponentially many paths; once a search does more work than ordinary patterns need, it remembers
// which states have failed (`PatternMemo`) and does not try them again, so that its time stays about linear.

extension Pattern {
  /// A text with its categories, and the stack of one search, which is reused for every match.
  struct Matcher {
    /// A state to backtrack to: `instruction` at any position from `least` to `position`, the last one first. If
    /// `least` is above `position`, it is a marker instead: when it is reached, the fork at this state has failed.
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
    /// Number of scalars and choices visited, and the number from which on `memo` is used.
    private var steps = 0
    private var stepLimit = 0
    private var isRemembering = false
    private var memo = PatternMemo()

    /// A search in `text[range]`, which ignores everything outside.
    init(_ pattern: Pattern, text: [Unicode.Scalar], range: Range<Int>) {
      (instructions, sets) = (pattern.instructions, pattern.sets)
      self.text = text
      (start, end) = (range.lowerBound, range.upperBound)
      categories = text[range].map { ScalarCategory($0) }
    }

    /// The end of the match that begins at `position`, or nil.
    mutating func match(at position: Int) -> Int? {
      // Published patterns need about ten steps per scalar. Well below the limit, the search is faster without a memo.
      stepLimit = 100 * (position - start + 50)
      if isRemembering, steps < stepLimit / 5 { (isRemembering, memo) = (false, PatternMemo()) }
      return match(at: position, from: 0)
    }

    private mutating func match(at position: Int, from first: Int) -> Int? {
      let bottom = choices.count
      defer { choices.removeSubrange(bottom...) }
      var position = position
      var instruction = first
      while true {
        switch instructions[instruction] {
        case .accept:
          if first > 0 { noteSuccess(above: bottom) }
          return position
        case .begin:
          if position == start {
            instruction += 1
            continue
          }
        case .jump(let target):
          instruction = target
          continue
        case .fork(let other):
          if isRemembering {
            if first > 0, memo.succeeded(instruction, position) {
              noteSuccess(above: bottom)
              return position
            }
            if memo.lastOpen(instruction, position, least: position) == nil { break }
            choices.append(Choice(instruction: instruction, least: position + 1, position: position))
          }
          choices.append(Choice(instruction: other, least: position, position: position))
          instruction += 1
          continue
        case .run(let set, let least, let most, let isPossessive):
          let count =
            isRemembering
            ? knownRun(instruction, of: set, at: position, most: most) : run(of: set, at: position, most: most)
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
        // Failed: backtrack to the last choice.
        guard let choice = lastChoice(above: bottom) else { return nil }
        (instruction, position) = (choice.instruction, choice.position)
      }
    }

    /// Pops the last choice, at its last position that may still lead to a match.
    @inline(__always) private mutating func lastChoice(above bottom: Int) -> Choice? {
      steps += 1
      if steps > stepLimit { isRemembering = true }
      if isRemembering { return lastOpenChoice(above: bottom) }
      guard choices.count > bottom else { return nil }
      let choice = choices[choices.count - 1]
      if choice.position > choice.least {
        choices[choices.count - 1].position -= 1
      } else {
        choices.removeLast()
      }
      return choice
    }

    /// The same with the memo.
    private mutating func lastOpenChoice(above bottom: Int) -> Choice? {
      while choices.count > bottom {
        let choice = choices.removeLast()
        if choice.least > choice.position {
          memo.noteFailure(choice.instruction, choice.position)
          continue
        }
        guard let position = memo.lastOpen(choice.instruction, choice.position, least: choice.least) else { continue }
        if position > choice.least {
          choices.append(Choice(instruction: choice.instruction, least: choice.least, position: position - 1))
        }
        // The marker is below everything that this choice pushes.
        choices.append(Choice(instruction: choice.instruction, least: position + 1, position: position))
        return Choice(instruction: choice.instruction, least: position, position: position)
      }
      return nil
    }

    /// After a look-ahead has matched, the markers on its stack are the states on its path.
    private mutating func noteSuccess(above bottom: Int) {
      guard isRemembering else { return }
      for choice in choices[bottom...] where choice.least > choice.position {
        memo.noteSuccess(choice.instruction, choice.position)
      }
    }

    @inline(__always) private mutating func run(of set: Int, at position: Int, most: Int) -> Int {
      let limit = most < end - position ? position + most : end
      var index = position
      while index < limit, sets[set].contains(text[index], categories[index - start]) { index += 1 }
      steps += index - position
      return index - position
    }

    /// The same with the memo: only scalars outside a known run are tested.
    private mutating func knownRun(_ instruction: Int, of set: Int, at position: Int, most: Int) -> Int {
      let known = memo.run(of: instruction)
      if known.contains(position) { return min(known.upperBound - position, most) }
      var index = position
      while index < end, sets[set].contains(text[index], categories[index - start]) {
        index = index == known.lowerBound ? max(known.upperBound, index + 1) : index + 1
      }
      if index > position { memo.noteRun(instruction, position..<index) }
      return min(index - position, most)
    }
  }
}
