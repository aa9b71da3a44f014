// Adapters of several ranks, scales and modules in one layout, as a library needs them. The factors of each are filled up
// with zeros to the largest rank of their module, and B takes what differs in the scale: s B A = s' (s/s' B) A. So an
// adapter computes what it computes alone, exactly where the scales differ by a power of two, else to the rounding of B.
import Adapters
import Artifacts
import Faults
import JSON
import Transformers

/// The layout that holds all adapters of a library.
struct CommonShape {
  /// Its modules, with the largest rank and the largest scale of any adapter.
  private let modules: [(name: String, rank: Int, alpha: Double)]
  private let architecture: Architecture

  /// - Precondition: the adapters have the factors of LoRA.
  init(of entries: [LibraryEntry], _ architecture: Architecture) throws {
    var (ranks, scales) = ([String: Int](), [String: Float]())
    for entry in entries {
      let fit = try entry.adapter.fit(entry.path)
      for pair in LowRankPair.all(in: entry.adapter.parameters) ?? [] {
        ranks[pair.module] = max(ranks[pair.module] ?? 0, pair.rank)
        scales[pair.module] = max(scales[pair.module] ?? 0, fit.scale(of: pair.module))
      }
    }
    self.architecture = architecture
    modules = architecture.linearModules.compactMap { module in
      ranks[module.name].map { (module.name, $0, Double(scales[module.name]!) * Double($0)) }
    }
  }

  /// The adapter in this layout, with the settings of a fit of this shape.
  ///
  /// - Throws: `Fault` for settings that cannot be read.
  func adapter(of entry: LibraryEntry) throws -> Adapter {
    var adapter = entry.adapter
    let own = try adapter.fit(entry.path)
    var settings = own
    (settings.rank, settings.alpha) = (modules.map(\.rank).max() ?? own.rank, modules.first?.alpha ?? own.alpha)
    (settings.rankStabilized, settings.layers) = (false, nil)
    // Adapters of several shapes began at different values, whatever their seeds: a soup averages their products.
    (settings.isImported, settings.importedStart) = (true, nil)
    settings.adapt(modules)
    let layout = try LowRankLayout(
      architecture, settings, scoring: entry.texts.scoring, classes: entry.texts.classNames.count)
    adapter.settings = try settings.canonicalJSON
    adapter.parameters = layout.parameters
    adapter.values = layout.parameters.entries.flatMap { tensor -> [Float] in
      guard let found = entry.adapter.parameters[tensor.name] else { return [Float](repeating: 0, count: tensor.count) }
      let values = Array(entry.adapter.values[found.offset..<found.offset + found.count])
      switch tensor.role {
      case .factor(.a): return values + [Float](repeating: 0, count: tensor.count - found.count)
      case .factor(.b):
        let module = LowRankPair.module(of: tensor)
        let ratio = own.scale(of: module) / settings.scale(of: module)
        return widened(values.map { ratio * $0 }, from: found.shape[1], to: tensor.shape[1])
      default: return values
      }
    }
    return adapter
  }

  /// Rows of `width` values, each followed by zeros.
  private func widened(_ rows: [Float], from width: Int, to newWidth: Int) -> [Float] {
    stride(from: 0, to: rows.count, by: width).flatMap {
      rows[$0..<$0 + width] + [Float](repeating: 0, count: newWidth - width)
    }
  }
}
