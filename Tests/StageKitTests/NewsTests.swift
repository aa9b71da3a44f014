// What a stage says while it runs: its news when they happen, and its place in a run of make.
import Artifacts
import StageKit
import Synchronization
import TestSupport
import Testing

/// What a terminal was told.
private final class Transcript: Sendable {
  private let text = Mutex("")
  var lines: [String] { text.withLock { $0.split(separator: "\n").map(String.init) } }
  func append(_ more: String) { text.withLock { $0 += more } }
}

/// Four steps; every second one ends an epoch. Notes what has been said before each step.
private struct Epochs: Resumable {
  let transcript: Transcript
  var completed = 0
  var saidBefore: [Int] = []
  let total = 4
  let note = ""
  func news(since completed: Int) -> [String] {
    (completed + 1...self.completed).filter { $0.isMultiple(of: 2) }.map { "epoch \($0 / 2)" }
  }
  mutating func advance() throws {
    saidBefore.append(transcript.lines.count { $0.contains("epoch") })
    completed += 1
  }
  func checkpoint(identity: String) -> Checkpoint { Checkpoint(settings: identity) }
  mutating func restore(_ checkpoint: Checkpoint) throws {}
}

@Suite struct NewsTests {
  private let transcript = Transcript()

  private func context(_ environment: [String: String] = [:]) throws -> StageContext {
    let transcript = transcript
    return try StageContext(
      name: "probe", options: CommonOptions.parse([]), arguments: ["probe"],
      terminal: Terminal { transcript.append($0) }, environment: environment)
  }

  @Test func anEpochIsToldWhenItEndsAndOnce() throws {
    try withTemporaryFolder { folder in
      var run = Epochs(transcript: transcript)
      _ = try context().complete(&run, settings: [], output: folder + "/out.h5", options: CheckpointOptions.parse([]))
      #expect(run.saidBefore == [0, 0, 1, 1])
      #expect(transcript.lines.filter { $0.contains("epoch") } == ["probe: epoch 1", "probe: epoch 2"])
    }
  }

  @Test func linesBeginWithThePlaceInTheRun() throws {
    let context = try context(["CREDENCE_PLACE": "[7/28] adapters/point-2"])
    context.say("192 steps")
    context.progress(1, of: 2)
    #expect(transcript.lines == ["[7/28] adapters/point-2: 192 steps", "[7/28] adapters/point-2: 1/2 50%"])
  }

  @Test func withoutAPlaceLinesBeginWithTheStage() throws {
    for environment in [[:], ["CREDENCE_PLACE": ""]] { try context(environment).say("192 steps") }
    #expect(transcript.lines == ["probe: 192 steps", "probe: 192 steps"])
  }
}
