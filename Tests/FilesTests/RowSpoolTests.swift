// Rows that are appended to a file: what a killed run has appended after its checkpoint is dropped.
import Faults
import Files
import TestSupport
import Testing

@Suite struct RowSpoolTests {
  @Test func rowsBeyondTheCheckpointAreDropped() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/rows"
      try RowSpool(path, width: 2).append([1, 2, 3, 4, 5, 6])
      let spool = try RowSpool(path, width: 2)
      try spool.truncate(toRows: 2)
      try spool.append([7, 8])
      #expect(try spool.withNumbers(Array.init) == [1, 2, 3, 4, 7, 8])
      #expect(throws: Fault.self) { try spool.truncate(toRows: 4) }
      spool.remove()
      try #expect(RowSpool(path, width: 2).withNumbers(Array.init) == [])
    }
  }
}
