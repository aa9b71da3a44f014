// A block of the network. A description says which kind of block a network has; the network only knows this protocol.
import Arrays

/// One block: attention and a feed-forward network with their norms and residual connections.
protocol Block: Sendable {
  /// What the backward pass needs of the forward pass.
  associatedtype Tape

  /// Whether any tensor of the block is trained.
  var isTrained: Bool { get }

  /// The output y (rows, hidden) for the input x (all rows, hidden).
  ///
  /// - Parameters:
  ///   - pass: the pass over the rows of y.
  ///   - allRows: the pass over all rows; nil where y has all rows.
  func forward(_ x: Activations, _ pass: Pass, allRows: Pass?) -> (y: Activations, tape: Tape)

  /// The gradient of x (all rows, hidden) for the gradient dy (rows, hidden), or nil unless `reachesInput`: below the
  /// lowest trained tensor no gradient is needed. Adds the gradients of the block's trained tensors to the pass's.
  func backward(_ dy: Activations, _ tape: Tape, _ pass: Pass, allRows: Pass?, reachesInput: Bool) -> Activations?
}

/// The backward pass of one block after its forward pass.
typealias Pullback = (_ dy: Activations, _ reachesInput: Bool) -> Activations?

extension Block {
  /// The output alone.
  func output(_ x: Activations, _ pass: Pass, allRows: Pass?) -> Activations { forward(x, pass, allRows: allRows).y }

  /// The output and the backward pass that belongs to it.
  func outputAndPullback(_ x: Activations, _ pass: Pass, allRows: Pass?) -> (y: Activations, pullback: Pullback) {
    let (y, tape) = forward(x, pass, allRows: allRows)
    return (y, { backward($0, tape, pass, allRows: allRows, reachesInput: $1) })
  }
}
