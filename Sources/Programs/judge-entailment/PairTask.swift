// The judge's task: how two texts are worded for it, and which of its classes mean what.
import Artifacts
import Calibration
import Faults
import Foundation
import Tasks
import Tokenization

/// The task that the judge was fitted on.
struct PairTask {
  /// The names of its classes.
  let classes: [String]
  /// The class that means entailment, and the one that means contradiction, if there is one; all others are neutral.
  private let (entails, contradicts): (Int, Int?)
  /// Whether there is one that means contradiction.
  var hasContradiction: Bool { contradicts != nil }
  private let set: TokenizedSet
  private let template: Template
  private let tokenizer: Tokenizer
  private let threads: Int

  /// - Parameters:
  ///   - set: the tokens that the judge was fitted on, read from `path`.
  ///   - entails: the name of the class that means entailment.
  /// - Throws: `Fault` of kind `.configuration` for tokens of another task; of kind `.usage` for a class that they lack.
  init(_ set: TokenizedSet, path: String, entails: String, tokenizer: Tokenizer, threads: Int) throws {
    try set.requireChoices(for: "judge-entailment")
    try set.requireOneRightChoice(for: "judge-entailment", hint: "fit the judge on texts with one label each")
    guard let classes = set.commonChoices, set.hasPairs else {
      throw Fault(
        .configuration, path, "its examples are not pairs of texts with classes, which a judge must be fitted on",
        hint: "fit it on RTE and CB, as make evaluate EXPERIMENT=entailment does")
    }
    guard let entailing = classes.firstIndex(of: entails) else {
      throw Fault(
        .usage, "--entails", "\(path) has no class \(entails), found \(classes.prefix(10).joined(separator: ", "))",
        hint: "name the class that means: the first text implies the second")
    }
    (self.set, self.classes, self.tokenizer, self.threads) = (set, classes, tokenizer, threads)
    (self.entails, contradicts) = (entailing, classes.firstIndex(of: "contradiction"))
    template = try Template.named(set.template, for: set.scoring)
  }

  /// The tokens of pairs of texts, and how many pairs were cut. Texts lose their beginnings: an answer stands at the end.
  func tokens(of pairs: [(first: String, second: String)]) throws -> (set: TokenizedSet, truncated: Int) {
    var truncation = Truncation()
    let questions = pairs.enumerated().map { index, pair in
      Question(
        unlabelled: [pair.first, pair.second], classes: classes, id: "pair-\(index)", location: "pair \(index + 1)")
    }
    var tokens = try TokenizedSet(
      QuestionSet(unlabelled: questions), named: set.dataset, template, scoring: set.scoring, tokenizer,
      vocabularySize: set.vocabularySize, maximumLength: set.maximumLength, longTexts: LongTextRule(cut: .front),
      threads: threads, truncation: &truncation)
    tokens.labelTokens = set.labelTokens
    return (tokens, truncation.questions)
  }

  /// What the judge's log-probabilities of the classes say.
  func decision(_ logProbabilities: ArraySlice<Float>) -> Entailment {
    var (contradiction, neutral, entailment) = (0.0, 0.0, 0.0)
    for (index, value) in logProbabilities.enumerated() {
      let probability = exp(Double(value))
      switch index {
      case entails: entailment += probability
      case contradicts: contradiction += probability
      default: neutral += probability
      }
    }
    return Entailment(contradiction: contradiction, neutral: neutral, entailment: entailment)
  }
}
