// The scoring that `tokenize` uses: the one from the flags, or one that fits the base and the questions.
import ArgumentParser
import Artifacts
import Faults
import Tasks
import Transformers

/// `auto`, or one of the scorings.
enum ScoringChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, letters, continuations, pairs, classes, labels, answers

  /// Refuses a template for models of the other kind, before any file is read.
  /// - Throws: `Fault` of kind `.configuration`; of kind `.usage` where there is no such template.
  func check(_ template: String?, for architecture: Architecture, _ dataset: String) throws {
    if let scoring = TokenizedSet.Scoring(rawValue: rawValue) { return try scoring.check(on: architecture, dataset) }
    guard let scoring = try template.map({ try Template.named($0).scoring }),
      scoring.needsDecoder != architecture.isDecoder
    else { return }
    let fitting = Template.all.filter { $0.scoring.needsDecoder == architecture.isDecoder }.map(\.name)
    throw Fault(
      .configuration, setting: "template",
      scoring.needsDecoder
        ? "\(template!) is for decoders, and the model is an encoder"
        : "\(template!) is for encoders, and the model is a decoder",
      hint: "choose \(fitting.joined(separator: ", "))")
  }

  /// What the answers to questions without choices are, as far as flags and model tell: an encoder has labels, a decoder
  /// may write.
  func answersWithoutChoices(for architecture: Architecture, template: String?) -> AnswerWithoutChoices {
    guard architecture.isDecoder else { return .label }
    let told = TokenizedSet.Scoring(rawValue: rawValue) ?? template.flatMap { try? Template.named($0).scoring }
    return told.map { $0 == .answers ? .text : .label } ?? .unknown
  }

  /// The scoring. For `auto`, it is the one that a file's targets need, or that of the template if one is named. Otherwise
  /// it is letters for a decoder; for an encoder it is classes if all files have classes, otherwise pairs.
  ///
  /// - Throws: `Fault` of kind `.usage` if there is no such template, `.configuration` if there are more classes than
  ///   letters, or a file needs another scoring.
  func resolved(
    for architecture: Architecture, _ files: [QuestionFile], template: String?
  ) throws -> TokenizedSet.Scoring {
    let scoring = try choice(for: architecture, files, template: template)
    if scoring == .labels, let file = files.first(where: { $0.format.targets != .labels }) {
      throw Fault(
        .configuration, file.path,
        "a file of \(file.format.name) has one right choice, but scoring labels needs several",
        hint: "omit `scoring`, or use `format labels`")
    }
    if self == .answers, template == nil, let file = files.first(where: { !$0.format.isOpen }) {
      throw Fault(
        .configuration, file.path,
        "a file of \(file.format.name) has answers to choose from, and here they are to be written",
        hint: "`template open` asks without the choices")
    }
    if let file = files.first(where: \.format.isOpen), scoring != .answers || !architecture.isDecoder {
      throw Fault(
        .configuration, file.path,
        architecture.isDecoder
          ? "a file of \(file.format.name) has answers to be written, not scoring \(scoring.rawValue)"
          : "a file of \(file.format.name) has answers to be written, and an encoder cannot write",
        hint: architecture.isDecoder ? "omit `scoring` and `template`" : "use a decoder as `model`")
    }
    for file in files {
      guard let needed = file.format.targets?.scoring else { continue }
      if architecture.isDecoder {
        throw Fault(
          .configuration, file.path,
          "a file of \(file.format.name) is for encoders, which have a trained head, and the model is a decoder",
          hint: "use an encoder as `model`")
      }
      guard needed != scoring else { continue }
      throw Fault(
        .configuration, file.path,
        "a file of \(file.format.name) needs scoring \(needed.rawValue), not \(scoring.rawValue)",
        hint: "omit `scoring` and `template`")
    }
    let classes = files.lazy.filter(\.format.isOfTexts).compactMap(\.questions.first?.choices.count).max() ?? 0
    if scoring == .letters && classes > Template.mostLetters {
      throw Fault(
        .configuration, "`scoring letters`",
        "a decoder answers by letter, for at most \(Template.mostLetters) classes; found \(classes)",
        hint: "use an encoder, or `template answer`, which scores the words of each class")
    }
    return scoring
  }

  private func choice(
    for architecture: Architecture, _ files: [QuestionFile], template: String?
  ) throws -> TokenizedSet.Scoring {
    if self == .auto, let scoring = files.lazy.compactMap(\.format.targets?.scoring).first { return scoring }
    if self == .auto, template == nil, files.contains(where: \.format.isOpen) { return .answers }
    if self == .auto, let template { return try Template.named(template).scoring }
    switch self {
    case .continuations: return .continuations
    case .letters: return .letters
    case .pairs: return .pairs
    case .classes: return .classes
    case .labels: return .labels
    case .answers: return .answers
    case .auto:
      if architecture.isDecoder { return .letters }
      return files.allSatisfy(\.format.hasClasses) ? .classes : .pairs
    }
  }
}

extension TokenizedSet.Scoring {
  /// Refuses answers that are to be written.
  /// - Throws: `Fault` of kind `.configuration` naming the file.
  func requireChoices(_ files: [QuestionFile]) throws {
    guard self == .answers, let file = files.first else { return }
    throw Fault(
      .configuration, file.path, "its answers are to be written, and what follows needs choices",
      hint: "make evaluate TEXTS=10 has them written; other goals need choices")
  }
}
