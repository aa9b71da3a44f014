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

  @Test func missingFilesAndDirectoriesAreReported() throws {
    try withTemporaryFolder { folder in
      #expect(throws: Fault(.noInput, folder + "/a", "there is no such file")) { try readBytes(folder + "/a") }
      #expect(throws: Fault(.noInput, folder, "is a directory, expected a file")) { try readBytes(folder) }
      #expect(throws: Fault(.noInput, folder, "is a directory, expected a file")) { try MappedFile(folder) }
    }
  }

  /// As a shell makes one for `<(zcat questions.gz)`.
  @Test func anAnonymousPipeIsReadToItsEnd() throws {
    let pipe = Pipe()
    let bytes = [UInt8](repeating: 7, count: 300_000)
    Thread {
      pipe.fileHandleForWriting.write(Data(bytes))
      try? pipe.fileHandleForWriting.close()
    }.start()
    let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    #expect(try readBytes(path) == bytes)
    #expect(throws: Fault(.noInput, path, "is a pipe, expected a file", hint: "write its content into a file first")) {
      try MappedFile(path)
    }
  }

  @Test func filesWithoutAnEndOrAWriterAreRejected() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/pipe"
      try #require(mkfifo(path, 0o600) == 0)
      let hint = "write its content into a file first"
      for (path, kind, hint) in [
        (path, "a named pipe", hint), ("/dev/zero", "a device", ""), (folder, "a directory", ""),
      ] {
        let fault = Fault(.noInput, path, "is \(kind), expected a file", hint: hint)
        #expect(throws: fault) { try readBytes(path) }
        #expect(throws: fault) { try readUnpacked(path) }
        #expect(throws: fault) { try MappedFile(path) }
        #expect(throws: fault) { try SHA256.hexDigest(ofFile: path) }
      }
    }
  }

  @Test func moreThanTheLimitIsRejected() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write([UInt8](repeating: 1, count: 100_000), to: folder + "/a")
      #expect(try readBytes(folder + "/a", limit: 100_000).count == 100_000)
      for limit in [99_999, 10] {
        let fault = Fault(
          .data, folder + "/a", "has more than \(limit) bytes, the limit", hint: "split it into smaller files")
        #expect(throws: fault) { try readBytes(folder + "/a", limit: limit) }
      }
      let endless = Pipe()
      // The thread keeps both ends open, so that it waits for a reader and is not killed by a broken pipe.
      Thread { while (try? endless.fileHandleForWriting.write(contentsOf: Data(count: 65_536))) != nil {} }.start()
      #expect(throws: Fault.self) {
        try readBytes("/dev/fd/\(endless.fileHandleForReading.fileDescriptor)", limit: 1_000_000)
      }
    }
  }

  /// [byte] The pages of the file that are in the process's memory.
  private func residentBytes(of file: MappedFile) throws -> Int {
    let maps = String(decoding: try readBytes("/proc/self/smaps"), as: UTF8.self).split(separator: "\n")
    let line = try #require(maps.drop { !$0.hasSuffix(file.path) }.first { $0.hasPrefix("Rss:") })
    return try #require(Int(line.split(separator: " ")[1])) << 10
  }

  @Test func piecesAreTheWholeFileAndDoNotStayInMemory() throws {
    try withTemporaryFolder { folder in
      let content = (0..<(20 << 20) + 5).map { UInt8(truncatingIfNeeded: $0 &* 37 &>> 3) }
      try AtomicFile.write(content, to: folder + "/a")
      let file = try MappedFile(folder + "/a")
      for start in [0, 3] {
        var read: [UInt8] = []
        file.forEachPiece(from: start) { read += $0 }
        let isTheRest = read.elementsEqual(content.dropFirst(start))
        #expect(isTheRest)
        #expect(try residentBytes(of: file) < 1 << 20)
      }
    }
  }

  /// It must not be read forever, and a part of it must not be taken for the whole.
  @Test func aFileThatGrowsWhileItIsReadIsRejected() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a"
      try AtomicFile.write([UInt8](repeating: 1, count: 20_000_000), to: path)
      let writer = try #require(FileHandle(forWritingAtPath: path))
      try writer.seekToEnd()
      let grows = DispatchSemaphore(value: 0)
      Thread {
        for step in 0..<5000 where (try? writer.write(contentsOf: Data(count: 4096))) != nil && step == 0 {
          grows.signal()
        }
      }.start()
      grows.wait()
      do { #expect(try readBytes(path).count >= 20_000_000) } catch let fault as Fault {
        #expect(fault.message.hasPrefix("changed its size while it was read, from "))
      }
    }
  }
}
