// The doubt about a question's answer, from texts that were sampled for it: semantic entropy in two forms (Kuhn et al.
// 2023, arXiv:2302.09664; Farquhar et al. 2024), the entropy of the texts themselves, and likelihoods. Texts from several
// draws of a posterior split the entropy over meanings into what each draw has and what only their differences explain.
import Foundation

/// A text that was sampled.
package struct SampledText: Equatable, Sendable {
  /// All of it.
  package let text: String
  /// The answer that it gives: the text itself, or what it says behind its reasoning; nil if it says nothing there.
  package let answer: String?
  /// The sum over its tokens of log p at temperature 1, of all tokens of the vocabulary.
  package let logLikelihood: Double
  /// The number of its tokens, with the one that ends it.
  package let tokens: Int

  package init(_ text: String, answer: String?, logLikelihood: Double, tokens: Int) {
    (self.text, self.answer, self.logLikelihood, self.tokens) = (text, answer, logLikelihood, tokens)
  }

  /// The mean over its tokens of log p, in nats: length-normalised, so it is no longer the logarithm of a probability.
  package var meanLogLikelihood: Double { logLikelihood / Double(max(1, tokens)) }
}

/// The texts that were sampled for one question, the same number from each draw.
package struct SampledAnswers: Sendable {
  /// The texts, draw after draw.
  package let texts: [SampledText]
  /// The number of draws (S); each has texts.count / draws texts (K).
  package let draws: Int
  /// Which texts mean the same, whatever their draws.
  package let clusters: AnswerClusters

  /// Texts in clusters; by default of those whose answers are the same but for case, punctuation, articles and white
  /// space.
  package init(_ texts: [SampledText], draws: Int = 1, clusters: AnswerClusters? = nil) {
    precondition(!texts.isEmpty && draws > 0 && texts.count % draws == 0, "\(texts.count) texts of \(draws) draws")
    (self.texts, self.draws) = (texts, draws)
    self.clusters = clusters ?? AnswerClusters(texts.map(\.answer))
  }

  /// [cluster] Its share of the texts: a multiple of 1 / (number of texts).
  package var shares: [Double] { clusters.sizes(in: texts.indices).map { $0 / Double(texts.count) } }

  /// The vote of the texts for the clusters, in which each counts the same, or exp(mean log p).
  package func vote(byLikelihood: Bool = false) -> Votes {
    Votes(
      texts.indices.map { texts[$0].answer == nil ? nil : clusters.indices[$0] }, choices: clusters.count,
      weights: byLikelihood ? texts.map { exp($0.meanLogLikelihood) } : nil)
  }

  /// Discrete semantic entropy in nats: that of the clusters' shares of the texts, at most log of the number of texts.
  package var semanticEntropy: Double { entropyOfMasses(clusters.sizes(in: texts.indices)) }

  /// The same with clusters of the texts whose answers are the same but for case, punctuation, articles and white space,
  /// whatever the clusters are.
  package var wordingEntropy: Double {
    entropyOfMasses(AnswerClusters(texts.map(\.answer)).sizes(in: texts.indices))
  }

  /// Semantic entropy in nats from likelihoods: a cluster has the mass Σ exp(mean log p) over its different texts. A
  /// text that was drawn twice counts once, because its likelihood is already that of drawing it.
  package var semanticEntropyByLikelihood: Double {
    var (masses, seen) = ([Double](repeating: 0, count: clusters.count), Set<String>())
    let largest = texts.map(\.meanLogLikelihood).max() ?? 0
    for (index, text) in texts.enumerated() where seen.insert(text.text).inserted {
      masses[clusters.indices[index]] += exp(text.meanLogLikelihood - largest)
    }
    return entropyOfMasses(masses)
  }

  /// The length-normalised entropy of the texts, whatever they mean, in nats: minus the mean of their mean log p.
  package var regularEntropy: Double {
    -texts.reduce(0) { $0 + $1.meanLogLikelihood } / Double(texts.count)
  }

  /// The mean over draws of the discrete semantic entropy of a draw's own texts.
  package var aleatoricEntropy: Double {
    let own = texts.count / draws
    let entropies = (0..<draws).map { entropyOfMasses(clusters.sizes(in: $0 * own..<($0 + 1) * own)) }
    return entropies.reduce(0, +) / Double(draws)
  }

  /// The part of the semantic entropy that differences between the draws explain: never negative, and 0 for one draw.
  package var epistemicEntropy: Double { max(0, semanticEntropy - aleatoricEntropy) }
}

/// The entropy in nats of a distribution with these masses, which need not sum to 1; 0 log 0 is 0. The same masses in
/// another order have the same entropy, to the last bit: doubts are compared, and rounding must not break ties.
package func entropyOfMasses(_ masses: [Double]) -> Double {
  let masses = masses.sorted()
  let total = masses.reduce(0, +)
  return max(0, masses.reduce(0) { $1 > 0 ? $0 - $1 / total * log($1 / total) : $0 })
}
