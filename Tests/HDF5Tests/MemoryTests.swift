// Writing when memory is short: the library silently skips a filter that it has no memory for.
import CHDF5
import Faults
import HDF5
import TestSupport
import Testing

@Suite struct ShortOfMemory {
  @Test func aChunkThatSkippedCompressionIsRejected() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      let file = try File.create(path)
      try file.write([Float](repeating: 1, count: 8), to: "numbers", shape: [8], storage: .compressed)
      try file.requireFilters(of: "numbers")
      try file.close()
      // The library's output if `deflate`, the second filter, had no memory.
      let opened = H5Fopen(path, 1, 0)
      let dataset = H5Dopen2(opened, "numbers", 0)
      let bytes = [UInt8](repeating: 0, count: 36)
      try #require(H5Dwrite_chunk(dataset, 0, 0b10, [0], bytes.count, bytes) >= 0)
      try #require(H5Dclose(dataset) >= 0 && H5Fclose(opened) >= 0)
      let read = try File.open(path)
      let fault = #expect(throws: Fault.self) { try read.requireFilters(of: "numbers") }
      #expect(fault?.code == .outOfMemory && fault?.subject == path)
    }
  }
}
