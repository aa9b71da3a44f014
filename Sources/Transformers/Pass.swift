// One pass of one micro-batch through the network: what all layers need, and nothing that outlives it.
import Arrays

/// Numbers in an arena, row-major.
typealias Numbers = UnsafeMutablePointer<Float>

/// Dropout on the adapters' inputs. A mask is a function of (seed, sequence, module, position), so that it is the same
/// whatever else is in the batch, and the backward pass makes it anew.
package struct Dropout: Sendable {
  /// The chance of a number to survive, above 0 and at most 1.
  package var keepProbability: Float
  /// What tells apart steps in training, samples and members in prediction.
  package var seed: UInt64
  package init(keepProbability: Float, seed: UInt64) { (self.keepProbability, self.seed) = (keepProbability, seed) }
}

/// What the layers need to know of a pass.
package struct Pass {
  /// [parameter] The trained vector: the first member's, where there are several.
  var parameters: UnsafePointer<Float>
  /// [parameter] Where gradients are summed; nil in prediction.
  var gradients: UnsafeMutablePointer<Float>?
  /// Whose vectors they are.
  let members: Members
  /// Where activations live; those that the way back does not need lie in its scratch arena.
  let arena: Arena
  /// The sequences.
  let batch: PackedBatch
  /// Nil: none.
  let dropout: Dropout?
  /// Nil: none.
  let flipout: Flipout?
  /// Nil: nobody looks on.
  var observer: LinearObserver?

  /// Whether a backward pass follows, for which the layers keep what it needs.
  var isTraining: Bool { gradients != nil }

  /// The rows that are worked on: all tokens of the micro-batch, unless told otherwise.
  var selection: RowSelection
  /// Rows of every activation.
  var rows: Int { selection.count }

  init(
    parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>?, arena: Arena, batch: PackedBatch,
    members: Members = .one, dropout: Dropout?, flipout: Flipout? = nil
  ) {
    precondition(batch.count % members.count == 0, "\(batch.count) sequences for \(members.count) members")
    precondition(members.count == 1 || flipout == nil, "Flipout is for one member")
    (self.parameters, self.gradients, self.members, self.arena) = (parameters, gradients, members, arena)
    (self.batch, self.dropout, self.flipout, selection) = (batch, dropout, flipout, RowSelection(all: batch))
  }

  /// Room for `rows` times `width` numbers, not set to anything: until the end of the pass where the way back needs them
  /// (`kept`), else until the end of the layer.
  func activation(_ width: Int, kept: Bool = false) -> Numbers { room(rows * width, kept: kept) }

  /// Room for `count` numbers, as `activation`.
  func room(_ count: Int, kept: Bool = false) -> Numbers {
    kept && isTraining ? arena.allocate(count) : arena.scratch.allocate(count)
  }
}
