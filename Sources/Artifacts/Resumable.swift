// A long computation that can be killed at any moment: its state, a step, and saving and restoring the state.

/// A computation in steps whose state can be saved to a checkpoint exactly.
package protocol Resumable {
  /// Steps done.
  var completed: Int { get }
  /// Total number of steps.
  var total: Int { get }
  /// A few words for the progress line, such as `loss 0.913`.
  var note: String { get }
  /// What is worth a line in the log since the first `completed` steps: the scores of an epoch.
  func news(since completed: Int) -> [String]
  /// Performs the next step.
  mutating func advance() throws
  /// The complete state. `identity` describes the computation that it belongs to.
  func checkpoint(identity: String) -> Checkpoint
  /// Resumes from a checkpoint with the same identity.
  mutating func restore(_ checkpoint: Checkpoint) throws
}

extension Resumable {
  /// Nothing.
  package func news(since completed: Int) -> [String] { [] }
}
