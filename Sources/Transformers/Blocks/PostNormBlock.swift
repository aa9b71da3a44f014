// A block that normalises behind each part: x = N(x + f(x)), as in BERT (Devlin et al. 2018, arXiv:1810.04805).
import Arrays

/// Attention and a feed-forward network, each followed by the residual connection and a norm.
struct PostNormBlock: Block {
  let attention: AttentionPart
  let attentionNorm: Norm
  let feedForward: FeedForward
  let feedForwardNorm: Norm

  struct Tape {
    let attention: AttentionPart.Tape
    let attentionNorm: Norm.Tape
    let feedForward: FeedForward.Tape
    let feedForwardNorm: Norm.Tape
  }

  var isTrained: Bool {
    attention.isTrained || feedForward.isTrained || attentionNorm.isTrained || feedForwardNorm.isTrained
  }

  func forward(_ x: Activations, _ pass: Pass, allRows: Pass?) -> (y: Activations, tape: Tape) {
    let rows = pass.rows
    let selected = allRows == nil ? x : pass.gather(x, width: attentionNorm.width, kept: true)
    let (attended, attentionTape) = attention.forward(x, selected: selected, pass, all: allRows ?? pass)
    let (middle, attentionNormTape) = attentionNorm.forward(
      attended, adding: selected, rows: rows, kept: feedForward.needsInput, pass)
    let (transformed, feedForwardTape) = feedForward.forward(middle, pass)
    let (y, feedForwardNormTape) = feedForwardNorm.forward(transformed, adding: middle, rows: rows, kept: true, pass)
    return (
      y,
      Tape(
        attention: attentionTape, attentionNorm: attentionNormTape, feedForward: feedForwardTape,
        feedForwardNorm: feedForwardNormTape)
    )
  }

  func backward(_ dy: Activations, _ tape: Tape, _ pass: Pass, allRows: Pass?, reachesInput: Bool) -> Activations? {
    let dMiddle = feedForwardNorm.backward(dy, tape.feedForwardNorm, rows: pass.rows, pass)
    // The residual connection's gradient is already there: the feed-forward part adds its own to it.
    feedForward.backward(dMiddle, tape.feedForward, pass, addingTo: dMiddle)
    let dAttended = attentionNorm.backward(dMiddle, tape.attentionNorm, rows: pass.rows, pass)
    return attention.backwardWithResidual(
      dAttended, tape.attention, pass, allRows: allRows, reachesInput: reachesInput)
  }
}
