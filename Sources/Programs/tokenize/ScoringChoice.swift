// The scoring that `tokenize` uses: the one that was asked for, or one that suits the base and the questions.
import ArgumentParser
import Artifacts
import Tasks
import Transformers

/// `auto`, or one of the scorings.
enum ScoringChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, letters, continuations, pairs, classes

  /// The scoring: that of the template where one is named; else letters for a decoder, and for an encoder classes where
  /// every file has classes, else pairs.
  /// - Throws: `Fault.usage` where there is no such template.
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
