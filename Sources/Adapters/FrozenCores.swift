// LoRA-XS (Bałazy et al. 2024, arXiv:2405.17604), the parametrisation of b-lora-xs (Marszałek et al. 2025): the factors
// are frozen, B = U Σ and A = Vᵀ of the truncated singular value decomposition of W, and only a core C (rank, rank) between
// them is trained. With r² parameters a module, every posterior is cheap.
import Arrays
import Artifacts
import Transformers

/// A core for each module, zero at the start.
struct FrozenCores: ModuleParametrisation {
  let layout: LowRankLayout
  let parameters: ParameterTable
  /// [module] A (rank, inputs) and B (outputs, rank).
  private let factors: [(a: [Float], b: [Float])]

  /// - Parameter weight: returns W (outputs, inputs) of a module.
  init(_ layout: LowRankLayout, weight: (Architecture.LinearModule) throws -> [Float]) rethrows {
    self.layout = layout
    parameters = layout.replacing { _, name, table in
      table.append(name, .core, shape: [layout.rank, layout.rank])
    }
    factors = try layout.modules.map {
      truncatedSVD(try weight($0), rows: $0.outputs, columns: $0.inputs, rank: layout.rank)
    }
  }

  func initialize(_ index: Int, seed: UInt64, _ theta: UnsafeMutablePointer<Float>) {}

  func expand(_ index: Int, _ theta: UnsafePointer<Float>, into phi: UnsafeMutablePointer<Float>) {
    let (module, r) = (layout.modules[index], layout.rank)
    let place = layout.adapters[module.name]!
    GEMM.multiply(
      rows: r, columns: module.inputs, inner: r, theta + parameters.entries[index].offset, r, .plain, factors[index].a,
      module.inputs, .plain, into: phi + place.offsetA, module.inputs)
    (phi + place.offsetB).update(from: factors[index].b, count: module.outputs * r)
  }

  func pullback(
    _ index: Int, _ dphi: UnsafePointer<Float>, at theta: UnsafePointer<Float>,
    into dtheta: UnsafeMutablePointer<Float>
  ) {
    let (module, r) = (layout.modules[index], layout.rank)
    let place = layout.adapters[module.name]!
    GEMM.multiply(
      rows: r, columns: r, inner: module.inputs, dphi + place.offsetA, module.inputs, .plain, factors[index].a,
      module.inputs, .transposed, into: dtheta + parameters.entries[index].offset, r)
  }
}
