// Rows that are written at their places: what a killed run has written after its checkpoint is written again.
import Faults
import Files
import TestSupport
import Testing

@Suite struct RowSpoolTests {
  private func numbers(_ spool: RowSpool, rows: Int) throws -> [Float] { try spool.withNumbers(rows: rows, Array.init) }

  @Test func rowsBeyondTheCheckpointAreWrittenAgain() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/rows"
      try RowSpool(path, width: 2).write([1, 2, 3, 4, 5, 6, 9, 9], atRow: 0)
      let spool = try RowSpool(path, width: 2)
      try spool.require(rows: 2)
      try spool.write([7, 8], atRow: 2)
      #expect(try numbers(spool, rows: 3) == [1, 2, 3, 4, 7, 8])
      #expect(throws: Fault.self) { try spool.require(rows: 5) }
      #expect(throws: Fault.self) { try numbers(spool, rows: 5) }
      spool.remove()
      #expect(try numbers(RowSpool(path, width: 2), rows: 0) == [])
    }
  }

  @Test func twoMayWriteTheSameRowsAndOneMayEndFirst() throws {
    try withTemporaryFolder { folder in
      let (one, other) = (try RowSpool(folder + "/rows", width: 1), try RowSpool(folder + "/rows", width: 1))
      try one.write([1, 2], atRow: 0)
      try other.write([1], atRow: 0)
      try one.write([3], atRow: 2)
      #expect(try numbers(one, rows: 3) == [1, 2, 3])
      one.remove()
      try other.write([2, 3], atRow: 1)
      #expect(try numbers(other, rows: 3) == [1, 2, 3])
    }
  }
}
