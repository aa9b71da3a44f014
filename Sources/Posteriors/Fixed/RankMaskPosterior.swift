// Rank masks in prediction: every draw keeps some of the ranks of an adapter and drops the others, by the probabilities
// that were learnt.
import Adapters
import Arrays
import Artifacts
import Faults

/// The masks of one adapter.
package struct RankMaskPosterior: Posterior {
  private let adapter: Adapter
  private let seed: Int
  /// Draws (N).
  package let samples: Int

  /// From one adapter file with masks.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files; `.configuration` if it was fitted in another way.
  package init(_ request: PosteriorRequest) throws {
    adapter = try request.adapterWithMasks()
    (seed, samples) = (request.drawing.seed, request.drawing.samples)
  }

  package var groups: Int { 1 }
  package var storedParameters: Int { adapter.values.count }
  package func draw(group: Int, sample: Int) -> Draw {
    let stream = RandomStream(
      seed: UInt64(bitPattern: Int64(seed)), purpose: .diagonalNoise,
      place: (UInt32(truncatingIfNeeded: adapter.seed), UInt32(truncatingIfNeeded: sample)))
    return Draw(
      values: adapter.parameters.drawingMasks(in: adapter.values) { stream.preciseUniform(block: $0) })
  }
  /// A remark if there is only one sample.
  package var warnings: [String] { spreadRemarks }
}

extension FixedMembers {
  /// The adapter whose ranks are weighed by the probabilities of their masks, from one file.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files; `.configuration` if it was fitted in another way.
  package static func rankMaskMean(_ request: PosteriorRequest) throws -> FixedMembers {
    FixedMembers(try request.adapterWithMasks().values)
  }
}

extension PosteriorRequest {
  /// The only adapter, which must have masks.
  fileprivate func adapterWithMasks() throws -> Adapter {
    let (path, adapter) = try single(Adapter.self)
    guard case .rankMasks = files.fit.parametrisation else {
      throw Fault(
        .configuration, path, "it was not fitted with rank masks", hint: "fit it with `parametrisation rank-masks`")
    }
    return adapter
  }
}
