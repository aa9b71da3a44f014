// What the stages share that start from a fitted adapter.
import Faults

extension Adapter {
  /// Refuses the adapter of the file `path` where base or tokens are not those that it was fitted on.
  ///
  /// - Parameter tokensDigest: the digest of the tokenized set, if it must be the one of the fit.
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
  /// Adds training to the cost of what it started from: seconds, and the largest memory in bytes.
  package mutating func addTraining(seconds: Double, peakMemory: Int, to earlier: Cost) {
    trainingSeconds = (earlier.trainingSeconds ?? 0) + seconds
    self.peakMemory = max(peakMemory, earlier.peakMemory ?? 0)
  }

  /// Adds prediction to the cost of the posterior: seconds, and the largest memory in bytes.
  package mutating func addPrediction(seconds: Double, peakMemory: Int, to earlier: Cost) {
    (trainableParameters, trainingSeconds) = (earlier.trainableParameters, earlier.trainingSeconds)
    predictionSeconds = seconds
    self.peakMemory = max(peakMemory, earlier.peakMemory ?? 0)
  }
}
