// Self-consistency (Wang et al. 2022, arXiv:2203.11171): several texts reason towards an answer, and the answer that most
// of them reach wins. Without reasoning, a vote of K letters is nothing new: its shares tend to softmax(z / T), so the
// winner is the most probable letter and the share is temperature scaling.
import Foundation

/// The votes of several texts for one of some choices.
package struct Votes: Equatable, Sendable {
  /// [choice] Its share of the texts with an answer, or of their weights; all 0 where no text has one.
  package let shares: [Double]
  /// The share of the texts without an answer. It is a column of its own: leaving them out would raise the accuracy.
  package let unparsed: Double

  /// - Parameters:
  ///   - answers: [text] The choice that a text ends with; nil if it has none.
  ///   - weights: [text] What it counts, such as exp(mean log p); nil for the same.
  package init(_ answers: [Int?], choices: Int, weights: [Double]? = nil) {
    precondition(!answers.isEmpty, "no texts")
    var masses = [Double](repeating: 0, count: choices)
    for (text, answer) in answers.enumerated() {
      if let answer { masses[answer] += weights?[text] ?? 1 }
    }
    let total = masses.reduce(0, +)
    shares = total > 0 ? masses.map { $0 / total } : masses
    unparsed = Double(answers.count { $0 == nil }) / Double(answers.count)
  }

  /// The choice with the largest share, the first one if shares tie; nil where no text has an answer.
  package var answer: Int? { shares.contains { $0 > 0 } ? firstMaximum(shares) : nil }

  /// The share of the answer; 0 where there is none.
  package var confidence: Double { shares.max() ?? 0 }
}

/// The answer that a text with reasoning ends with: what stands in the parentheses of its last `So the answer is (...)`, or
/// else behind `Answer:` in its last line; nil without either. A text may name an answer on the way that it does not keep.
package func finalAnswer(of text: String) -> String? {
  let marker = /so the answer is:?\s*\(([^()]+)\)/.ignoresCase()
  if let match = text.matches(of: marker).last { return String(match.1) }
  let lines = text.split(whereSeparator: \.isNewline)
  guard let last = lines.last?.wholeMatch(of: /\s*answer:\s*(\S.*?)\s*/.ignoresCase()) else { return nil }
  return String(last.1)
}

/// A vote of letters that are drawn without reasoning.
package enum VoteWithoutRationale {
  /// What a table says beside it.
  package static let remark = "no rationale: a vote is temperature scaling"

  /// The expected share of each letter's votes, for any number of texts that are drawn at `temperature`: softmax(z / T),
  /// where `logits` may be log-probabilities.
  package static func expectedShares(logits: [Double], temperature: Double) -> [Double] {
    precondition(temperature > 0, "temperature \(temperature)")
    return softmax(logits.map { $0 / temperature }).probabilities
  }

  /// The probability that more than half of `texts`, an odd number, are for a letter that each is for with `probability`.
  package static func majorityProbability(_ probability: Double, of texts: Int) -> Double {
    precondition(texts % 2 == 1, "\(texts) texts can tie")
    var (term, sum) = (pow(probability, Double(texts)), 0.0)
    if probability == 0 { return 0 }
    // From all texts downwards: C(K, k - 1) = C(K, k) k / (K - k + 1).
    for count in stride(from: texts, to: texts / 2, by: -1) {
      sum += term
      term *= Double(count) / Double(texts - count + 1) * (1 - probability) / probability
    }
    return sum
  }
}
