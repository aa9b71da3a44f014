// Checks the memory of the factors before it is allocated.
import Faults

/// The memory of one run of `collect-curvature`, besides the network's.
struct CurvatureMemory {
  let blocks: [CurvatureBlock]
  let settings: CurvatureSettings

  init(_ blocks: [CurvatureBlock], _ settings: CurvatureSettings) { (self.blocks, self.settings) = (blocks, settings) }

  /// Bytes of the sums, of those of each part of a step, and of the workspace of the widest factor's eigenvectors.
  var bytes: Int {
    let (all, widest) = KroneckerFactors.valueCounts(blocks, settings)
    return MemoryLayout<Double>.stride * (all * (2 + partsPerStep) + 4 * widest)
  }

  /// Throws if the factors do not fit.
  ///
  /// - Throws: `Fault` of kind `.configuration` with settings that would fit.
  func check(_ available: Int) throws {
    guard bytes > available else { return }
    throw Fault(
      .configuration, setting: "rank",
      "factors of \(blocks.count) matrices need \(Memory.mebibytes(bytes)), \(Memory.mebibytes(available)) are free",
      hint: hint(available))
  }

  /// The first of these that fits: narrower exact factors, fewer directions, only the last layer.
  private func hint(_ available: Int) -> String {
    func fits(_ change: (inout CurvatureSettings) -> Void) -> Bool {
      var settings = settings
      change(&settings)
      return CurvatureMemory(blocks, settings).bytes <= available
    }
    let widths = Set(blocks.flatMap { [$0.outputs, $0.inputs] }).filter { $0 <= settings.exactWidth }.sorted(by: >)
    if let width = widths.dropFirst().first(where: { width in fits { $0.exactWidth = width } }) {
      return "`exact-width \(width)` would fit"
    }
    let rank = (1...settings.rank).last { rank in fits { ($0.rank, $0.exactWidth) = (rank, widths.last ?? 0) } }
    if let rank { return "`rank \(rank)` with `exact-width \(widths.last ?? 0)` would fit" }
    return "use `parameters last-layer`, or a machine with more memory"
  }
}
