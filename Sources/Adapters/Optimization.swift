// One step of training: gradient, penalty, clipping, AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101).
import Arrays
import Artifacts
import Faults
import Transformers

/// The trained vector and the optimizer that moves it.
public struct Optimization: Sendable {
  /// [parameter] The trained vector.
  public internal(set) var values: [Float]
  /// AdamW's moments and how many steps it has taken.
  public internal(set) var state: Adapter.OptimizerState
  private var gradient: [Float]
  private let settings: AdapterSettings
  private let layout: LowRankLayout

  /// Goes on from `values` and `state`.
  public init(_ layout: LowRankLayout, _ settings: AdapterSettings, values: [Float], state: Adapter.OptimizerState?) {
    let zeros = [Float](repeating: 0, count: layout.parameters.count)
    precondition(values.count == zeros.count, "\(values.count) values, \(zeros.count) parameters")
    (self.layout, self.settings, self.values, gradient) = (layout, settings, values, zeros)
    self.state = state ?? Adapter.OptimizerState(step: 0, firstMoment: zeros, secondMoment: zeros)
  }

  /// Takes one step on `examples` and returns their mean cross-entropy before it.
  ///
  /// - Parameter dropoutSeed: what tells this step's dropout masks from others'.
  /// - Throws: `Fault` of kind `.data` with step and rows where the loss or the gradient is not finite. The values are
  ///   then those of before the step.
  public mutating func step(
    _ scorer: Scorer, examples: [Int], learningRate: Double, dropoutSeed: UInt64
  ) throws -> Double {
    let dropout =
      settings.dropout > 0 ? Dropout(keepProbability: Float(1 - settings.dropout), seed: dropoutSeed) : nil
    let loss = scorer.lossAndGradient(of: examples, parameters: values, gradient: &gradient, dropout: dropout)
    if settings.productPenalty > 0 { addProductPenalty() }
    let norm = squaredNorm(gradient, count: gradient.count).squareRoot()
    guard loss.isFinite, norm.isFinite else {
      let rows = examples.prefix(8).map { scorer.data.rowIDs[$0] }.joined(separator: ", ")
      throw Fault(
        .data, scorer.data.dataset,
        "step \(state.step + 1): loss \(loss.shortest), gradient norm \(norm.shortest), learning rate \(learningRate), rows \(rows)",
        hint: "a lower --learning-rate or a --gradient-clip usually helps")
    }
    if settings.gradientClip > 0 && norm > settings.gradientClip {
      multiply(&gradient, by: Float(settings.gradientClip / norm), count: gradient.count)
    }
    state.step += 1
    for entry in layout.parameters.entries {
      adamW(
        &values, gradient: gradient, firstMoment: &state.firstMoment, secondMoment: &state.secondMoment,
        range: entry.offset..<entry.offset + entry.count, learningRate: Float(learningRate), step: state.step,
        weightDecay: Float(weightDecay(entry)))
    }
    return loss
  }

  private func weightDecay(_ entry: ParameterTable.Entry) -> Double {
    if entry.name.hasSuffix("lora_A.weight") { return settings.weightDecayA }
    if entry.name.hasSuffix("lora_B.weight") { return settings.weightDecayB }
    return settings.weightDecayHead
  }

  /// Adds the gradient of lambda * sum over modules of |B A|² (Frobenius): a Gaussian prior on the weights' change, not
  /// on its factors. d/dA = 2 lambda (Bᵀ B) A and d/dB = 2 lambda B (A Aᵀ): only rank x rank products.
  private mutating func addProductPenalty() {
    let factor = 2 * Float(settings.productPenalty)
    for module in layout.modules {
      let place = layout.adapters[module.name]!
      let (r, inputs, outputs) = (place.rank, module.inputs, module.outputs)
      var (gramA, gramB) = ([Float](repeating: 0, count: r * r), [Float](repeating: 0, count: r * r))
      values.withUnsafeBufferPointer { values in
        gradient.withUnsafeMutableBufferPointer { gradient in
          let (a, b) = (values.baseAddress! + place.offsetA, values.baseAddress! + place.offsetB)
          let (da, db) = (gradient.baseAddress! + place.offsetA, gradient.baseAddress! + place.offsetB)
          BLAS.multiply(rows: r, columns: r, inner: inputs, a, inputs, .plain, a, inputs, .transposed, into: &gramA, r)
          BLAS.multiply(rows: r, columns: r, inner: outputs, b, r, .transposed, b, r, .plain, into: &gramB, r)
          BLAS.multiply(
            rows: r, columns: inputs, inner: r, gramB, r, .plain, a, inputs, .plain, into: da, inputs, scale: factor,
            adding: true)
          BLAS.multiply(
            rows: outputs, columns: r, inner: r, b, r, .plain, gramA, r, .plain, into: db, r, scale: factor,
            adding: true)
        }
      }
    }
  }
}
