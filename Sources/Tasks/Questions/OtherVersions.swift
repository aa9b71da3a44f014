// Other versions of the questions, for methods that compare or average a model's answers to them. For contextual
// calibration (Zhao et al. 2021, arXiv:2102.09690), every text of a question is replaced; its choices and the template
// around it stay. The answers show the model's bias towards each choice. For prompt consistency, the choices are
// shifted, the texts are damaged lightly, or another template words them: the right choice stays the same.
import Artifacts

/// The content-free texts of the paper.
private let contentFreeTexts = ["N/A", "", "[MASK]"]

extension Question {
  /// The content-free versions, one for each of `contentFreeTexts`. A sentence with a blank keeps its blank.
  fileprivate var contentFree: [Question] {
    contentFreeTexts.map { text in
      var copy = mappingPrompt { _, _ in text }
      if case .blank = prompt { copy.prompt = .blank(text.isEmpty ? "_" : text + " _") }
      return copy
    }
  }

  /// All cyclic shifts of the choices but that by 0; the label follows its choice.
  fileprivate var shifts: [Question] {
    (0..<choices.count - 1).map { version in
      func position(_ choice: Int) -> Int {
        TokenizedSet.Versions.shifts.position(of: choice, version: version, count: choices.count)
      }
      var copy = self
      for (choice, text) in choices.enumerated() { copy.choices[position(choice)] = text }
      copy.label = label.map(position)
      return copy
    }
  }

  /// A version in the words of each of `templates`.
  fileprivate func worded(by templates: [Template]) -> [Question] {
    templates.map { template in
      var copy = self
      copy.template = template.name
      return copy
    }
  }

  /// A version for each corruption of the prompt's texts, at the lowest severity.
  fileprivate func corruptions(seed: UInt64) -> [Question] {
    Corruption.allCases.filter { $0 != .choiceOrder }.map {
      $0.applied(to: self, severity: Corruption.severities.lowerBound, seed: seed)
    }
  }
}

extension QuestionSet {
  /// In place of every question that is predicted its versions, in the split of the question.
  ///
  /// - Parameters:
  ///   - seed: that of the corruptions.
  ///   - templates: the wordings of the versions `.templates`.
  package func replaced(
    by versions: TokenizedSet.Versions, seed: UInt64, templates: [Template] = []
  ) -> QuestionSet {
    let kept = questions.indices.filter { splits[$0] != .train }
    let made = kept.map { index in
      let question = questions[index]
      let others =
        switch versions {
        case .contentFree: question.contentFree
        case .shifts: question.shifts
        case .corruptions: question.corruptions(seed: seed)
        case .templates: question.worded(by: templates)
        }
      return others.enumerated().map { version, other in
        var other = other
        other.id = versions.rowID(question.id, version: version)
        return other
      }
    }
    return replacing(
      questions: made.flatMap(\.self),
      splits: zip(kept, made).flatMap { Array(repeating: splits[$0], count: $1.count) },
      corruption: TokenizedSet.Corruption(name: versions.rawValue, severity: 1))
  }
}
