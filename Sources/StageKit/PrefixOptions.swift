// A frozen prefix, as the stages take it that run the network.
import ArgumentParser
import Artifacts
import Faults

/// What the blocks below the adapters make of the tokens, if it was computed before.
package struct PrefixOptions: ParsableArguments {
  /// The file.
  @Option(
    help: "The states of --tokens below the adapters, from compute-prefix on --base. Default: made in every pass.")
  package var prefix: String?

  package init() {}

  /// Maps the prefix and notes it as an input; nil where none is given.
  ///
  /// - Throws: `Fault` for a file that is missing, damaged or no prefix; of kind `.configuration` for one of another base
  ///   or other tokens.
  package func open(_ context: StageContext, base: BaseModel, tokens: String) throws -> FrozenPrefix? {
    guard let path = prefix else { return nil }
    let prefix = try FrozenPrefix(mapping: path)
    try context.record(input: path, digest: prefix.digest)
    guard prefix.baseDigest == base.digest else {
      throw Fault(.configuration, path, "it was made from another base", hint: "make it again from this --base")
    }
    guard prefix.tokensDigest == context.digest(of: tokens) else {
      throw Fault(.configuration, path, "it was made from other tokens", hint: "make it again from these --tokens")
    }
    return prefix
  }
}
