// The measures of doubt about an open answer, one value each. A new one needs a value here, an entry in `all` and a test.
import Calibration

/// A measure of doubt: the higher, the less sure.
struct Doubt: Sendable {
  /// Its name in files.
  let name: String
  /// Its name in tables.
  let title: String
  /// What it is, in a few words below the tables.
  let note: String
  /// Its exact definition.
  let definition: String
  /// Whether it needs several draws of the posterior that wrote texts of their own, or that were mixed.
  let needs: Needs
  /// Its value.
  let value: @Sendable (_ answer: ScoredAnswer) -> Double

  /// What a file must have.
  enum Needs: Sendable {
    case nothing, judgement, truth, ownTexts, mixedDraws

    /// Why a file has no value; nil if it has one.
    func reason(_ file: AnswersFile) -> String? {
      switch self {
      case .nothing: nil
      case .judgement: file.judgement == nil ? "meanings are those of normalised equality" : nil
      case .truth: file.answers.truthProbabilities.isEmpty ? "the model was not asked whether its texts are true" : nil
      case .ownTexts where file.draws == 1: "one draw wrote all texts"
      case .ownTexts: file.answers.textsPerDraw > 1 ? nil : "the only text of a draw has no entropy of its own"
      case .mixedDraws: file.answers.mixedDraws > 1 ? nil : "no draws were mixed"
      }
    }
  }

  private init(
    _ name: String, _ title: String, _ note: String, needs: Needs = .nothing, _ definition: String,
    value: @escaping @Sendable (_ answer: ScoredAnswer) -> Double
  ) {
    (self.name, self.title, self.note) = (name, title, note)
    (self.definition, self.needs, self.value) = (definition, needs, value)
  }

  /// All of them, in the order of the tables.
  static let all = [
    semanticEntropy, wordingEntropy, semanticEntropyByLikelihood, regularEntropy, meanLogProbability, logProbability,
    minority, untruth, epistemic, tokenEpistemic,
  ]

  static let semanticEntropy = Doubt(
    "semantic_entropy", "meaning", "semantic entropy of the texts",
    "Discrete semantic entropy: that of the clusters' shares of a question's texts, in nats. A text without an answer "
      + "means the same as no other. With few texts it is too low, so compare it for the same number of texts."
  ) { $0.sampled.semanticEntropy }

  static let wordingEntropy = Doubt(
    "wording_entropy", "wording", "the same if only equal texts mean the same", needs: .judgement,
    "Discrete semantic entropy where only texts that are equal but for case, punctuation, articles and white space mean "
      + "the same, and not those that entail each other."
  ) { $0.sampled.wordingEntropy }

  static let semanticEntropyByLikelihood = Doubt(
    "semantic_entropy_likelihood", "by p", "the same by their likelihoods",
    "Semantic entropy with the clusters' masses Σ exp(mean log p) over their different texts (length-normalised)."
  ) { $0.sampled.semanticEntropyByLikelihood }

  static let regularEntropy = Doubt(
    "regular_entropy", "texts", "their entropy, whatever they mean",
    "Minus the mean over the texts of their mean log p: their entropy, whatever they mean."
  ) { $0.sampled.regularEntropy }

  static let meanLogProbability = Doubt(
    "mean_log_probability", "p/token", "minus the mean log p of the answer's tokens",
    "Minus the mean over the answer's tokens of log p (length-normalised)."
  ) { -$0.text.meanLogLikelihood }

  static let logProbability = Doubt(
    "log_probability", "p", "minus the sum of log p of the answer's tokens",
    "Minus the sum over the answer's tokens of log p: long answers are less probable."
  ) { -$0.text.logLikelihood }

  static let minority = Doubt(
    "minority", "vote", "1 − the answer's share of the votes", "1 − the answer's share of the votes."
  ) { 1 - $0.vote.confidence }

  static let untruth = Doubt(
    "p_true", "p(true)", "1 − the probability of being true that the model gives to the answer", needs: .truth,
    "1 − p(true): the mean, over the texts that mean what the answer means, of the probability that the model, which is "
      + "asked after each text whether it is true, gives to true, not to false (Kadavath et al. 2022)."
  ) { 1 - $0.truth }

  static let epistemic = Doubt(
    "epistemic_entropy", "draws", "the part of meaning that the posterior's draws do not share", needs: .ownTexts,
    "Semantic entropy of all draws' texts minus the mean of each draw's own: the part that the draws do not share. With few "
      + "texts of each draw, most of it is chance."
  ) { $0.sampled.epistemicEntropy }

  static let tokenEpistemic = Doubt(
    "token_epistemic_entropy", "tokens", "what mixed draws do not share about the answer's tokens", needs: .mixedDraws,
    "Mean over the answer's tokens of the mutual information between the token and the mixed draws, in nats."
  ) { $0.tokenEpistemicEntropy }
}
