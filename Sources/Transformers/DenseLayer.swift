// The dense layer between a pooled vector and an output layer: an encoder's pooler, or the first layer of its classifier.
import Arrays

/// y = f(W x + b), with W and b trained or frozen; or the layer norm of that, whose scale is frozen.
package struct DenseLayer: Sendable {
  /// The nonlinearity f.
  package enum Activation: String, Codable, Sendable, CaseIterable {
    case tanh, gelu, relu
  }

  private let linear: Linear
  private let activation: Activation
  private let norm: Norm?

  /// What the backward pass needs of the forward pass.
  struct Tape {
    fileprivate let linear: Linear.Tape
    /// f'(W x + b) (rows, width).
    fileprivate let slope: Activations
    fileprivate let norm: Norm.Tape?
  }

  /// The layer norm behind it.
  package struct NormSettings {
    /// Added to the variance.
    let epsilon: Double
    /// The scale (width), which must outlive the layer; nil for 1.
    let scale: UnsafePointer<Float>?
    package init(epsilon: Double, scale: UnsafePointer<Float>?) { (self.epsilon, self.scale) = (epsilon, scale) }

    fileprivate func norm(width: Int) -> Norm {
      Norm(
        scale == nil ? .layerWithoutParameters : .layerWithoutShift, width: width, epsilon: Float(epsilon),
        weight: scale.map { .frozen($0) }, bias: nil)
    }
  }

  /// A layer whose W (width, width) and b (width) lie at the given offsets of the trained vector; nil for no b.
  package init(
    _ activation: Activation, width: Int, weightOffset: Int, biasOffset: Int?, norm: NormSettings? = nil
  ) {
    (self.activation, self.norm) = (activation, norm?.norm(width: width))
    linear = Linear(
      inputs: width, outputs: width, weight: .trained(offset: weightOffset, inputs: width, outputs: width),
      bias: biasOffset.map { .trained(offset: $0) }, adapter: nil, number: LinearObservation.dense, stream: .max)
  }

  /// A layer with frozen W (width, width) and b (width), which must outlive it; nil for no b.
  package init(
    _ activation: Activation, width: Int, weight: StoredNumbers, bias: UnsafePointer<Float>?,
    norm: NormSettings? = nil
  ) {
    (self.activation, self.norm) = (activation, norm?.norm(width: width))
    let matrix = FrozenMatrix(
      inputs: width, outputs: width, values: weight, bias: bias, precision: .float32, copying: true)
    linear = Linear(
      inputs: width, outputs: width, weight: .frozen(matrix), bias: nil, adapter: nil,
      number: LinearObservation.unobserved, stream: .max)
  }

  /// y (rows, width) of x (rows, width).
  func forward(_ x: Activations, rows: Int, _ pass: Pass) -> (y: Activations, tape: Tape) {
    let count = rows * linear.outputs
    let (slope, tape) = linear.forward(x, rows: rows, kept: true, pass)
    let y = pass.room(count, kept: true)
    switch activation {
    case .tanh: tanhKeepingSlope(slope, into: y, count: count)
    case .gelu: Arrays.Activation.gelu.applyKeepingSlope(slope, into: y, count: count)
    case .relu: Arrays.Activation.relu.applyKeepingSlope(slope, into: y, count: count)
    }
    let (normed, normTape) = normalised(y, norm, count: count, kept: true, pass)
    return (normed, Tape(linear: tape, slope: slope, norm: normTape))
  }

  /// The gradient of x (rows, width) for dy (rows, width), which is overwritten.
  func backward(_ dy: Activations, _ tape: Tape, rows: Int, _ pass: Pass) -> Activations {
    let dy = gradient(dy, norm, tape.norm, count: rows * linear.outputs, pass)
    multiply(dy, by: tape.slope, count: rows * linear.outputs)
    let dx = pass.room(rows * linear.inputs)
    linear.backward(dy, tape.linear, rows: rows, pass, into: dx, adding: false)
    return dx
  }
}
