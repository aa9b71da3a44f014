// A block with its norms inside the residual connections: x = x + N'(f(N(x))), where N or N' may be missing. With N alone
// it is Llama's (Touvron et al. 2023, arXiv:2302.13971), with both Gemma 2's, with N' alone OLMo 2's.
import Arrays

/// Attention and a feed-forward network, each with its norms inside a residual connection.
struct PreNormBlock: Block {
  let width: Int
  let attention: AttentionPart
  let feedForward: FeedForward
  /// In front of each part; nil where it reads the stream itself.
  let (attentionNorm, feedForwardNorm): (Norm?, Norm?)
  /// Behind each part; nil where its output is added as it is.
  let (attentionOutputNorm, feedForwardOutputNorm): (Norm?, Norm?)
  /// Factor of what is added to the residual stream.
  let residualScale: Float

  struct Tape {
    let (attentionNorm, attentionOutputNorm): (Norm.Tape?, Norm.Tape?)
    let attention: AttentionPart.Tape
    let (feedForwardNorm, feedForwardOutputNorm): (Norm.Tape?, Norm.Tape?)
    let feedForward: FeedForward.Tape
  }

  private var norms: [Norm] {
    [attentionNorm, attentionOutputNorm, feedForwardNorm, feedForwardOutputNorm].compactMap(\.self)
  }

  var isTrained: Bool { attention.isTrained || feedForward.isTrained || norms.contains(where: \.isTrained) }

  func forward(_ x: Activations, _ pass: Pass, allRows: Pass?) -> (y: Activations, tape: Tape) {
    let (rows, all) = (pass.rows, allRows ?? pass)
    let (normed, attentionNormTape) = normalised(
      x, attentionNorm, count: all.rows * width, kept: attention.needsInput, all)
    let selectedNormed =
      allRows == nil
      ? normed : pass.gather(normed, width: width, kept: attention.projections.needsSelectedInput)
    let selected = allRows == nil ? x : pass.gather(x, width: width, kept: false)
    let (attended, attentionTape) = attention.forward(normed, selected: selectedNormed, pass, all: all)
    let (middle, attentionOutputNormTape) = normalised(
      attended, attentionOutputNorm, count: rows * width, kept: true, pass)
    addResidual(selected, to: middle, rows: rows)
    let (middleNormed, feedForwardNormTape) = normalised(
      middle, feedForwardNorm, count: rows * width, kept: feedForward.needsInput, pass)
    let (transformed, feedForwardTape) = feedForward.forward(middleNormed, pass)
    let (y, feedForwardOutputNormTape) = normalised(
      transformed, feedForwardOutputNorm, count: rows * width, kept: true, pass)
    addResidual(middle, to: y, rows: rows)
    return (
      y,
      Tape(
        attentionNorm: attentionNormTape, attentionOutputNorm: attentionOutputNormTape, attention: attentionTape,
        feedForwardNorm: feedForwardNormTape, feedForwardOutputNorm: feedForwardOutputNormTape,
        feedForward: feedForwardTape)
    )
  }

  func backward(_ dy: Activations, _ tape: Tape, _ pass: Pass, allRows: Pass?, reachesInput: Bool) -> Activations? {
    let (rows, all) = (pass.rows, allRows ?? pass)
    let dTransformed = gradient(
      scaled(dy, pass), feedForwardOutputNorm, tape.feedForwardOutputNorm, count: rows * width, pass)
    let dMiddleNormed = feedForward.backward(dTransformed, tape.feedForward, pass, addingTo: nil)
    let dMiddle = gradient(dMiddleNormed, feedForwardNorm, tape.feedForwardNorm, count: rows * width, pass)
    add(dy, to: dMiddle, count: rows * width)
    let dAttended = gradient(
      scaled(dMiddle, pass), attentionOutputNorm, tape.attentionOutputNorm, count: rows * width, pass)
    let dNormed = attention.backward(
      dAttended, tape.attention, pass, allRows: allRows,
      reachesInput: reachesInput || attentionNorm?.isTrained == true)
    guard let dNormed else { return nil }
    let dx = gradient(dNormed, attentionNorm, tape.attentionNorm, count: all.rows * width, all)
    pass.scatter(dMiddle, width: width, addingTo: dx)
    return dx
  }

  /// y = scale y + x, both (rows, width).
  private func addResidual(_ x: Activations, to y: Activations, rows: Int) {
    if residualScale != 1 { multiply(y, by: residualScale, count: rows * width) }
    add(x, to: y, count: rows * width)
  }

  /// dy times the residual scale, in new memory unless that is 1.
  private func scaled(_ dy: Activations, _ pass: Pass) -> Activations {
    guard residualScale != 1 else { return dy }
    let result = pass.activation(width)
    result.update(from: dy, count: pass.rows * width)
    multiply(result, by: residualScale, count: pass.rows * width)
    return result
  }
}
