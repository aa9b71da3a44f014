import Arrays
import Synchronization
import Testing

@Suite struct ParallelTests {
  private struct Failure: Error, Equatable { let part: Int }

  @Test("Every part runs once, and no two running parts share a worker", arguments: [1, 2, 3, 8], [0, 1, 2, 7, 100])
  func partsAndWorkers(threads: Int, parts: Int) {
    var runs = [Int](repeating: 0, count: parts)
    let busy = (0..<threads).map { _ in Flag() }
    runs.withUnsafeMutableBufferPointer { runs in
      parallel(parts: parts, threads: threads) { part, worker in
        #expect(busy[worker].value.exchange(true, ordering: .acquiringAndReleasing) == false)
        runs[part] += 1
        var waste = 0.0
        for index in 0..<1000 { waste += Double(index).squareRoot() }
        #expect(waste > 0)
        busy[worker].value.store(false, ordering: .releasing)
      }
    }
    #expect(runs == [Int](repeating: 1, count: parts))
  }

  private final class Flag: Sendable { let value = Atomic(false) }

  @Test("The error is that of the lowest failing part, for any number of threads", arguments: [1, 2, 3, 8])
  func lowestError(threads: Int) {
    for _ in 0..<50 {
      #expect(throws: Failure(part: 13)) {
        try parallel(parts: 60, threads: threads) { (part, _) throws(Failure) in
          // The lowest is the slowest: others fail first.
          if part == 13 { for _ in 0..<200 { _ = normals(10) } }
          if part >= 13 && part % 2 == 1 { throw Failure(part: part) }
        }
      }
    }
  }

  @Test("After a failure no further part begins")
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
