import Faults
import Files
import Foundation
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  private struct Stop: Error {}

  @Test func writesAndReplaces() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("one", to: folder + "/a")
      try AtomicFile.write("two", to: folder + "/a")
      #expect(try readBytes(folder + "/a") == Array("two".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }

  @Test func anInterruptedWriteLeavesTheOldFileAndNothingElse() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("old", to: folder + "/a")
      #expect(throws: Stop.self) {
        try AtomicFile.write(to: folder + "/a") { temporary in
          try Data("half".utf8).write(to: URL(fileURLWithPath: temporary))
          throw Stop()
        }
      }
      #expect(try readBytes(folder + "/a") == Array("old".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }

  /// A killed process cannot clean up, but its partial file has another name.
  @Test func aKilledWriteLeavesNothingAtTheFinalName() async throws {
    let path = NSTemporaryDirectory() + "/credence-killed"
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let path = NSTemporaryDirectory() + "/credence-killed"
      try AtomicFile.write(to: path) { temporary in
        try Data("half".utf8).write(to: URL(fileURLWithPath: temporary))
        kill(getpid(), SIGKILL)
      }
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    for name in try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory())
    where name.hasPrefix("credence-killed.") {
      #expect(name.hasSuffix(".partial"))
      try FileManager.default.removeItem(atPath: NSTemporaryDirectory() + "/" + name)
    }
  }

  @Test func modeFollowsTheUmask() throws {
    try withTemporaryFolder { folder in
      let mask = umask(0)
      umask(mask)
      try AtomicFile.write("", to: folder + "/a")
      let mode = try FileManager.default.attributesOfItem(atPath: folder + "/a")[.posixPermissions] as? Int
      #expect(mode == 0o666 & ~Int(mask))
    }
  }

  @Test func aMissingDirectoryAndADeviceAreRejected() throws {
    try withTemporaryFolder { folder in
      #expect(throws: Fault(.cannotCreate, folder + "/b/a", "cannot create: No such file or directory")) {
        try AtomicFile.write("x", to: folder + "/b/a")
      }
      #expect(throws: Fault(.cannotCreate, folder, "already exists and is not a regular file")) {
        try AtomicFile.write("x", to: folder)
      }
      try FileManager.default.createSymbolicLink(atPath: folder + "/null", withDestinationPath: "/dev/null")
      #expect(throws: Fault.self) { try AtomicFile.write("x", to: folder + "/null") }
    }
  }

  @Test func anEmptyOutputPathIsRejectedBeforeAnythingIsComputed() {
    #expect(throws: Fault(.cannotCreate, "the output", "its path is empty", hint: "give it a name")) {
      try AtomicFile.checkTarget("")
    }
  }

  @Test func aSymbolicLinkIsKept() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("old", to: folder + "/target")
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "target")
      try AtomicFile.write("new", to: folder + "/link")
      #expect(try readBytes(folder + "/target") == Array("new".utf8))
    }
  }
}
