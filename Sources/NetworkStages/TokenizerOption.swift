// The flag of the stages that turn new texts into tokens, or tokens into texts.
import ArgumentParser
import Artifacts
import Checkpoints
import Faults
import StageKit
import Tokenization

/// The tokenizer of the base.
package struct TokenizerOption: ParsableArguments {
  @Option(help: ArgumentHelp("The Hugging Face folder of the base, for its tokenizer.", valueName: "folder"))
  var model: String

  package init() {}

  /// Reads the tokenizer and records its files.
  ///
  /// - Parameters:
  ///   - set: a tokenized set that it made.
  ///   - path: the set's path, for messages.
  /// - Throws: `Fault` for a folder that cannot be read; of kind `.configuration` where `set` has another tokenizer.
  package func read(_ context: StageContext, of set: TokenizedSet, at path: String) throws -> Tokenizer {
    let folder = try ModelFolder(model)
    for (path, digest) in folder.tokenizerFiles { try context.record(input: path, digest: digest) }
    guard folder.tokenizerDigest == set.tokenizerDigest else {
      throw Fault(
        .configuration, model, "its tokenizer is not the one that \(path) was made with",
        hint: "give the `model` that the run was made with")
    }
    return try Tokenizer(contentsOf: model)
  }
}
