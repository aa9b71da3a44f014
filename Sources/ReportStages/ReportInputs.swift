// The inputs of a report that say what its predictions are about.
import ArgumentParser
import Artifacts
import Checkpoints
import Reports
import StageKit
import Tokenization

/// The tokens and the model of a run.
package struct ReportInputs: ParsableArguments {
  @Option(
    help: "The tokens of the data set that was trained on: outputs then name the choices, and copies are known.")
  package var tokens: String?
  @Option(help: "The model folder: the report then names it and, with --tokens, shows texts.")
  package var model: String?

  package init() {}

  /// The questions of the tokens at `path`, without their words.
  ///
  /// - Throws: `Fault` where the file cannot be read.
  package static func texts(_ path: String, _ context: StageContext) throws -> QuestionTexts {
    let file = try context.open(path)
    return QuestionTexts(try TokenizedSet.read(file), digest: file.digest, path: path)
  }

  /// The questions of the tokens; nil without tokens.
  ///
  /// - Throws: `Fault` where tokens or tokenizer cannot be read.
  package func texts(_ context: StageContext) throws -> QuestionTexts? {
    guard let tokens else { return nil }
    let file = try context.open(tokens)
    let set = try TokenizedSet.read(file)
    let tokenizer = try model.map { try Tokenizer(of: $0, thatMade: tokens, set.tokenizerDigest) }
    do { _ = try tokenizer?.decode([]) } catch { context.warn("the report shows no texts: \(error)") }
    let files = try file.command().map {
      QuestionFileNames(training: Self.files(after: "--train", in: $0), test: Self.files(after: "--test", in: $0))
    }
    return QuestionTexts(set, digest: file.digest, path: tokens, from: files) { try? tokenizer?.decode($0) }
  }

  /// The paths that follow `flag` in a command of `tokenize`.
  private static func files(after flag: String, in command: String) -> [String] {
    let words = command.split(separator: " ").map(String.init)
    guard let index = words.firstIndex(of: flag) else { return [] }
    return words[(index + 1)...].prefix { !$0.hasPrefix("--") }.map(\.self)
  }

  /// What the report says about its run.
  package func facts(_ context: StageContext) -> RunFacts {
    RunFacts(model: model, provenance: context.provenance, date: context.date, host: context.host)
  }
}

extension Tokenizer {
  /// The tokenizer of the model folder at `model`, which must be the one that made the file at `path`.
  ///
  /// - Parameter digest: that of the tokenizer, as the file says; empty where it does not.
  /// - Throws: `Fault` of kind `.configuration` for another tokenizer; what reading it throws.
  package init(of model: String, thatMade path: String, _ digest: String) throws {
    if !digest.isEmpty { try TokenizerFiles(model).check(made: path, digest) }
    try self.init(contentsOf: model)
  }
}
