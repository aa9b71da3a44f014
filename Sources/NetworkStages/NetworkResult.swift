// How a stage that runs the network ends: the computation is finished, its result gets the digests of what it was made
// from and its cost, and is written. No stage stamps a result in another way.
import Artifacts
import StageKit

/// A result that says which base and tokens it was made from, and at what cost.
package protocol NetworkResult: Artifact {
  /// The content digest of the base.
  var baseDigest: String { get set }
  /// The content digest of the tokens.
  var tokensDigest: String { get set }
  /// What it cost.
  var cost: Cost { get set }
  /// Adds the seconds and the largest memory (bytes) of this stage to the cost of what it started from.
  mutating func addCost(seconds: Double, peakMemory: Int, to earlier: Cost)
}

extension NetworkResult {
  package mutating func addCost(seconds: Double, peakMemory: Int, to earlier: Cost) {
    cost.addTraining(seconds: seconds, peakMemory: peakMemory, to: earlier)
  }
}

extension Adapter: NetworkResult {}
extension SwagMoments: NetworkResult {}
extension Chain: NetworkResult {}
extension Curvature: NetworkResult {}
extension Predictions: NetworkResult {
  package mutating func addCost(seconds: Double, peakMemory: Int, to earlier: Cost) {
    cost.addPrediction(seconds: seconds, peakMemory: peakMemory, to: earlier)
  }
}

extension Answers: NetworkResult {
  package mutating func addCost(seconds: Double, peakMemory: Int, to earlier: Cost) {
    cost.addPrediction(seconds: seconds, peakMemory: peakMemory, to: earlier)
  }
}

extension NetworkData {
  /// Runs `run` to its end, resuming from a checkpoint of the same inputs and settings, and writes the result to `output`.
  ///
  /// - Parameters:
  ///   - settings: all that the result depends on beside the files that were read.
  ///   - earlier: the cost of what the run started from.
  ///   - result: makes the result of the finished run. Digests that it already carries are kept: an adapter with TFB's
  ///     noise still names the tokens that it was trained on.
  /// - Returns: what was written.
  /// - Throws: what the run and `result` throw; `Fault` where a checkpoint is damaged, or a file cannot be written.
  @discardableResult
  package func finish<Run: Resumable, Result: NetworkResult>(
    _ run: inout Run, settings: any Encodable..., startingFrom earlier: Cost = Cost(), to output: String,
    _ checkpoints: CheckpointOptions, result: (Run) throws -> Result
  ) throws -> Result {
    let seconds = try context.complete(&run, settings: settings, output: output, options: checkpoints)
    var result = try result(run)
    if result.baseDigest.isEmpty { result.baseDigest = base.digest }
    if result.tokensDigest.isEmpty { result.tokensDigest = tokensDigest }
    result.addCost(seconds: seconds, peakMemory: context.peakMemory, to: earlier)
    try context.write(result, to: output)
    return result
  }
}
