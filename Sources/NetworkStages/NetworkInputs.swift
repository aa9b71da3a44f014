// What every stage that runs the network reads: a base, a tokenized set and, where blocks below the adapters are frozen,
// their cached hidden states. They are opened, checked, recorded and turned into a scorer here and nowhere else: an
// option for all of these stages is added in this file.
import Adapters
import ArgumentParser
import Artifacts
import Faults
import StageKit
import Training
import Transformers

/// The flags that name a base and a tokenized set.
package struct BaseAndTokens: ParsableArguments {
  /// The base.
  @Option(help: "The base, from pretrain-load.") package var base: String
  /// The tokenized set.
  @Option(help: "The tokenized set, from tokenize.") package var tokens: String

  package init() {}

  /// Opens the base and reads the tokenized set.
  ///
  /// - Parameter verifyingDigest: whether the base's content is compared with its digest; see `StageContext.open(base:)`.
  /// - Throws: `Fault` for a file that is missing, damaged or of another kind.
  package func read(_ context: StageContext, verifyingDigest: Bool) throws -> (base: BaseModel, set: TokenizedSet) {
    let base = try context.open(base: base, verifyingDigest: verifyingDigest)
    return (base, try context.read(TokenizedSet.self, tokens))
  }

  /// The same as the inputs of a run of the network.
  ///
  /// - Throws: as `read`.
  package func open(_ context: StageContext, verifyingDigest: Bool = false) throws -> NetworkData {
    try open(context, verifyingDigest: verifyingDigest, prefix: nil)
  }

  fileprivate func open(_ context: StageContext, verifyingDigest: Bool, prefix: String?) throws -> NetworkData {
    let (base, set) = try read(context, verifyingDigest: verifyingDigest)
    return NetworkData(base: base, set: set, context: context, files: self, prefix: prefix)
  }
}

/// The flags of a stage that runs the network on a tokenized set.
package struct NetworkInputs: ParsableArguments {
  @OptionGroup var files: BaseAndTokens
  @Option(help: "Cached hidden states of --tokens, from compute-prefix. Default: computed in every pass.")
  var prefix: String?

  package init() {}

  /// The tokenized set's path, for messages.
  package var tokens: String { files.tokens }

  /// Opens the base and reads the tokenized set; the prefix is opened with the scorer.
  ///
  /// - Parameter verifyingDigest: whether the base's content is compared with its digest; see `StageContext.open(base:)`.
  /// - Throws: `Fault` for a file that is missing, damaged or of another kind.
  package func open(_ context: StageContext, verifyingDigest: Bool = false) throws -> NetworkData {
    try files.open(context, verifyingDigest: verifyingDigest, prefix: prefix)
  }
}

/// A base and a tokenized set that a stage has read.
package struct NetworkData {
  /// The base.
  package let base: BaseModel
  /// The tokenized set.
  package let set: TokenizedSet
  let context: StageContext
  let files: BaseAndTokens
  /// The path of the prefix, if there is one.
  let prefix: String?

  /// The content digest of the tokenized set.
  package var tokensDigest: String { context.digest(of: files.tokens) }

  /// What reads adapters on this base and tokenized set.
  package var adapters: AdapterReader { AdapterReader(context, files, base: base, set) }

  /// What reads the adapter of a PEFT folder for another tokenized set, which was read from `tokens`.
  package func adapters(_ set: TokenizedSet, tokens: String) -> AdapterReader {
    AdapterReader(context, files, base: base, set, tokens: tokens)
  }

  /// The architecture of the base.
  ///
  /// - Throws: `Fault` of kind `.data` where the base's file does not describe one.
  package func architecture() throws -> Architecture { try base.checkedArchitecture(files.base) }

  /// The network with adapters of `settings`, on the tokenized set and above the prefix if one is given.
  ///
  /// - Parameter positions: the length of the longest sequence; nil for that of the set.
  /// - Throws: `Fault` for a prefix that cannot be read; of kind `.configuration` where base, tokens, prefix and settings
  ///   do not belong together.
  package func scorer(_ settings: AdapterSettings, positions: Int? = nil) throws -> Scorer {
    context.announce(settings.precision)
    return try Scorer(
      base, path: files.base, data: set, settings: settings, threads: context.threads, prefix: openPrefix(),
      positions: positions)
  }

  /// The same network on the tokenized set of another file, without a prefix.
  ///
  /// - Throws: as `scorer(_:)`; `Fault` for a file that cannot be read.
  package func scorer(_ settings: AdapterSettings, onTokens path: String) throws -> Scorer {
    try Scorer(
      base, path: files.base, data: context.read(TokenizedSet.self, path), settings: settings,
      threads: context.threads)
  }

  /// Says what a run will hold in memory; see `StageContext.announce`.
  ///
  /// - Throws: `Fault` of kind `.configuration` where it cannot fit.
  package func announce(_ memory: RunMemory) throws { try context.announce(memory) }

  private func openPrefix() throws -> FrozenPrefix? {
    guard let path = self.prefix else { return nil }
    let prefix = try FrozenPrefix(mapping: path)
    try context.record(input: path, digest: prefix.digest)
    guard prefix.baseDigest == base.digest else {
      throw Fault(.configuration, path, "it was made from another base", hint: "make it again from this --base")
    }
    guard prefix.tokensDigest == tokensDigest else {
      throw Fault(.configuration, path, "it was made from other tokens", hint: "make it again from these --tokens")
    }
    return prefix
  }
}

extension StageContext {
  /// Says what a run will hold in memory.
  ///
  /// - Throws: `Fault` of kind `.configuration` where it cannot fit.
  package func announce(_ memory: RunMemory) throws {
    try memory.check()
    say(memory.description)
    let available = Memory.available
    if memory.leastBytes > Double(available) {
      warn("\(Memory.mebibytes(available)) are free now: the run may be slow, or be killed by the system")
    }
  }
}
