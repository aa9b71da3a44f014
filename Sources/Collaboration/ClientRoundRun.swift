// A round in steps, so that a killed one resumes: one step scores one adapter, and the last one is the test for membership.
import Artifacts
import Faults

/// The computation of one client's round.
package struct ClientRoundRun: Resumable {
  /// The round; who is left out is known after the last step.
  package private(set) var round: ClientRound
  /// [client] The similarity of each adapter to the client's own, so far; nil for those that are left out.
  package private(set) var similarities: [Double?] = []
  /// The result of the test for membership; nil before it, or without one.
  package private(set) var membership: Double?
  private let similarity: ([Float], _ client: String) throws -> Double
  private let testMembership: (() throws -> Double)?

  /// - Parameters:
  ///   - similarity: of an adapter's values, sent by that client, to the client's own adapter.
  ///   - testMembership: the test for membership, if there is one.
  package init(
    _ round: ClientRound, similarity: @escaping ([Float], _ client: String) throws -> Double,
    testMembership: (() throws -> Double)?
  ) {
    (self.round, self.similarity, self.testMembership) = (round, similarity, testMembership)
  }

  package var completed: Int { similarities.count + (membership == nil ? 0 : 1) }
  package var total: Int { round.arrivals.count + (testMembership == nil ? 0 : 1) }
  package var note: String { "" }

  package mutating func advance() throws {
    guard similarities.count == round.arrivals.count else {
      similarities.append(try round.similarity(of: similarities.count, by: similarity))
      return
    }
    membership = try testMembership?()
  }

  /// The test for membership ends the run, so it is never part of a checkpoint.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.integers["step"] = completed
    checkpoint.reals["similarities"] = similarities.map { $0 ?? .nan }
    return checkpoint
  }

  package mutating func restore(_ checkpoint: Checkpoint) throws {
    guard let saved = checkpoint.reals["similarities"], saved.count <= round.arrivals.count else {
      throw Fault(.data, "checkpoint", "it lacks similarities", hint: "remove the checkpoint to start over")
    }
    // An adapter that was left out because of its answers is scored again, since the reason is not in the checkpoint.
    similarities = saved.enumerated().prefix { !$1.isNaN || round.arrivals[$0].adapter == nil }.map {
      $1.isNaN ? nil : $1
    }
  }
}
