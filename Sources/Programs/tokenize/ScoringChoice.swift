// How choices get their logits when nobody says: it follows from the network and from the questions.
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
    for family: Architecture.Family, _ files: [QuestionFile], template: String?
  ) throws -> TokenizedSet.Scoring {
    if self == .auto, let template { return try Template.named(template).scoring }
    return switch (self, family) {
    case (.continuations, _): .continuations
    case (.letters, _), (.auto, .llama): .letters
    case (.pairs, _): .pairs
    case (.classes, _): .classes
    case (.auto, .bert): files.allSatisfy { $0.format.classes != nil } ? .classes : .pairs
    }
  }
}
