// Questions that ask nothing, for contextual calibration (Zhao et al. 2021, arXiv:2102.09690): every text of a question
// is replaced, its choices and the template around it stay. What a model answers to them it would answer to anything.
import Artifacts

/// The paper's texts without content.
private let texts = ["N/A", "", "[MASK]"]

extension Question {
  /// The versions without content, one for each text. A sentence with a blank keeps its blank.
  fileprivate func contentFree() -> [Question] {
    texts.enumerated().map { version, text in
      var copy = mappingPrompt { _, _ in text }
      if case .blank = prompt { copy.prompt = .blank(text.isEmpty ? "_" : text + " _") }
      copy.id = TokenizedSet.contentFreeRowID(id, version: version)
      return copy
    }
  }
}

extension QuestionSet {
  /// Three versions without content of every question that is predicted, in the split of the question.
  package func contentFree() -> QuestionSet {
    let kept = questions.indices.filter { splits[$0] != .train }
    return replacing(
      questions: kept.flatMap { questions[$0].contentFree() },
      splits: kept.flatMap { Array(repeating: splits[$0], count: texts.count) },
      corruption: TokenizedSet.Corruption(name: TokenizedSet.contentFreeName, severity: 1))
  }
}
