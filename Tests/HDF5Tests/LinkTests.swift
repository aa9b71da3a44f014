// Forged files: links to other files, and texts that are not where the file says.
import CHDF5
import Faults
import Files
import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct ForgedFiles {
  /// A file with the texts `t` and the values `g/n`, modified by `change`.
  private func file(_ path: String, change: (hid_t) -> Void = { _ in }) throws {
    let file = try File.create(path)
    try file.write((0..<20).map { "text \($0)" } + [""], to: "t")
    try file.createGroup("g")
    try file.write([1, 2, 3] as [Float], to: "g/n", shape: [3], storage: .checked)
    try file.close()
    let changed = H5Fopen(path, 1, 0)
    change(changed)
    try #require(H5Fclose(changed) >= 0)
  }

  @Test func aLinkInTheMiddleOfAPathIsNotFollowed() throws {
    try withTemporaryFolder { folder in
      try file(folder + "/other.h5")
      try file(folder + "/a.h5") { file in
        H5Lcreate_external(folder + "/other.h5", "/g", file, "out", 0, 0)
        H5Lcreate_soft("/g", file, "soft", 0, 0)
      }
      let read = try File.open(folder + "/a.h5")
      #expect(try read.read("g/n", as: Float.self).values == [1, 2, 3])
      for group in ["out", "soft"] {
        let fault = Fault(
          .data, folder + "/a.h5",
          "cannot read \(group)/n: \(group) is a soft or external link, which these files never have")
        #expect(throws: fault) { try read.read("\(group)/n", as: Float.self) }
        #expect(throws: fault) { try read.describe("\(group)/n") }
      }
    }
  }

  /// The texts read after `change` to the collection of texts, which begins at the given byte; nil if they are
  /// rejected.
  private func texts(_ change: (inout [UInt8], Int) -> Void) throws -> [String]? {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      try file(path)
      var bytes = try readBytes(path)
      let start = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("GCOL".utf8)) })
      change(&bytes, start)
      try AtomicFile.write(bytes, to: path)
      return try bytes.withUnsafeBytes { image in
        do { return try File.open(path, image: image).readTexts("t") } catch let fault as Fault {
          #expect(fault.code == .data && fault.subject == path)
          return nil
        }
      }
    }
  }

  /// An entry has an index (2 bytes), a count (2), padding (4), a size (8), and the text.
  @Test func collectionsOfTextsAreCheckedBeforeTheLibraryReadsThem() throws {
    #expect(try texts { _, _ in } == (0..<20).map { "text \($0)" } + [""])
    // A size of 0 for the free space makes the library loop forever; other sizes make it read out of bounds.
    #expect(try texts { bytes, start in bytes[start + 16] = 0 } == nil)
    // "text 0" and its NUL have 7 bytes.
    for size in [0, 1, 6, 9, 255] as [UInt8] { #expect(try texts { $0[$1 + 24] = size } == nil) }
    #expect(try texts { bytes, start in bytes[start + 31] = 0x80 } == nil)
    #expect(try texts { bytes, start in bytes[start + 12] = 0x7F } == nil)
    #expect(try texts { bytes, start in bytes[start + 40] = bytes[start + 16] } == nil)
  }

  @Test func anyByteOfACollectionMayBeWrong() throws {
    var state: UInt64 = 7
    for _ in 0..<200 * torture {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let (place, byte) = (Int(state >> 33) % 700, UInt8(truncatingIfNeeded: state >> 25))
      _ = try texts { bytes, start in bytes[start + 8 + place] = byte }
    }
  }

  @Test func noMemoryIsAllocatedForMoreThanAFileCanHold() throws {
    try withTemporaryFolder { folder in
      try file(folder + "/a.h5") { file in
        var sizes: [hsize_t] = [1 << 40, 1 << 40, 0]
        let space = H5Screate_simple(3, &sizes, nil)
        H5Dclose(H5Dcreate2(file, "empty", h5_file_float32(), space, 0, 0, 0))
        sizes = [1 << 40]
        let wide = H5Screate_simple(1, &sizes, nil)
        H5Dclose(H5Dcreate2(file, "wide", h5_file_float32(), wide, 0, 0, 0))
      }
      let read = try File.open(folder + "/a.h5")
      for name in ["empty", "wide"] {
        #expect(throws: Fault.self) { try read.read(name, as: Float.self) }
      }
    }
  }
}
