// Layer norm (Ba et al. 2016, arXiv:1607.06450) and RMS norm (Zhang and Sennrich 2019, arXiv:1910.07467) over rows.
import Arrays

/// A norm over each row, with its scale and, for layer norm, its shift.
struct Norm: Sendable {
  let width: Int
  let epsilon: Float
  /// (width)
  let weight: Tensor
  /// (width) for layer norm; nil for RMS norm.
  let bias: Tensor?

  /// What the backward pass needs of the forward pass.
  struct Tape {
    /// x (rows, width).
    let x: Activations
    /// Mean and reciprocal standard deviation of each row (layer norm), or reciprocal root mean square (RMS norm).
    let statistics: Activations
  }

  /// Whether anything in it is trained.
  var isTrained: Bool { weight.isTrained || bias?.isTrained == true }

  /// y (rows, width) of x (rows, width), or of x + residual, which x then holds; kept for the
  /// backward pass if `kept`.
  func forward(
    _ x: Activations, adding residual: Activations? = nil, rows: Int, kept: Bool, _ pass: Pass
  ) -> (y: Activations, tape: Tape) {
    let y = pass.room(rows * width, kept: kept)
    let statistics = pass.room(rows * 2, kept: true)
    if let bias {
      layerNorm(
        x, adding: residual, scale: weight.values(pass), shift: bias.values(pass), into: y, statistics: statistics,
        rows: rows,
        width: width, epsilon: epsilon)
    } else {
      if let residual { add(residual, to: x, count: rows * width) }
      rmsNorm(
        x, scale: weight.values(pass), into: y, statistics: statistics, rows: rows, width: width, epsilon: epsilon)
    }
    return (y, Tape(x: x, statistics: statistics))
  }

  /// dx (rows, width) of dy (rows, width); sums the gradients of scale and shift where they are trained.
  func backward(_ dy: Activations, _ tape: Tape, rows: Int, _ pass: Pass) -> Activations {
    let dx = pass.room(rows * width)
    if let bias {
      layerNormBackward(
        dy, x: tape.x, scale: weight.values(pass), statistics: tape.statistics, into: dx,
        scaleGradient: weight.gradient(pass), shiftGradient: bias.gradient(pass), rows: rows, width: width)
    } else {
      rmsNormBackward(
        dy, x: tape.x, scale: weight.values(pass), statistics: tape.statistics, into: dx,
        scaleGradient: weight.gradient(pass), rows: rows, width: width)
    }
    return dx
  }
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
