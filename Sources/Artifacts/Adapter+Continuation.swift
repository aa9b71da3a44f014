// What the stages share that go on from a fitted adapter.
import Faults

extension Adapter {
  /// Refuses to go on from the adapter of the file `path` where something else is given than it was fitted on.
  ///
  /// - Parameter tokensDigest: that of the tokenized set, where it has to be the one of the fit.
  /// - Throws: `Fault` of kind `.configuration`.
  package func check(_ path: String, base: BaseModel, tokensDigest: String? = nil) throws {
    guard baseDigest == base.digest else {
      throw Fault(.configuration, path, "it was fitted on another base", hint: "use that one as `base`")
    }
    guard tokensDigest == nil || tokensDigest == self.tokensDigest else {
      throw Fault(.configuration, path, "it was fitted on other tokens", hint: "use those as `tokens`")
    }
  }
}

extension Cost {
  /// Notes that going on from an adapter took so many seconds more, and so many bytes at most.
  package mutating func goOn(from adapter: Cost, seconds: Double, peakMemory: Int) {
    trainingSeconds = (adapter.trainingSeconds ?? 0) + seconds
    self.peakMemory = max(peakMemory, adapter.peakMemory ?? 0)
  }
}
