// GPT-2's byte alphabet: each byte is written as one printable scalar, so that a vocabulary of bytes is text.

/// The 256 scalars that stand for the bytes in a byte-level vocabulary.
enum ByteLevel {
  /// [byte] Its scalar: itself if it is printable Latin-1, otherwise the next scalar from U+0100 on.
  static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (UInt32(0)..<0x100).map { byte in
      if (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte) {
        return Unicode.Scalar(UInt8(byte))
      }
      defer { next += 1 }
      return Unicode.Scalar(UInt16(next)) ?? "?"
    }
  }()

  /// Appends the scalars that stand for the UTF-8 of `text`.
  static func spell(_ text: some Sequence<Unicode.Scalar>, into result: inout [Unicode.Scalar]) {
    let scalars = scalars
    for scalar in text {
      for byte in scalar.utf8 { result.append(scalars[Int(byte)]) }
    }
  }

  /// The byte of each of these scalars.
  static let bytes: [Unicode.Scalar: UInt8] = Dictionary(
    uniqueKeysWithValues: scalars.enumerated().map { ($0.element, UInt8($0.offset)) })

  /// Whether a character's UTF-8 can contain this byte: all but those that UTF-8 never uses, and F1 and F2, which begin
  /// the planes 4 to 11, where no characters are assigned.
  static func occursInText(_ byte: UInt8) -> Bool {
    byte < 0xC0 || (0xC2...0xF0).contains(byte) || byte == 0xF3 || byte == 0xF4
  }
}
