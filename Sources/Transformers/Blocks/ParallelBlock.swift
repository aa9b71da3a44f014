// A block whose two parts read the same input: x + attention(N(x)) + feedForward(N'(x)), as in GPT-J (Wang and Komatsuzaki
// 2021) with N' = N, and in GPT-NeoX (Black et al. 2022, arXiv:2204.06745) with two norms.
import Arrays

/// Attention and a feed-forward network side by side.
struct ParallelBlock: Block {
  let attention: AttentionPart
  let feedForward: FeedForward
  let attentionNorm: Norm
  /// Nil where the feed-forward part reads the attention's input.
  let feedForwardNorm: Norm?

  struct Tape {
    let attentionNorm: Norm.Tape
    let attention: AttentionPart.Tape
    let feedForwardNorm: Norm.Tape?
    let feedForward: FeedForward.Tape
  }

  var isTrained: Bool {
    attention.isTrained || feedForward.isTrained || attentionNorm.isTrained || feedForwardNorm?.isTrained == true
  }

  func forward(_ x: Activations, _ pass: Pass, allRows: Pass?) -> (y: Activations, tape: Tape) {
    let (rows, width, all) = (pass.rows, attentionNorm.width, allRows ?? pass)
    let (normed, attentionNormTape) = attentionNorm.forward(x, rows: all.rows, kept: true, all)
    let selectedNormed = allRows == nil ? normed : pass.gather(normed, width: width, kept: true)
    let selected = allRows == nil ? x : pass.gather(x, width: width, kept: true)
    let (y, attentionTape) = attention.forward(normed, selected: selectedNormed, pass, all: all)
    let (input, feedForwardNormTape) =
      feedForwardNorm == nil
      ? (selectedNormed, nil) : normalised(selected, feedForwardNorm, count: rows * width, kept: true, pass)
    let (transformed, feedForwardTape) = feedForward.forward(input, pass)
    add(transformed, to: y, count: rows * width)
    add(selected, to: y, count: rows * width)
    return (
      y,
      Tape(
        attentionNorm: attentionNormTape, attention: attentionTape, feedForwardNorm: feedForwardNormTape,
        feedForward: feedForwardTape)
    )
  }

  func backward(_ dy: Activations, _ tape: Tape, _ pass: Pass, allRows: Pass?, reachesInput: Bool) -> Activations? {
    let (rows, width, all) = (pass.rows, attentionNorm.width, allRows ?? pass)
    let dInput = feedForward.backward(dy, tape.feedForward, pass, addingTo: nil)
    let dSelected = gradient(dInput, feedForwardNorm, tape.feedForwardNorm, count: rows * width, pass)
    let dNormed = attention.backward(
      dy, tape.attention, pass, allRows: allRows, reachesInput: reachesInput || attentionNorm.isTrained)
    guard let dNormed else { return nil }
    if feedForwardNorm == nil { pass.scatter(dInput, width: width, addingTo: dNormed) }
    let dx = attentionNorm.backward(dNormed, tape.attentionNorm, rows: all.rows, all)
    if feedForwardNorm != nil { pass.scatter(dSelected, width: width, addingTo: dx) }
    pass.scatter(dy, width: width, addingTo: dx)
    return dx
  }
}
