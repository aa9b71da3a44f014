// Layer norm (Ba et al. 2016, arXiv:1607.06450) and RMS norm (Zhang and Sennrich 2019, arXiv:1910.07467) over rows.
import Arrays

/// A norm over each row of `width` values: rows of the residual stream, or the heads of queries or keys.
struct Norm: Sendable {
  let kind: Architecture.NormKind
  let width: Int
  let epsilon: Float
  /// The scale (width); nil for a layer norm without parameters.
  let weight: Tensor?
  /// The shift (width); nil unless it is a layer norm with one.
  let bias: Tensor?

  /// What the backward pass needs of the forward pass.
  struct Tape {
    /// x (rows, width).
    let x: Activations
    /// Mean and reciprocal standard deviation of each row (layer norm), or reciprocal root mean square (RMS norm).
    let statistics: Activations
  }

  /// - Precondition: `weight` and `bias` are there as `kind` says.
  init(_ kind: Architecture.NormKind, width: Int, epsilon: Float, weight: Tensor?, bias: Tensor?) {
    precondition((weight != nil) == kind.hasScale && (bias != nil) == (kind == .layer), "the tensors of a \(kind) norm")
    (self.kind, self.width, self.epsilon, self.weight, self.bias) = (kind, width, epsilon, weight, bias)
  }

  /// Whether anything in it is trained.
  var isTrained: Bool { weight?.isTrained == true || bias?.isTrained == true }

  /// y (rows, width) of x (rows, width), or of x + residual, which x then holds; kept for the
  /// backward pass if `kept`.
  func forward(
    _ x: Activations, adding residual: Activations? = nil, rows: Int, kept: Bool, _ pass: Pass
  ) -> (y: Activations, tape: Tape) {
    let y = pass.room(rows * width, kept: kept)
    let statistics = pass.room(rows * 2, kept: true)
    if kind == .rms, let weight {
      if let residual { add(residual, to: x, count: rows * width) }
      rmsNorm(
        x, scale: weight.values(pass), into: y, statistics: statistics, rows: rows, width: width, epsilon: epsilon)
    } else {
      layerNorm(
        x, adding: residual, scale: weight?.values(pass), shift: bias?.values(pass), into: y, statistics: statistics,
        rows: rows, width: width, epsilon: epsilon)
    }
    return (y, Tape(x: x, statistics: statistics))
  }

  /// dx (rows, width) of dy (rows, width); sums the gradients of scale and shift where they are trained.
  func backward(_ dy: Activations, _ tape: Tape, rows: Int, _ pass: Pass) -> Activations {
    let dx = pass.room(rows * width)
    if kind == .rms, let weight {
      rmsNormBackward(
        dy, x: tape.x, scale: weight.values(pass), statistics: tape.statistics, into: dx,
        scaleGradient: weight.gradient(pass), rows: rows, width: width)
    } else {
      layerNormBackward(
        dy, x: tape.x, scale: weight?.values(pass), statistics: tape.statistics, into: dx,
        scaleGradient: weight?.gradient(pass), shiftGradient: bias?.gradient(pass), rows: rows, width: width)
    }
    return dx
  }
}

extension Architecture.NormKind {
  /// Whether it has a scale.
  var hasScale: Bool { self != .layerWithoutParameters }
}

/// The norm of each `norm.width` of x (count values), kept for the backward pass if `kept`; x itself where there is none.
func normalised(_ x: Activations, _ norm: Norm?, count: Int, kept: Bool, _ pass: Pass) -> (Activations, Norm.Tape?) {
  guard let norm else { return (x, nil) }
  let (y, tape) = norm.forward(x, rows: count / norm.width, kept: kept, pass)
  return (y, tape)
}

/// The gradient in front of a norm for the gradient dy (count values) behind it; dy itself where there is none.
func gradient(_ dy: Activations, _ norm: Norm?, _ tape: Norm.Tape?, count: Int, _ pass: Pass) -> Activations {
  guard let norm, let tape else { return dy }
  return norm.backward(dy, tape, rows: count / norm.width, pass)
}
