import Faults
import Files
import Foundation
import TestSupport
import Testing

@Suite struct ReadingTests {
  @Test func mappedAndReadAreTheSame() throws {
    try withTemporaryFolder { folder in
      for count in [0, 1, 65_535, 65_536, 200_000] {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try AtomicFile.write(bytes, to: folder + "/a")
        #expect(try readBytes(folder + "/a") == bytes)
        #expect(try SHA256.hexDigest(ofFile: folder + "/a") == SHA256.hexDigest(of: bytes))
        #expect(try MappedFile(folder + "/a").withUnsafeBytes(Array.init) == bytes)
      }
    }
  }

  @Test func whatIsNotThereIsNamed() throws {
    try withTemporaryFolder { folder in
      #expect(throws: Fault(.noInput, folder + "/a", "there is no such file")) { try readBytes(folder + "/a") }
      #expect(throws: Fault(.noInput, folder, "is a folder, expected a file")) { try readBytes(folder) }
      #expect(throws: Fault(.noInput, folder, "is a folder, expected a file")) { try MappedFile(folder) }
    }
  }

  @Test func aPipeIsReadToItsEnd() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/pipe"
      try #require(mkfifo(path, 0o600) == 0)
      let bytes = [UInt8](repeating: 7, count: 300_000)
      Thread { FileHandle(forWritingAtPath: path)?.write(Data(bytes)) }.start()
      #expect(try readBytes(path) == bytes)
    }
  }
}
