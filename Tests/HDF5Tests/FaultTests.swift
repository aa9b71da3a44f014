import CHDF5
import Faults
import Files
import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct FaultTests {
  /// The message of the fault that `body` throws.
  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return (error as? Fault)?.message ?? "\(error)" }
    return "nothing was thrown"
  }

  @Test func theLibrarysReasonIsOneLine() throws {
    try withTemporaryFolder { folder in
      #expect(message { _ = try File.open(folder + "/a") } == "cannot open: No such file or directory")
      #expect(message { _ = try File.create(folder + "/b/a") } == "cannot create: No such file or directory")
      try AtomicFile.write("text", to: folder + "/text")
      #expect(message { _ = try File.open(folder + "/text") } == "cannot open: file signature not found")
      #expect(message { _ = try File.create(folder + "/text") } == "cannot create: File exists")
      #expect(try readBytes(folder + "/text") == Array("text".utf8))
    }
  }

  @Test func wrongTypesAndShapesAreReported() throws {
    try withTemporaryFolder { folder in
      let file = try File.create(folder + "/a")
      try file.write([Float(1)], to: "d", shape: [1], storage: .checked)
      try file.setAttribute("n", .integer(1))
      try file.close()
      let read = try File.open(folder + "/a")
      #expect(message { _ = try read.read("d", as: Int32.self) } == "cannot read d: it is float32, expected int32")
      #expect(message { _ = try read.readTexts("d") }.hasPrefix("cannot read d: it is float32 of shape [1], expected"))
      #expect(message { _ = try read.read("e", as: Float.self) }.hasPrefix("cannot read e: "))
    }
  }

  /// Even without the seal of `Artifacts`: the checksum of each chunk finds a flipped bit in the values.
  @Test func aFlippedBitInTheValuesIsFound() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a"
      let file = try File.create(path)
      try file.write([Float](repeating: 1, count: 100), to: "d", shape: [100], storage: .checked)
      try file.close()
      var bytes = try readBytes(path)
      let one = withUnsafeBytes(of: Float(1)) { Array($0) }
      let place = try #require(bytes.indices.dropLast(4).first { Array(bytes[$0..<$0 + 4]) == one })
      bytes[place + 40] ^= 4
      try AtomicFile.write(bytes, to: path)
      let read = try File.open(path)
      #expect(
        message { _ = try read.read("d", as: Float.self) }
          == "cannot read d: data error detected by Fletcher32 checksum")
    }
  }

  /// Links can lead a reader to any file on the machine.
  @Test func softAndExternalLinksAreNotFollowed() throws {
    try withTemporaryFolder { folder in
      for name in ["a", "b"] {
        let file = try File.create("\(folder)/\(name)")
        try file.write([Float(1)], to: "d", shape: [1], storage: .checked)
        try file.close()
      }
      let raw = H5Fopen(folder + "/a", 1, 0)  // for reading and writing
      H5Lcreate_soft("/d", raw, "soft", 0, 0)
      H5Lcreate_external(folder + "/b", "/d", raw, "external", 0, 0)
      H5Fclose(raw)
      let read = try File.open(folder + "/a")
      for name in ["soft", "external"] {
        let refusal = message { _ = try read.read(name, as: Float.self) }
        #expect(refusal == "cannot read \(name): \(name) is a soft or external link, which these files never have")
      }
    }
  }

  /// A full disk, simulated by a limit on file sizes, is a fault of the write or of the close, never silence.
  @Test func aFullDiskIsAFault() async {
    await #expect(processExitsWith: .exitCode(73)) {
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let path = FileManager.default.temporaryDirectory.appendingPathComponent("credence-\(UUID().uuidString)").path
      defer { unlink(path) }
      do {
        let file = try File.create(path)
        try file.write([Float](repeating: 1, count: 100_000), to: "d", shape: [100_000], storage: .checked)
        try file.close()
      } catch let fault as Fault {
        unlink(path)
        exit(fault.message.hasSuffix(": File too large") && fault.code == .inputOutput ? 73 : 1)
      }
    }
  }
}
