// One text while it is written: its tokens with what they were worth, and when it ends.
import Artifacts

/// A text that was written after a prompt, or its beginning.
package struct WrittenText: Equatable, Sendable {
  /// [token]
  package private(set) var tokens: [Int32] = []
  /// [token] At temperature 1, among all tokens.
  package private(set) var logProbabilities: [Float] = []
  /// [token] Under the law.
  package private(set) var lawLogProbabilities: [Float] = []
  /// [token] In nats.
  package private(set) var totalEntropies: [Float] = []
  package private(set) var aleatoricEntropies: [Float] = []
  /// What the draws give to the answer's being true; nil where they are not asked.
  package internal(set) var truth: Float?
  /// Nil while it has not ended.
  package internal(set) var ending: Answers.Ending?

  init() {}

  /// Adds a token that was chosen from `next`.
  mutating func append(_ choice: Answers.Law.Choice, of next: NextToken) {
    tokens.append(Int32(choice.token))
    logProbabilities.append(next.logProbabilities[choice.token])
    lawLogProbabilities.append(Float(choice.logProbability))
    totalEntropies.append(Float(next.totalEntropy))
    aleatoricEntropies.append(Float(next.aleatoricEntropy))
  }
}

extension WrittenText {
  /// Several texts as the named lists of a checkpoint.
  static func save(_ texts: [WrittenText], to checkpoint: inout Checkpoint) {
    checkpoint.reals["lengths"] = texts.map { Double($0.tokens.count) }
    checkpoint.vectors["truths"] = texts.compactMap(\.truth)
    checkpoint.reals["endings"] = texts.map { Double($0.ending!.rawValue) }
    checkpoint.reals["tokens"] = texts.flatMap(\.tokens).map(Double.init)
    checkpoint.vectors["logProbabilities"] = texts.flatMap(\.logProbabilities)
    checkpoint.vectors["lawLogProbabilities"] = texts.flatMap(\.lawLogProbabilities)
    checkpoint.vectors["totalEntropies"] = texts.flatMap(\.totalEntropies)
    checkpoint.vectors["aleatoricEntropies"] = texts.flatMap(\.aleatoricEntropies)
  }

  /// The texts of `save`.
  static func restore(_ checkpoint: Checkpoint) throws -> [WrittenText] {
    let tokens = try checkpoint.reals("tokens").map { Int32($0) }
    let logs = try checkpoint.vector("logProbabilities")
    let lawLogs = try checkpoint.vector("lawLogProbabilities")
    let total = try checkpoint.vector("totalEntropies")
    let aleatoric = try checkpoint.vector("aleatoricEntropies")
    let (endings, truths) = (try checkpoint.reals("endings"), try checkpoint.vector("truths"))
    var start = 0
    return try zip(checkpoint.reals("lengths"), endings).enumerated().map { index, shape in
      let (length, ending) = shape
      let range = start..<start + Int(length)
      start = range.upperBound
      var text = WrittenText()
      text.tokens = Array(tokens[range])
      (text.logProbabilities, text.lawLogProbabilities) = (Array(logs[range]), Array(lawLogs[range]))
      (text.totalEntropies, text.aleatoricEntropies) = (Array(total[range]), Array(aleatoric[range]))
      text.truth = truths.isEmpty ? nil : truths[index]
      text.ending = Answers.Ending(rawValue: UInt8(ending))
      return text
    }
  }
}
