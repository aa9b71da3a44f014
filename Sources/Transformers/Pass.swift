// One pass of one micro-batch through the network: what all layers need. Nothing in it outlives the pass.
import Arrays

/// Activations in an arena, row-major.
typealias Activations = UnsafeMutablePointer<Float>

/// Dropout on the adapters' inputs. A mask is a function of (seed, sequence, module, position), so it does not
/// depend on the rest of the batch, and the backward pass generates it again.
package struct Dropout: Sendable {
  /// The probability that a value is kept, above 0 and at most 1.
  package var keepProbability: Float
  /// Differs between training steps, and between samples and members in prediction.
  package var seed: UInt64
  package init(keepProbability: Float, seed: UInt64) { (self.keepProbability, self.seed) = (keepProbability, seed) }
}

/// What the layers need to know of a pass.
package struct Pass {
  /// [parameter] The trained vector: the first member's, where there are several.
  var parameters: UnsafePointer<Float>
  /// [parameter] Where gradients are summed; nil in prediction.
  var gradients: UnsafeMutablePointer<Float>?
  /// The members that the vectors belong to.
  let members: Members
  /// Where activations are allocated; those that the backward pass does not need lie in its scratch arena.
  let arena: Arena
  /// The sequences.
  let batch: PackedBatch
  /// Nil for none.
  let dropout: Dropout?
  /// Nil for none.
  let flipout: Flipout?
  /// Nil for none.
  var observer: LinearObserver?
  /// The weight of what `parameters` compute, and whether it is added to what other adapters have computed. See `Blend`.
  var weight: Float = 1
  var isFurtherTerm = false
  /// [sequence] The keys and values of the tokens before the batch's rows; empty where sequences are whole.
  var caches: [KeyValueCache] = []

  /// Whether a backward pass follows. The layers then keep what it needs.
  var isTraining: Bool { gradients != nil }

  /// The rows that are computed: all tokens of the micro-batch by default.
  var selection: RowSelection
  /// Rows of every activation.
  var rows: Int { selection.count }

  init(
    parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>?, arena: Arena, batch: PackedBatch,
    members: Members = .one, dropout: Dropout?, flipout: Flipout? = nil
  ) {
    precondition(batch.count % members.count == 0, "\(batch.count) sequences for \(members.count) members")
    precondition(members.count == 1 || flipout == nil, "Flipout is for one member")
    precondition(members.blocks.isEmpty || dropout == nil, "blocks with adapters, and dropout")
    precondition(
      members.blocks.isEmpty || gradients == nil || members.router != nil, "the adapters of blocks are frozen")
    precondition(
      members.blocks.isEmpty || members.blocks.reduce(0) { $0 + $1.sequences } == batch.count,
      "the blocks are not those of \(batch.count) sequences")
    (self.parameters, self.gradients, self.members, self.arena) = (parameters, gradients, members, arena)
    (self.batch, self.dropout, self.flipout, selection) = (batch, dropout, flipout, RowSelection(all: batch))
  }

  /// Memory for `rows` times `width` values, not initialised: until the end of the pass where the backward pass needs them
  /// (`kept`), else until the end of the layer.
  func activation(_ width: Int, kept: Bool = false) -> Activations { room(rows * width, kept: kept) }

  /// Memory for `count` values, as `activation`.
  func room(_ count: Int, kept: Bool = false) -> Activations {
    kept && isTraining ? arena.allocate(count) : arena.scratch.allocate(count)
  }
}
