// The matrices over which a Laplace approximation is a Gaussian, and the two factors of their gradients in a backward
// pass.
import Adapters
import Artifacts
import Faults
import Transformers

/// One matrix W (outputs, inputs) of parameters whose gradient is a sum of g aᵀ over rows.
struct CurvatureBlock: Sendable {
  /// Which values of the backward pass are a and g.
  enum GradientSite: Sendable {
    /// LoRA's A: a = x, g = s Bᵀ dy.
    case adapterA
    /// LoRA's B: a = A x, g = s dy.
    case adapterB
    /// A layer of a head: a = x, and 1 for the bias; g = dy.
    case head
  }

  let name: String
  let site: GradientSite
  /// The module's index, as in `LinearObservation`.
  let number: Int
  /// How often a pass applies the module: its gradient is the sum over all of them.
  let applications: Int
  let outputs: Int
  let inputs: Int
  let offset: Int
  let biasOffset: Int?

  /// The number of its parameters.
  var count: Int { outputs * inputs }

  /// Whether all choices share one output. The choices' gradients then belong to one matrix with one row, and the
  /// curvature needs no Kronecker product: it is the sum of Xᵀ (diag p - p pᵀ) X, with the choices' inputs X as rows. A
  /// bias shifts all choices equally, changes no probability, and is omitted.
  var isSharedOutput: Bool { site == .head && outputs == 1 }
}

extension CurvatureSettings {
  /// The blocks of these parameters, in the vector's order.
  ///
  /// - Throws: `Fault` of kind `.usage` if there are none.
  func blocks(_ architecture: Architecture, _ layout: LowRankLayout) throws -> [CurvatureBlock] {
    let last = architecture.distinctBlocks.upperBound - 1
    let takesHeadAlone = parameters == .lastLayer && layout.headOutputs > 0
    var blocks: [CurvatureBlock] = []
    for (number, module) in architecture.linearModules.enumerated() where !takesHeadAlone {
      guard let place = layout.adapters[module.name], parameters != .lastLayer || module.layer == last else {
        continue
      }
      let (name, applications) = ("base_model.model.\(module.name)", architecture.applications(of: module))
      blocks.append(
        CurvatureBlock(
          name: layout.parameters[name, .factor(.a)]!.name, site: .adapterA, number: number,
          applications: applications, outputs: place.rank,
          inputs: module.inputs,
          offset: place.offsetA, biasOffset: nil))
      blocks.append(
        CurvatureBlock(
          name: layout.parameters[name, .factor(.b)]!.name, site: .adapterB, number: number,
          applications: applications, outputs: module.outputs,
          inputs: place.rank,
          offset: place.offsetB, biasOffset: nil))
    }
    if let weight = layout.parameters[LowRankLayout.headWeight],
      let bias = layout.parameters[LowRankLayout.headBias]
    {
      let (outputs, width) = (weight.shape[0], weight.shape[1])
      blocks.append(
        CurvatureBlock(
          name: weight.name, site: .head, number: LinearObservation.head, applications: 1,
          outputs: outputs,
          inputs: outputs == 1 ? width : width + 1, offset: weight.offset,
          biasOffset: outputs == 1 ? nil : bias.offset))
    }
    guard !blocks.isEmpty else {
      throw Fault(
        .usage, setting: "parameters", "last-layer, but no module of the last block is adapted",
        hint: "use `parameters all`, or fit adapters of the last block")
    }
    return blocks
  }
}

extension CurvatureBlock {
  /// The trained dense layer of a head; nil where there is none.
  static func ofDenseLayer(_ layout: LowRankLayout) -> CurvatureBlock? {
    guard let weight = layout.parameters[LowRankLayout.denseWeight] else { return nil }
    let bias = layout.parameters[LowRankLayout.denseBias]
    return CurvatureBlock(
      name: weight.name, site: .head, number: LinearObservation.dense, applications: 1, outputs: weight.shape[0],
      inputs: weight.shape[1] + (bias == nil ? 0 : 1), offset: weight.offset, biasOffset: bias?.offset)
  }

  /// Copies a matrix (outputs, inputs) to its place in a vector.
  func scatter(_ matrix: UnsafePointer<Float>, into vector: UnsafeMutablePointer<Float>) {
    let columns = inputs - (biasOffset == nil ? 0 : 1)
    for row in 0..<outputs {
      (vector + offset + row * columns).update(from: matrix + row * inputs, count: columns)
      if let biasOffset { vector[biasOffset + row] = matrix[row * inputs + columns] }
    }
  }

  /// A copy of the inputs a (rows, inputs) of a row range.
  ///
  /// - Precondition: the observation is of this block's module.
  func inputs(_ seen: LinearObservation, _ rows: Range<Int>) -> [Float] {
    switch site {
    case .adapterA: copy(seen.x, width: inputs, rows)
    case .adapterB: copy(seen.adapter!.u, width: inputs, rows)
    case .head:
      if biasOffset == nil {
        copy(seen.x, width: inputs, rows)
      } else {
        rows.flatMap { copy(seen.x, width: inputs - 1, $0..<$0 + 1) + [1] }
      }
    }
  }

  /// A copy of the output gradients g (rows, outputs) of a row range.
  ///
  /// - Precondition: the observation is of this block's module.
  func outputGradients(_ seen: LinearObservation, _ rows: Range<Int>) -> [Float] {
    switch site {
    case .adapterA: copy(seen.adapter!.du, width: outputs, rows)
    case .adapterB: copy(seen.dy, width: outputs, rows).map { seen.adapter!.scale * $0 }
    case .head: copy(seen.dy, width: outputs, rows)
    }
  }

  private func copy(_ values: UnsafePointer<Float>, width: Int, _ rows: Range<Int>) -> [Float] {
    Array(UnsafeBufferPointer(start: values + rows.lowerBound * width, count: rows.count * width))
  }
}
