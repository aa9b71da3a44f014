// A block that normalises in front of each part: x = x + f(N(x)), as in Llama (Touvron et al. 2023, arXiv:2302.13971).
import Arrays

/// Attention and a feed-forward network, each behind a norm and inside a residual connection.
struct PreNormBlock: Block {
  let attentionNorm: Norm
  let attention: AttentionPart
  let feedForwardNorm: Norm
  let feedForward: FeedForward

  struct Tape {
    let attentionNorm: Norm.Tape
    let attention: AttentionPart.Tape
    let feedForwardNorm: Norm.Tape
    let feedForward: FeedForward.Tape
  }

  var isTrained: Bool {
    attention.isTrained || feedForward.isTrained || attentionNorm.isTrained || feedForwardNorm.isTrained
  }

  func forward(_ x: Activations, _ pass: Pass, allRows: Pass?) -> (y: Activations, tape: Tape) {
    let (rows, hidden, all) = (pass.rows, attentionNorm.width, allRows ?? pass)
    let (normed, attentionNormTape) = attentionNorm.forward(x, rows: all.rows, kept: attention.needsInput, all)
    let selectedNormed =
      allRows == nil ? normed : pass.gather(normed, width: hidden, kept: attention.query.needsInput)
    let selected = allRows == nil ? x : pass.gather(x, width: hidden, kept: false)
    let (middle, attentionTape) = attention.forward(normed, selected: selectedNormed, pass, all: all)
    add(selected, to: middle, count: rows * hidden)
    let (middleNormed, feedForwardNormTape) = feedForwardNorm.forward(
      middle, rows: rows, kept: feedForward.needsInput, pass)
    let (y, feedForwardTape) = feedForward.forward(middleNormed, pass)
    add(middle, to: y, count: rows * hidden)
    return (
      y,
      Tape(
        attentionNorm: attentionNormTape, attention: attentionTape, feedForwardNorm: feedForwardNormTape,
        feedForward: feedForwardTape)
    )
  }

  func backward(_ dy: Activations, _ tape: Tape, _ pass: Pass, allRows: Pass?, reachesInput: Bool) -> Activations? {
    let (rows, hidden, all) = (pass.rows, attentionNorm.width, allRows ?? pass)
    let dMiddleNormed = feedForward.backward(dy, tape.feedForward, pass, addingTo: nil)
    let dMiddle = feedForwardNorm.backward(dMiddleNormed, tape.feedForwardNorm, rows: rows, pass)
    add(dy, to: dMiddle, count: rows * hidden)
    let dNormed = attention.backward(
      dMiddle, tape.attention, pass, allRows: allRows, reachesInput: reachesInput || attentionNorm.isTrained)
    guard let dNormed else { return nil }
    let dx = attentionNorm.backward(dNormed, tape.attentionNorm, rows: all.rows, all)
    pass.scatter(dMiddle, width: hidden, addingTo: dx)
    return dx
  }
}
