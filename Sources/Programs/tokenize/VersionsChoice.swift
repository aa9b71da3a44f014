// The versions of questions that `tokenize` writes for prompt consistency.
import ArgumentParser
import Artifacts
import Faults
import Tasks

/// `auto`, or one of the kinds of versions.
enum VersionsChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, shifts, corruptions, templates

  /// The kind of versions for questions with this scoring: only prompts of `letters` list the choices.
  ///
  /// - Throws: `Fault` of kind `.usage` for shifts that would change no prompt, and templates where there is no other.
  func resolved(for scoring: TokenizedSet.Scoring, _ template: Template) throws -> TokenizedSet.Versions {
    if self == .templates {
      if !template.alternatives.isEmpty { return .templates }
      throw Fault(
        .usage, "--versions templates", "\(template.name) is the only template for scoring \(scoring.rawValue)",
        hint: "use --versions corruptions")
    }
    guard self == .shifts && scoring != .letters else {
      return self == .corruptions || scoring != .letters ? .corruptions : .shifts
    }
    throw Fault(
      .usage, "--versions shifts",
      "with scoring \(scoring.rawValue) no prompt lists the choices, so another order of them changes nothing",
      hint: "use --versions corruptions")
  }

  /// A line about a choice that was made for the user; nil if there was none to make.
  func note(for scoring: TokenizedSet.Scoring) -> String? {
    guard self == .auto && scoring != .letters else { return nil }
    return "with scoring \(scoring.rawValue) no prompt lists the choices, so another order of them changes nothing: "
      + "the versions are corruptions of severity 1"
  }
}
