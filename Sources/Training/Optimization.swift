// One step of training: gradient, clipping, AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101). Variational methods then
// take a second step, plain gradient descent on the divergence from the prior, as BLoB's two optimizers do.
import Adapters
import Arrays
import Artifacts
import Faults
import Transformers

/// The trained vector and its optimizer.
package struct Optimization: Sendable {
  /// [parameter] The trained vector.
  package internal(set) var values: [Float]
  /// AdamW's moments and the number of its steps.
  package internal(set) var state: Adapter.OptimizerState
  /// The norm of the last step's gradient before clipping.
  private(set) var gradientNorm = 0.0
  private var gradient: [Float]
  private let settings: AdapterSettings
  private let parameters: ParameterTable
  private let random: GaussianTensors
  private let canClip: Bool

  /// Starts from `values`, the vector of one or several members, and from the optimizer's `state`; nil for a new one. The
  /// moments of an optimizer that has not started are zeros.
  ///
  /// - Parameter canClip: whether the caller can set a largest norm of the gradient, for hints.
  package init(
    _ parameters: ParameterTable, _ settings: AdapterSettings, values: [Float], state: Adapter.OptimizerState?,
    canClip: Bool = false
  ) {
    let zeros = [Float](repeating: 0, count: values.count)
    precondition(
      values.count > 0 && values.count % parameters.count == 0, "\(values.count) values, \(parameters.count) parameters"
    )
    (self.parameters, self.settings, self.values, gradient) = (parameters, settings, values, zeros)
    (random, self.canClip) = (GaussianTensors(parameters), canClip)
    let started = state.flatMap { $0.firstMoment.isEmpty ? nil : $0 }
    self.state = started ?? Adapter.OptimizerState(step: state?.step ?? 0, firstMoment: zeros, secondMoment: zeros)
  }

  /// Takes one step on `examples` and returns their mean cross-entropy before it.
  ///
  /// - Parameter dropoutSeed: the seed of this step's dropout masks and noise.
  /// - Throws: `Fault` of kind `.data` with step and rows if the loss or the gradient is not finite. The values are then
  ///   still those before the step.
  package mutating func step(
    _ scorer: Scorer, examples: [Int], learningRate: Double, dropoutSeed: UInt64
  ) throws -> Double {
    let settings = settings
    let dropout =
      settings.dropout > 0 ? Dropout(keepProbability: Float(1 - settings.dropout), seed: dropoutSeed) : nil
    return try step(on: examples, of: scorer.data, learningRate: learningRate) { values, gradient in
      scorer.lossAndGradient(
        of: examples, parameters: values, gradient: &gradient, dropout: dropout,
        productPenalty: settings.productPenalty, noise: settings.variational == nil ? nil : dropoutSeed)
    }
  }

  /// The same for any loss. `lossAndGradient` returns it at the given values, and sets its gradient.
  ///
  /// - Throws: as the other.
  package mutating func step(
    on examples: [Int], of data: TokenizedSet, learningRate: Double,
    _ lossAndGradient: (_ values: [Float], _ gradient: inout [Float]) -> Double
  ) throws -> Double {
    let loss = lossAndGradient(values, &gradient)
    let squares = members.map { member in
      gradient.withUnsafeBufferPointer { squaredNorm($0.baseAddress! + member, count: parameters.count) }
    }
    gradientNorm = squares.reduce(0, +).squareRoot()
    guard loss.isFinite, gradientNorm.isFinite else {
      let rows = examples.prefix(8).map { data.rowIDs[$0] }.joined(separator: ", ")
      throw Fault(
        .data, data.dataset,
        "step \(state.step + 1): loss \(loss.shortest), gradient norm \(gradientNorm.shortest), learning rate \(learningRate), rows \(rows)",
        hint: "a lower `learning-rate`\(canClip ? " or a `gradient-clip`" : "") usually helps")
    }
    state.step += 1
    for (member, square) in zip(members, squares) {
      clip(member, norm: square.squareRoot())
      for entry in parameters.entries {
        adamW(
          &values, gradient: gradient, firstMoment: &state.firstMoment, secondMoment: &state.secondMoment,
          range: member + entry.offset..<member + entry.offset + entry.count, learningRate: Float(learningRate),
          epsilon: settings.variational == nil ? 1e-8 : 1e-6, step: state.step, weightDecay: Float(weightDecay(entry)))
      }
    }
    return loss
  }

  /// The offsets of the members' vectors in `values`.
  private var members: StrideTo<Int> { stride(from: 0, to: values.count, by: parameters.count) }

  /// Clips the gradient of the member at offset `member` to the largest allowed norm. Each member is clipped by its own
  /// norm, as if it were trained alone: with a common norm, an outlier of one member would slow down the others.
  private mutating func clip(_ member: Int, norm: Double) {
    guard settings.gradientClip > 0 && norm > settings.gradientClip else { return }
    gradient.withUnsafeMutableBufferPointer {
      multiply($0.baseAddress! + member, by: Float(settings.gradientClip / norm), count: parameters.count)
    }
  }

  /// Takes a step of gradient descent on the divergence. Returns the divergence before the step, and its gradient's norm.
  ///
  /// - Parameters:
  ///   - prior: the prior's standard deviation.
  ///   - rate: the learning rate times the divergence's weight.
  package mutating func descendDivergence(priorDeviation prior: Double, rate: Double) -> (value: Double, norm: Double) {
    let value = random.divergence(at: values, priorDeviation: prior)
    return (value, random.descend(&values, priorDeviation: prior, rate: rate))
  }

  /// The weight decay of a tensor; 0 if the divergence keeps it near its prior.
  private func weightDecay(_ entry: ParameterTable.Entry) -> Double {
    if random.hasPrior(entry) { return 0 }
    return switch entry.role.factor {
    case .a: settings.weightDecayA
    case .b: settings.weightDecayB
    case nil: settings.weightDecayHead
    }
  }
}
