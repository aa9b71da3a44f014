// What the stages take and read that go on from a fitted adapter.
import ArgumentParser
import Artifacts

/// An adapter, what it was fitted on, and the file that is made of it.
package struct ContinuationOptions: ParsableArguments {
  /// The base.
  @Option(help: "The base, from pretrain-load.") package var base: String
  /// The tokenized set.
  @Option(help: "The tokenized set whose training examples are used: the one that the adapter was fitted on.")
  package var tokens: String
  /// The adapter.
  @Option(help: "The adapter, from fit-adapters.") package var adapter: String
  /// What is below it.
  @OptionGroup package var below: PrefixOptions
  /// What is made of it.
  @Option(help: "The file to write.") package var output: String

  package init() {}

  /// Base, tokens, adapter and the prefix that may be given, once the output is known to be writable.
  ///
  /// - Parameter anyTokens: whether other tokens will do than those of the fit.
  /// - Throws: `Fault` where a file cannot be read or written; of kind `.configuration` where they do not belong together.
  package func open(
    _ context: StageContext, anyTokens: Bool = false
  ) throws -> (base: BaseModel, data: TokenizedSet, adapter: Adapter, prefix: FrozenPrefix?) {
    try context.check(outputs: output)
    let base = try context.open(base: self.base)
    let data = try context.read(TokenizedSet.self, tokens)
    let adapter = try context.read(Adapter.self, self.adapter)
    try adapter.check(self.adapter, base: base, tokensDigest: anyTokens ? nil : context.digest(of: tokens))
    return (base, data, adapter, try below.open(context, base: base, tokens: tokens))
  }
}
