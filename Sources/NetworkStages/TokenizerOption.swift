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

  /// Reads the tokenizer, with the token that ends a text, and records its files.
  ///
  /// - Parameters:
  ///   - set: a tokenized set that it made.
  ///   - path: the set's path, for messages.
  /// - Throws: `Fault` for a folder that cannot be read; of kind `.configuration` where `set` has another tokenizer.
  package func read(
    _ context: StageContext, of set: TokenizedSet, at path: String
  ) throws -> (tokenizer: Tokenizer, endToken: Int32?) {
    let folder = try ModelFolder(model)
    for (path, digest) in folder.tokenizerFiles { try context.record(input: path, digest: digest) }
    try TokenizerFiles(model).check(made: path, set.tokenizerDigest)
    let tokenizer = try Tokenizer(contentsOf: model)
    return (tokenizer, folder.endToken(tokenizer.eosID))
  }
}
