// How choices get their logits when nobody says: it follows from the network and from the questions.
import ArgumentParser
import Artifacts
import Tasks
import Transformers

/// `auto`, or one of the scorings.
enum ScoringChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, letters, pairs, classes

  /// The scoring: letters for a decoder; for an encoder classes where every file has classes, else pairs.
  func resolved(for family: Architecture.Family, _ files: [QuestionFile]) -> TokenizedSet.Scoring {
    switch (self, family) {
    case (.letters, _), (.auto, .llama): .letters
    case (.pairs, _): .pairs
    case (.classes, _): .classes
    case (.auto, .bert): files.allSatisfy { $0.format.classes != nil } ? .classes : .pairs
    }
  }
}
