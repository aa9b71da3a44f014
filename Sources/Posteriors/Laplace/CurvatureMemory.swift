// What the factors will take, before they take it.
import Faults

/// The memory of one run of `collect-curvature`, beyond the network's own.
struct CurvatureMemory {
  let blocks: [CurvatureBlock]
  let settings: CurvatureSettings

  init(_ blocks: [CurvatureBlock], _ settings: CurvatureSettings) { (self.blocks, self.settings) = (blocks, settings) }

  /// Bytes: the sums themselves, those of each part of a step, and the workspace of the widest factor's eigenvectors.
  var bytes: Int {
    let (all, widest) = KroneckerFactors.numbers(blocks, settings)
    return MemoryLayout<Double>.stride * (all * (2 + partsPerStep) + 4 * widest)
  }

  /// Refuses what does not fit.
  ///
  /// - Throws: `Fault` of kind `.configuration` that names what would.
  func check(_ available: Int) throws {
    guard bytes > available else { return }
    throw Fault(
      .configuration, setting: "rank",
      "factors of \(blocks.count) matrices take \(Memory.mebibytes(bytes)), and \(Memory.mebibytes(available)) are free",
      hint: hint(available))
  }

  /// The first that fits of: narrower exact factors, fewer directions, the last layer alone.
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
