// A long computation that can be killed at any moment: a state, a step, and a way of the state into a file and back.

/// A computation in equal steps whose state goes into a checkpoint exactly.
package protocol Resumable {
  /// Steps done.
  var completed: Int { get }
  /// Steps in all.
  var total: Int { get }
  /// A few words for the progress line, such as `loss 0.913`.
  var note: String { get }
  /// Does the next step.
  mutating func advance() throws
  /// All state. `identity` says what it belongs to.
  func checkpoint(identity: String) -> Checkpoint
  /// Goes on from a checkpoint of the same identity.
  mutating func restore(_ checkpoint: Checkpoint) throws
}
