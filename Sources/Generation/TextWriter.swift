// Writes several texts side by side. A text depends on its prompt, its draw and its own random numbers alone, and not on the
// texts beside it: all rows of a pass are independent of each other.
import Arrays
import Artifacts
import Training
import Transformers

/// What every text of a run has in common.
struct TextWriter: Sendable {
  let network: TextNetwork
  let law: Answers.Law
  let decoder: TextDecoder
  /// The longest text with its prompt.
  let positions: Int

  /// Texts to be written after one prompt.
  struct Task: Sendable {
    /// The index of the example.
    let example: Int
    let prompt: ArraySlice<Int32>
    /// Selects the random numbers of dropout and of the tokens.
    let identity: UInt32
    /// Which of the texts of one draw.
    let texts: Range<Int>
  }

  /// A text that is being written.
  private struct Draft {
    let task: Task
    let stream: RandomStream
    /// [draw]
    var caches: [KeyValueCache]
    var text = WrittenText()
  }

  /// Writes the texts of `tasks`, one after the other in the result.
  ///
  /// - Parameters:
  ///   - passes: the draws whose probabilities are averaged for each token.
  ///   - seed: of the tokens; differs between draws that write texts of their own.
  ///   - worker: the index of the thread.
  /// - Throws: `Fault` of kind `.internalError` naming the first example whose logits are not finite; what decoding throws.
  func write(_ tasks: [Task], by passes: [TextNetwork.Parameters], seed: UInt64, worker: Int) throws -> [WrittenText] {
    var drafts = try tasks.flatMap { try begin($0, passes, seed, worker) }
    while true {
      let open = drafts.indices.filter { drafts[$0].text.ending == nil }
      if open.isEmpty { return drafts.map(\.text) }
      let continuations = open.map { index in
        let draft = drafts[index]
        return TextNetwork.Continuation(
          draft.text.tokens.last!, identity: draft.task.identity, caches: draft.caches)
      }
      let logits = step(continuations, passes, worker)
      for (place, index) in open.enumerated() {
        try extend(&drafts[index], by: NextToken(logits.map { $0[place] }))
      }
    }
  }

  /// Reads a prompt and begins its texts with a token each.
  private func begin(
    _ task: Task, _ passes: [TextNetwork.Parameters], _ seed: UInt64, _ worker: Int
  ) throws -> [Draft] {
    let room = min(positions, task.prompt.count + law.maximumNewTokens)
    let read = passes.flatMap { pass in
      (0..<pass.count).map { draw in
        network.read(task.prompt, identity: task.identity, room: room, by: pass, draw: draw, worker: worker)
      }
    }
    let next = NextToken(read.map { $0.logits[...] })
    return try task.texts.map { text in
      let isLast = text == task.texts.last
      var draft = Draft(
        task: task,
        stream: RandomStream(seed: seed, purpose: .generation, place: (task.identity, UInt32(text))),
        caches: read.map { isLast ? $0.cache : $0.cache.copy() })
      try extend(&draft, by: next)
      return draft
    }
  }

  /// [draw][text] The logits of the next tokens. The caches of a pass are those of its draws.
  private func step(
    _ texts: [TextNetwork.Continuation], _ passes: [TextNetwork.Parameters], _ worker: Int
  ) -> [[ArraySlice<Float>]] {
    var first = 0
    return passes.flatMap { pass in
      let own = texts.map { $0.caches(of: first..<first + pass.count) }
      first += pass.count
      let logits = network.step(own, by: pass, worker: worker)
      let width = network.vocabulary
      return (0..<pass.count).map { draw in
        texts.indices.map { text in
          let start = (draw * texts.count + text) * width
          return logits[start..<start + width]
        }
      }
    }
  }

  /// Adds the next token, and ends the text where it is time.
  private func extend(_ draft: inout Draft, by next: NextToken) throws {
    guard next.isFinite else { throw network.notFinite(draft.task.example) }
    let place = draft.text.tokens.count
    let choice = law.choice(next.logProbabilities, at: draft.stream.preciseUniform(block: place))
    draft.text.append(choice, of: next)
    draft.text.ending = try ending(of: draft.text, after: draft.task.prompt)
    if draft.text.ending != nil { draft.caches = [] }
  }

  private func ending(of text: WrittenText, after prompt: ArraySlice<Int32>) throws -> Answers.Ending? {
    if text.tokens.last == decoder.endToken { return .endToken }
    if !law.stops.isEmpty,
      try decoder.text(of: text.tokens, after: prompt).beforeFirst(of: law.stops) != nil
    {
      return .stop
    }
    if text.tokens.count == law.maximumNewTokens { return .length }
    return prompt.count + text.tokens.count == positions ? .positions : nil
  }
}
