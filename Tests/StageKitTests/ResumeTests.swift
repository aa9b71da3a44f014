// Resuming from a checkpoint, which another process with the same command may remove at any moment.
import Artifacts
import Faults
import Foundation
import StageKit
import Synchronization
import TestSupport
import Testing

@Suite struct Resuming {
  @Test func aMissingCheckpointIsIgnoredAndADamagedOneIsAFault() throws {
    try withTemporaryFolder { folder in
      #expect(try StageContext.checkpoint(at: folder + "/none.checkpoint") == nil)
      try Data("damaged".utf8).write(to: URL(fileURLWithPath: folder + "/damaged.checkpoint"))
      #expect(throws: Fault.self) { try StageContext.checkpoint(at: folder + "/damaged.checkpoint") }
      #expect(throws: Fault.self) { try StageContext.checkpoint(at: folder) }
    }
  }

  @Test func aCheckpointRemovedDuringReadingIsReadOrIgnored() throws {
    try withTemporaryFolder { folder in
      let (path, kept) = (folder + "/run.checkpoint", folder + "/kept")
      var state = Checkpoint(settings: "it")
      state.vectors["values"] = [1, 2, 3]
      try state.write(to: kept, provenance: TinyExperiment.provenance)
      // A second thread removes it after 0, 1, 2, ... microseconds of reading.
      let begun = Atomic(0)
      let taken = Atomic(0)
      Thread.detachNewThread {
        for round in 1...1000 {
          while begun.load(ordering: .acquiring) < round { sched_yield() }
          let end = ContinuousClock.now + .microseconds(round % 250)
          while ContinuousClock.now < end {}
          unlink(path)
          taken.store(round, ordering: .releasing)
        }
      }
      var faults: [String] = []
      for round in 1...1000 {
        link(kept, path)
        begun.store(round, ordering: .releasing)
        do {
          if let found = try StageContext.checkpoint(at: path), found != state { faults.append("other numbers") }
        } catch { faults.append("\(error)") }
        while taken.load(ordering: .acquiring) < round { sched_yield() }
      }
      #expect(faults.isEmpty)
    }
  }
}
