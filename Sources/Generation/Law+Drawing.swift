// How the next token is drawn: q = softmax(log p / T), then the k most probable tokens, then the smallest set of the most
// probable ones that together reach p (Holtzman et al. 2020, arXiv:1904.09751), in this order as in transformers.
import Arrays
import Artifacts
import Faults
import Foundation

extension Answers.Law {
  /// A token, and its log-probability under the law.
  package struct Choice: Equatable, Sendable {
    package let token: Int
    package let logProbability: Double
  }

  /// Rejects a law that is not valid.
  ///
  /// - Parameter texts: how many texts one draw writes for one prompt.
  /// - Throws: `Fault` of kind `.usage`.
  package func check(texts: Int) throws {
    try Fault.check(count: texts, of: "texts")
    try Fault.check(count: maximumNewTokens, of: "max-new-tokens")
    try Fault.check(count: topK, of: "top-k", atLeast: 0)
    func require(_ isValid: Bool, _ setting: String, _ message: String, hint: String = "") throws {
      if !isValid { throw Fault(.usage, setting: setting, message, hint: hint) }
    }
    try require(
      temperature >= 0 && temperature.isFinite, "temperature",
      "found \(temperature), must be a number of at least 0")
    try require(topP > 0 && topP <= 1, "top-p", "found \(topP), must be a number above 0 and at most 1")
    try require(stops.allSatisfy { !$0.isEmpty }, "stop", "found an empty string, which is in every text")
    try require(
      temperature > 0 || texts == 1, "temperature",
      "at temperature 0 all \(texts) texts of a draw would be the same", hint: "use `texts 1`")
  }

  /// The token at `uniform`, a number in [0, 1), of the cumulative distribution in the order of ids, which is summed in
  /// Double.
  ///
  /// - Parameter logProbabilities: [token] at temperature 1, up to a constant.
  package func choice(_ logProbabilities: [Float], at uniform: Double) -> Choice {
    guard temperature > 0 else {
      let highest = maximum(logProbabilities, count: logProbabilities.count)
      return Choice(token: logProbabilities.firstIndex(of: highest) ?? 0, logProbability: 0)
    }
    let weights = weights(logProbabilities)
    let total = sum(weights, count: weights.count)
    let target = uniform * total
    var (below, chosen) = (0.0, 0)
    for (token, weight) in weights.enumerated() where weight > 0 {
      below += Double(weight)
      chosen = token
      if below > target { break }
    }
    return Choice(token: chosen, logProbability: log(Double(weights[chosen]) / total))
  }

  /// [token] The weights of the law, not normalised: 0 for a token that is not kept.
  ///
  /// - Precondition: the temperature is above 0.
  package func weights(_ logProbabilities: [Float]) -> [Float] {
    let count = logProbabilities.count
    // A finite factor, since 0 times infinity is not a number.
    let factor = min(Float(1 / temperature), .greatestFiniteMagnitude)
    let weights = [Float](unsafeUninitializedCapacity: count) { weights, initialized in
      exponentials(
        logProbabilities, shift: maximum(logProbabilities, count: count), scale: factor, into: weights.baseAddress!,
        count: count)
      initialized = count
    }
    guard topK > 0 && topK < count || topP < 1 else { return weights }
    var kept = [Float](repeating: 0, count: count)
    for token in keptTokens(weights) { kept[token] = weights[token] }
    return kept
  }

  /// The tokens that top k and top p keep, at least one.
  private func keptTokens(_ weights: [Float]) -> ArraySlice<Int> {
    let all = sum(weights, count: weights.count)
    var order: [Int] = []
    // The smallest set that reaches p is mostly small: a few tokens are found faster than all are sorted.
    for count in topK > 0 ? [topK] : [64, 512, weights.count] {
      order = Self.largest(count, of: weights)
      guard topP < 1 else { break }
      let target = topP * (topK > 0 ? order.reduce(0) { $0 + Double(weights[$1]) } : all)
      var reached = 0.0
      for (place, token) in order.enumerated() {
        reached += Double(weights[token])
        if reached >= target { return order[...place] }
      }
    }
    return order[...]
  }

  /// The `count` tokens with the largest weights, in descending order; of equal ones, those with the lowest ids.
  private static func largest(_ count: Int, of weights: [Float]) -> [Int] {
    guard count <= 512 else {
      return Array(weights.indices.sorted { (weights[$0], $1) > (weights[$1], $0) }.prefix(count))
    }
    var best: [Int] = []
    for token in weights.indices where best.count < count || weights[token] > weights[best[count - 1]] {
      // Ids ascend, so that a token stands behind its equals.
      var (low, high) = (0, best.count)
      while low < high {
        let middle = (low + high) / 2
        if weights[best[middle]] >= weights[token] { low = middle + 1 } else { high = middle }
      }
      best.insert(token, at: low)
      if best.count > count { best.removeLast() }
    }
    return best
  }
}
