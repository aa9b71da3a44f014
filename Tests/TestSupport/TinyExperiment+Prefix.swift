// The cached hidden states of a tiny experiment.
import Artifacts
import Training

extension TinyExperiment {
  /// The prefix below the upper blocks, from a file of its own in `folder`.
  ///
  /// - Parameters:
  ///   - data: the examples; nil for those of the experiment.
  ///   - examples: the indices of those that are held; nil for all.
  package func prefix(
    in folder: String, of data: TokenizedSet? = nil, examples: [Int]? = nil, blocks: Int = 1, threads: Int = 1
  ) throws -> FrozenPrefix {
    var run = try PrefixRun(
      base, path: "base.h5", data: data ?? tokens, examples: examples, blocks: blocks, precision: .float32,
      threads: threads, availableMemory: 1 << 30)
    try run.complete { _, _ in }
    let path = "\(folder)/prefix-\(blocks)-\(threads).h5"
    try FrozenPrefix.write(
      to: path, baseDigest: base.digest, tokensDigest: "", examples: examples, blocks: blocks, precision: .float32,
      width: run.width, states: run.states, provenance: Self.provenance)
    return try FrozenPrefix(mapping: path)
  }
}
