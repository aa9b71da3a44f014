import Arrays
import Foundation
import Glibc
import Synchronization
import Testing

@Suite struct ParallelTests {
  private struct Failure: Error, Equatable { let part: Int }

  /// An event that others can wait for: at most a second, in case they run on the only thread.
  private final class Event: Sendable {
    private let happened = Atomic(false)
    func happen() { happened.store(true, ordering: .releasing) }
    func wait() { for _ in 0..<1000 where !happened.load(ordering: .acquiring) { usleep(1000) } }
  }

  @Test("Every part runs once", arguments: [1, 2, 3, 8], [0, 1, 2, 7, 100])
  func everyPart(threads: Int, parts: Int) {
    var runs = [Int](repeating: 0, count: parts)
    runs.withUnsafeMutableBufferPointer { runs in
      parallel(parts: parts, threads: threads) { part, worker in
        #expect(worker >= 0 && worker < threads)
        runs[part] += 1
      }
    }
    #expect(runs == [Int](repeating: 1, count: parts))
  }

  @Test(
    "Two parts that run at the same time have different workers",
    .enabled(if: ProcessInfo.processInfo.activeProcessorCount > 1, "one core cannot run two parts at the same time"))
  func workers() {
    let second = Event()
    var workers = [-1, -1]
    workers.withUnsafeMutableBufferPointer { workers in
      parallel(parts: 2, threads: 2) { part, worker in
        workers[part] = worker
        if part == 0 { second.wait() } else { second.happen() }
      }
    }
    #expect(Set(workers) == [0, 1])
  }

  @Test("The error is that of the lowest failing part, for any number of threads", arguments: [1, 2, 3, 8])
  func lowestError(threads: Int) {
    let later = Event()
    #expect(throws: Failure(part: 13)) {
      try parallel(parts: 60, threads: threads) { (part, _) throws(Failure) in
        // The lowest fails last.
        if part == 13 && threads > 1 { later.wait() }
        guard part >= 13 && part % 2 == 1 else { return }
        later.happen()
        throw Failure(part: part)
      }
    }
  }

  @Test("After a failure no further part starts")
  func stops() {
    let begun = Atomic(0)
    #expect(throws: Failure.self) {
      try parallel(parts: 10_000, threads: 2) { (part, _) throws(Failure) in
        begun.wrappingAdd(1, ordering: .relaxed)
        throw Failure(part: part)
      }
    }
    #expect(begun.load(ordering: .relaxed) <= 2)
  }
}
