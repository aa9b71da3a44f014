import Faults
import Files
import TestSupport
import Testing

@Suite struct GzipTests {
  /// "hello\n" as `gzip -n` writes it.
  static let hello: [UInt8] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xe7, 0x02, 0x00, 0x20,
    0x30, 0x3a, 0x36, 0x06, 0x00, 0x00, 0x00,
  ]
  static let text = Array("hello\n".utf8)

  @Test func severalMembersAreDecompressed() throws {
    #expect(try gunzip(Self.hello, named: "x") == Self.text)
    #expect(try gunzip(Self.hello + Self.hello + Self.hello, named: "x") == Self.text + Self.text + Self.text)
    #expect(try gunzip(Self.hello + [0, 0, 0], named: "x") == Self.text)
  }

  @Test(arguments: 2..<26)
  func everyTruncationIsRejected(length: Int) {
    let fault = Fault(.data, "x", "the gzip file is cut short after \(length) bytes", hint: "fetch it again")
    #expect(throws: fault) { try gunzip(Array(Self.hello.prefix(length)), named: "x") }
  }

  /// Rejected or harmless: the last byte of the compressed data has unused bits.
  @Test func noFlippedBitChangesTheText() {
    for bit in 80..<Self.hello.count * 8 {
      var bytes = Self.hello
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      let unpacked = try? gunzip(bytes, named: "x")
      #expect(unpacked == nil || unpacked == Self.text)
    }
  }

  @Test func decompressedSizeIsLimited() {
    let hint = "split it into smaller files"
    #expect(throws: Fault(.data, "x", "decompresses to more than 5 bytes, the limit", hint: hint)) {
      try gunzip(Self.hello, named: "x", limit: 5)
    }
  }

  @Test func foreignBytesAfterTheDataAreRejected() {
    #expect(throws: Fault(.data, "x", "bytes that are not gzip follow the gzip data at byte 26")) {
      try gunzip(Self.hello + [1], named: "x")
    }
  }

  @Test func theFirstBytesDecideAndNotTheName() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write(Self.hello, to: folder + "/a.jsonl")
      try AtomicFile.write(Self.text, to: folder + "/b.gz")
      #expect(try readUnpacked(folder + "/a.jsonl") == Self.text)
      #expect(try readUnpacked(folder + "/b.gz") == Self.text)
      #expect(try readBytes(folder + "/a.jsonl") == Self.hello)
    }
  }

  /// Members end inside the pieces that a file is read in, and across their borders.
  @Test func aStreamHasTheContentOfAllPieces() throws {
    let (packed, text) = (0..<30_000).reduce(into: ([UInt8](), [UInt8]())) { files, _ in
      files.0 += Self.hello
      files.1 += Self.text
    }
    try withTemporaryFolder { folder in
      for (bytes, name) in [(packed, "packed"), (text, "plain"), (packed + [0, 0], "padded"), ([], "empty")] {
        try AtomicFile.write(bytes, to: "\(folder)/\(name)")
        let stream = try ByteStream("\(folder)/\(name)")
        var found: [UInt8] = []
        while case let piece = try stream.next(), !piece.isEmpty { found += piece }
        #expect(found == (bytes.isEmpty ? [] : text), "\(name)")
      }
      try AtomicFile.write(Array(packed.dropLast(5)), to: folder + "/short")
      let short = try ByteStream(folder + "/short")
      #expect(throws: Fault.self) { while try !short.next().isEmpty {} }
    }
  }

  @Test func crcMatchesTheStandard() {
    Array("123456789".utf8).withUnsafeBytes { #expect(crc32($0) == 0xCBF4_3926) }
    Array("6789".utf8).withUnsafeBytes { rest in
      Array("12345".utf8).withUnsafeBytes { #expect(crc32(rest, after: crc32($0)) == 0xCBF4_3926) }
    }
  }

  @Test(.enabled(if: shared("data/openbookqa/train.jsonl.gz") != nil, "needs ../shared/data/openbookqa"))
  func aRealFile() throws {
    let path = try #require(shared("data/openbookqa/train.jsonl.gz"))
    #expect(try lines(of: readUnpacked(path), named: path).count == 4957)
  }
}
