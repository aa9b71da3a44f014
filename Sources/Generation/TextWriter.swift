// Writes several texts side by side. A text depends on its prompt, its draw and its own random numbers alone, and not on the
// texts beside it: all rows of a pass are independent of each other.
import Arrays
import Artifacts
import Foundation
import Training
import Transformers

/// What every text of a run has in common.
struct TextWriter: Sendable {
  let network: TextNetwork
  let law: Answers.Law
  let decoder: TextDecoder
  /// What is asked about each text; nil for nothing.
  let question: TruthTokens?
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
      if open.isEmpty {
        if let question { try judge(&drafts, question, passes, worker) }
        return drafts.map(\.text)
      }
      let continuations = open.map { index in
        let draft = drafts[index]
        return TextNetwork.Continuation(
          [draft.text.tokens.last!], identity: draft.task.identity, caches: draft.caches)
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
    let room = min(positions, task.prompt.count + law.maximumNewTokens) + (question?.tokens.count ?? 0)
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
    if draft.text.ending != nil && question == nil { draft.caches = [] }
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

  /// Asks of each finished text whether it is true: the share of the answer yes among yes and no, in the mean of the
  /// draws' probabilities.
  private func judge(
    _ drafts: inout [Draft], _ question: TruthTokens, _ passes: [TextNetwork.Parameters], _ worker: Int
  ) throws {
    let asked = try drafts.map { draft in
      let kept = try answerTokens(of: draft)
      let read = draft.caches[0].count - draft.task.prompt.count
      for cache in draft.caches { cache.keep(draft.task.prompt.count + kept.count) }
      return TextNetwork.Continuation(
        Array(kept.dropFirst(read)) + question.tokens, identity: draft.task.identity, caches: draft.caches)
    }
    let logits = step(asked, passes, worker)
    for index in drafts.indices {
      let next = NextToken(logits.map { $0[index] })
      guard next.isFinite else { throw network.notFinite(drafts[index].task.example) }
      let (yes, no) = (next.logProbabilities[Int(question.yes)], next.logProbabilities[Int(question.no)])
      drafts[index].text.truth = Float(1 / (1 + exp(Double(no) - Double(yes))))
      drafts[index].caches = []
    }
  }

  /// The tokens of a finished text without the one that ends it, or without those that a stop begins in.
  private func answerTokens(of draft: Draft) throws -> [Int32] {
    let tokens = draft.text.tokens
    switch draft.text.ending {
    case .endToken: return tokens.dropLast()
    case .stop:
      func text(_ count: Int) throws -> String {
        try decoder.text(of: Array(tokens.prefix(count)), after: draft.task.prompt)
      }
      let length = try text(tokens.count).beforeFirst(of: law.stops)?.count ?? 0
      var kept = tokens.count
      while kept > 0, try text(kept).count > length { kept -= 1 }
      return Array(tokens.prefix(kept))
    default: return tokens
    }
  }
}

/// A question about a text, which follows it, and the two tokens that may answer it.
package struct TruthTokens: Sendable {
  let tokens: [Int32]
  let (yes, no): (Int32, Int32)

  package init(_ tokens: [Int32], yes: Int32, no: Int32) { (self.tokens, self.yes, self.no) = (tokens, yes, no) }

  /// The number of its tokens.
  package var count: Int { tokens.count }
}
