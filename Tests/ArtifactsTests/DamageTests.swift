// A damaged file is rejected, or it still gives what was written: never other values, never a crash.
import Artifacts
import Faults
import Files
import Foundation
import TestSupport
import Testing

@Suite struct DamageTests {
  /// True if the file is rejected with a fault, or read as what was written.
  private func isHarmless(_ kind: Sample.Kind, _ path: String) throws -> Bool {
    do { return try kind.isSample(path) } catch let fault as Fault { return fault.subject == path }
  }

  /// Files are changed in place: writing thousands of copies takes a minute on a slow disk.
  @Test(arguments: Sample.kinds)
  func flippedBits(kind: Sample.Kind) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      try kind.write(path, Sample.provenance)
      let whole = try readBytes(path)
      let descriptor = open(path, O_RDWR)
      defer { close(descriptor) }
      var places = Places()
      let flips =
        (0..<1000 * torture).map { _ in places.next(below: whole.count * 8) } + (0..<2048).map { $0 * 8 + $0 % 8 }
      for place in flips {
        var byte = whole[place / 8] ^ 1 << UInt8(place % 8)
        try #require(pwrite(descriptor, &byte, 1, place / 8) == 1)
        if try !isHarmless(kind, path) { Issue.record("bit \(place) goes unnoticed") }
        byte = whole[place / 8]
        try #require(pwrite(descriptor, &byte, 1, place / 8) == 1)
      }
      #expect(try kind.isSample(path))
    }
  }

  @Test(arguments: Sample.kinds)
  func truncations(kind: Sample.Kind) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      try kind.write(path, Sample.provenance)
      let size = try readBytes(path).count
      var places = Places()
      let lengths =
        [size + 1, size - 1, 513, 512, 511, 1, 0] + (0..<300 * torture).map { _ in places.next(below: size) }
      for length in lengths.sorted(by: >) {
        try #require(truncate(path, length) == 0)
        #expect(throws: Fault.self, "\(length) bytes") { try kind.isSample(path) }
      }
    }
  }

  @Test func theFaultSaysWhatToDo() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      try Sample.adapter.write(to: path, provenance: Sample.provenance)
      var bytes = try readBytes(path)
      bytes[bytes.count / 2] ^= 1
      try AtomicFile.write(bytes, to: path)
      let hint = "remove it and run make again"
      #expect(throws: Fault(.inputOutput, path, "is damaged or was changed: its checksum differs", hint: hint)) {
        try Adapter.read(path)
      }
      try AtomicFile.write(Array(bytes.dropLast(100)), to: path)
      let short = "has \(bytes.count - 100) bytes, expected \(bytes.count)"
      #expect(throws: Fault(.inputOutput, path, short, hint: hint)) { try Adapter.read(path) }
      try AtomicFile.write([], to: path)
      #expect(throws: Fault(.data, path, "is empty")) { try Adapter.read(path) }
    }
  }
}
