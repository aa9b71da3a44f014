import Faults
import Files
import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct DatasetTests {
  /// Writes one array with every storage, reads it back, and expects the same values.
  private func roundTrip<Number: Element & Equatable>(_ values: [Number], _ shape: [Int]) throws {
    try withTemporaryFolder { folder in
      let file = try File.create(folder + "/a.h5")
      try file.createGroup("group")
      try file.write(values, to: "contiguous", shape: shape, storage: .contiguous)
      try file.write(values, to: "checked", shape: shape, storage: .checked)
      try file.write(values, to: "group/compressed", shape: shape, storage: .compressed)
      try file.close()
      let read = try File.open(folder + "/a.h5")
      for name in ["contiguous", "checked", "group/compressed"] {
        let (found, back) = try read.read(name, as: Number.self)
        #expect(found == shape && back == values, "\(name) of \(Number.kind)")
        let description = try read.describe(name)
        #expect(description.type == Number.kind.rawValue && description.shape == shape)
      }
    }
  }

  @Test func everyElementTypeIsReadBack() throws {
    try roundTrip([Float](arrayLiteral: -0.0, .leastNonzeroMagnitude, .infinity, 1 / 3), [4])
    try roundTrip([Double](arrayLiteral: -0.0, .leastNonzeroMagnitude, -.infinity, 1 / 3), [2, 2])
    try roundTrip([Int32.min, -1, .max], [3, 1])
    try roundTrip([Int64.min, -1, .max], [1, 3])
    try roundTrip([UInt8](0...255), [4, 4, 4, 4])
  }

  @Test func arraysWithoutElementsKeepTheirShape() throws {
    try roundTrip([Float](), [0])
    try roundTrip([Int32](), [0, 7])
    try roundTrip([Int64](), [5, 0])
  }

  /// One array has several chunks along its first axis, the other has rows larger than a chunk.
  @Test func arraysWithManyChunksAreReadBack() throws {
    try roundTrip((0..<700_000).map { Int32($0) }, [700, 1000])
    try roundTrip((0..<700_001).map { Int32($0) }, [1, 700_001])
    try roundTrip((0..<600_000).map { Float($0) }, [2, 300_000])
  }

  @Test func textsAreReadBackByteForByte() throws {
    try withTemporaryFolder { folder in
      let texts = ["", "é", "e\u{0301}", "a\r\nb", String(repeating: "長", count: 100_000), "\u{FEFF}", "x"]
      let file = try File.create(folder + "/a.h5")
      try file.write(texts, to: "texts")
      try file.write([], to: "none")
      try file.close()
      let read = try File.open(folder + "/a.h5")
      #expect(try read.readTexts("texts").map { Array($0.utf8) } == texts.map { Array($0.utf8) })
      #expect(try read.readTexts("none") == [])
      #expect(try read.describe("texts").type == "text")
    }
  }

  /// The library ends texts at a NUL: what follows it would be lost silently.
  @Test func aTextWithNULIsRejected() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      let file = try File.create(path)
      #expect(throws: Fault(.inputOutput, path, "cannot write texts: text 1 contains a NUL")) {
        try file.write(["a", "b\0c"], to: "texts")
      }
      #expect(throws: Fault(.inputOutput, path, "cannot write attribute note: the text contains a NUL")) {
        try file.setAttribute("note", .text("\0"))
      }
    }
  }

  /// `BaseModel` relies on this: the reported offset is where the values are, user block included.
  @Test func contiguousValuesAreAlignedAtTheReportedOffset() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      let file = try File.create(path, userBlock: 512, alignment: 64)
      for index in 0..<20 {
        try file.write([Int32](repeating: Int32(index), count: 5), to: "d\(index)", shape: [5], storage: .contiguous)
      }
      try file.write([1.5, 2], to: "chunked", shape: [2], storage: .checked)
      try file.close()
      let bytes = try readBytes(path)
      let read = try File.open(path)
      for index in 0..<20 {
        let offset = try #require(try read.describe("d\(index)").offset)
        #expect(offset % 64 == 0)
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset + 16, as: Int32.self) }
        #expect(value == Int32(index))
      }
      #expect(try read.describe("chunked").offset == nil)
    }
  }

  @Test func equalContentGivesEqualBytesAtAnyTime() throws {
    try withTemporaryFolder { folder in
      for name in ["a", "b"] {
        let file = try File.create("\(folder)/\(name)")
        try file.createGroup("g")
        try file.write((0..<500_000).map { Int64($0) }, to: "g/n", shape: [500_000], storage: .compressed)
        try file.write(["x", "yy"], to: "t", attributes: [("long_name", "texts")])
        try file.setAttribute("seed", .integer(1))
        try file.close()
        // The library stores object times in seconds.
        if name == "a" { Thread.sleep(forTimeInterval: 1.1) }
      }
      #expect(try readBytes(folder + "/a") == readBytes(folder + "/b"))
    }
  }
}
