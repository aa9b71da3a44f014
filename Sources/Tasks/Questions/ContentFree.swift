// Questions without content, for contextual calibration (Zhao et al. 2021, arXiv:2102.09690): every text of a question
// is replaced; its choices and the template around it stay. The answers show the model's bias towards each choice.
import Artifacts

/// The content-free texts of the paper.
private let texts = ["N/A", "", "[MASK]"]

extension Question {
  /// The content-free versions, one for each of `texts`. A sentence with a blank keeps its blank.
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
  /// Three content-free versions of every question that is predicted, in the split of the question.
  package func contentFree() -> QuestionSet {
    let kept = questions.indices.filter { splits[$0] != .train }
    return replacing(
      questions: kept.flatMap { questions[$0].contentFree() },
      splits: kept.flatMap { Array(repeating: splits[$0], count: texts.count) },
      corruption: TokenizedSet.Corruption(name: TokenizedSet.contentFreeName, severity: 1))
  }
}
