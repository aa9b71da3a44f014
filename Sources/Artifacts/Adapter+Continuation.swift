// What stages that start from a fitted adapter have in common: the check of its inputs, and the sum of costs.
import Faults

extension Adapter {
  /// Refuses the adapter of the file `path` unless it was fitted on this base and on these tokens.
  ///
  /// - Parameter tokensDigest: the digest of the tokenized set, if it must be that of the fit.
  /// - Throws: `Fault` of kind `.configuration`.
  package func check(_ path: String, base: BaseModel, tokensDigest: String? = nil) throws {
    guard baseDigest == base.digest else {
      throw Fault(.configuration, path, "it was fitted on another base", hint: "give the base of its fit as `base`")
    }
    guard tokensDigest == nil || tokensDigest == self.tokensDigest else {
      throw Fault(.configuration, path, "it was fitted on other tokens", hint: "give the tokens of its fit as `tokens`")
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
    (trainingSteps, trainingTokens) = (earlier.trainingSteps, earlier.trainingTokens)
    predictionSeconds = seconds
    self.peakMemory = max(peakMemory, earlier.peakMemory ?? 0)
  }
}
