import Files
import Testing

@Suite struct SHA256Tests {
  /// The examples of FIPS 180-4 (published with the standard), and every length around the edges of the padding.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func knownAnswers(text: String, digest: String) {
    #expect(SHA256.hexDigest(of: Array(text.utf8)) == digest)
  }

  @Test func aMillionLettersA() {
    let digest = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    #expect(SHA256.hexDigest(of: [UInt8](repeating: 0x61, count: 1_000_000)) == digest)
  }

  /// Portions of any size give the digest of all bytes together.
  @Test(arguments: [1, 7, 55, 56, 63, 64, 65, 128, 200])
  func portionsDoNotMatter(portion: Int) {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    var digest = SHA256()
    for start in stride(from: 0, to: bytes.count, by: portion) {
      digest.update(Array(bytes[start..<min(start + portion, bytes.count)]))
    }
    #expect(digest.hexDigest == SHA256.hexDigest(of: bytes))
  }
}
