// The scoring that `tokenize` uses: the one from the flags, or one that fits the base and the questions.
import ArgumentParser
import Artifacts
import Tasks
import Transformers

/// `auto`, or one of the scorings.
enum ScoringChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, letters, continuations, pairs, classes

  /// The scoring. For `auto`, it is that of the template if one is named. Otherwise it is letters for a decoder; for an
  /// encoder it is classes if all files have classes, otherwise pairs.
  ///
  /// - Throws: `Fault` of kind `.usage` if there is no such template.
  func resolved(
    for architecture: Architecture, _ files: [QuestionFile], template: String?
  ) throws -> TokenizedSet.Scoring {
    if self == .auto, let template { return try Template.named(template).scoring }
    switch self {
    case .continuations: return .continuations
    case .letters: return .letters
    case .pairs: return .pairs
    case .classes: return .classes
    case .auto:
      if architecture.isDecoder { return .letters }
      return files.allSatisfy { $0.format.classes != nil } ? .classes : .pairs
    }
  }
}
